"""The PBX or carrier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from callcenter.domain.effects import TelephonyCommand
from callcenter.domain.events import Event

EventSink = Callable[[Event], None]
"""Takes an event at once and never blocks; the engine journals it."""


class CarriesOut(Protocol):
    """Whoever takes commands about legs."""

    async def execute(self, command: TelephonyCommand) -> None:
        """Carry out one command. Returns when it is accepted; raises ``ProviderError`` when nobody could be asked."""
        ...


class Telephony(Protocol):
    """A PBX or carrier. Commands name things by ids of ours, so that carrying one out twice does no harm.

    What is ordinary in telephony is no error: a command for a leg that has just ended is done.
    ``execute`` raises ``ProviderError`` only when the PBX could not be asked; a leg that can not be dialled is
    reported by ``LegEnded``.
    """

    name: str

    async def start(self, sink: EventSink) -> None:
        """Connect and begin to deliver events; returns once commands are possible or the connection is being retried.

        Delivers ``TelephonyRestored`` (with the legs that live there) after every (re)connection, the first included,
        then ``CallArrived`` once more for calls nobody has answered yet; ``TelephonyLost`` when the connection goes.
        """
        ...

    async def stop(self) -> None:
        """Disconnect; calls in progress go on."""
        ...

    async def execute(self, command: TelephonyCommand) -> None:
        """Carry out one command. Returns when the PBX has accepted it."""
        ...

    def recording_files(self, recording: str) -> Sequence[Path]:
        """The files of a closed recording: left side first; empty when there are none."""
        ...

    def discard_recording(self, recording: str) -> None:
        """Delete the PBX's own files after they were filed elsewhere."""
        ...
