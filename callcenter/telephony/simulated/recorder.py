"""Recordings of the simulated exchange: two real sound files with a tone for whoever was heard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.domain.events import RecordingEnded
from callcenter.telephony.names import safe_name
from callcenter.telephony.simulated.audio import write_side
from callcenter.telephony.simulated.model import Segment, SimulatedRecording

if TYPE_CHECKING:
    from callcenter.telephony.simulated.network import SimulatedNetwork


class SimulatedRecorder:
    """Notes who is heard on each side of a recorded leg, and writes the files at the end."""

    def __init__(self, network: SimulatedNetwork, folder: Path) -> None:
        self._network = network
        self._folder = folder
        self._open: dict[str, SimulatedRecording] = {}
        self._ended: set[str] = set()

    def start(self, recording: str, leg: str) -> None:
        """Begin; a leg that is gone gives an empty recording."""
        if recording in self._open or recording in self._ended:
            return
        self._open[recording] = SimulatedRecording(recording, leg, self._network.clock.now_ms())
        if leg not in self._network.legs:
            self.stop(recording)
        else:
            self.changed()

    def pause(self, recording: str, *, paused: bool) -> None:
        """Pause or resume."""
        held = self._open.get(recording)
        if held is not None:
            self._cut(held)
            held.paused = paused

    def stop(self, recording: str) -> None:
        """Close, write the files, and tell."""
        if recording in self._ended:
            return
        self._ended.add(recording)
        held = self._open.pop(recording, None)
        duration_ms = 0
        if held is not None:
            self._cut(held)
            duration_ms = sum(segment.duration_ms for segment in held.segments)
        if held is not None and duration_ms:
            self._folder.mkdir(parents=True, exist_ok=True)
            left, right = self._paths(recording)
            write_side(left, held.segments, lambda segment: segment.left)
            write_side(right, held.segments, lambda segment: segment.right)
        ok = len(self.files(recording)) == 2
        self._network.emit(RecordingEnded(recording=recording, ok=ok, duration_ms=duration_ms))

    def leg_ended(self, leg: str) -> None:
        """The recorded leg is gone."""
        for held in tuple(self._open.values()):
            if held.leg == leg:
                self.stop(held.id)

    def changed(self) -> None:
        """Who is heard may be different now."""
        for held in self._open.values():
            leg = self._network.legs.get(held.leg)
            if leg is None:
                continue
            left = frozenset({f"party:{leg.party.name}"}) if leg.answered else frozenset()
            right = frozenset(self._network.heard_by(held.leg))
            if (left, right) != (held.left, held.right):
                self._cut(held)
                held.left, held.right = left, right

    def files(self, recording: str) -> Sequence[Path]:
        """The files there are, left side first."""
        return tuple(path for path in self._paths(recording) if path.is_file())

    def discard(self, recording: str) -> None:
        """Delete them."""
        for path in self._paths(recording):
            path.unlink(missing_ok=True)

    def _cut(self, held: SimulatedRecording) -> None:
        now_ms = self._network.clock.now_ms()
        if not held.paused and now_ms > held.since_ms:
            held.segments.append(Segment(now_ms - held.since_ms, held.left, held.right))
        held.since_ms = now_ms

    def _paths(self, recording: str) -> tuple[Path, Path]:
        name = safe_name(recording)
        return self._folder / f"{name}-in.wav", self._folder / f"{name}-out.wav"
