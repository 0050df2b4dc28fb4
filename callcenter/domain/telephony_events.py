"""What telephony tells the core: calls arrive, legs answer and end, keys, prompts, recordings, the exchange itself."""

from __future__ import annotations

from enum import StrEnum

from callcenter.domain.contact import LegEndCause
from callcenter.domain.event_base import Event


class CallArrived(Event, frozen=True, kw_only=True):
    """A customer's call reached us. ``leg`` is the customer's leg, ``line`` the trunk or ``web``."""

    contact: str
    leg: str
    caller: str
    dialled: str
    line: str = ""
    answered: bool = False


class LegRinging(Event, frozen=True, kw_only=True):
    """The dialled party's telephone rings."""

    leg: str


class LegAnswered(Event, frozen=True, kw_only=True):
    """The dialled party picked up; ``machine`` only where it was asked for and is sure enough."""

    leg: str
    machine: bool = False


class LegEnded(Event, frozen=True, kw_only=True):
    """A party's connection ended, whoever ended it."""

    leg: str
    cause: LegEndCause = LegEndCause.NORMAL


class GatherOutcome(StrEnum):
    """How a gather ended."""

    COMPLETE = "complete"  # length reached or terminator pressed
    TIMEOUT = "timeout"  # nothing, or too little, was pressed in time
    FAILED = "failed"  # the prompt could not be played


class DigitsGathered(Event, frozen=True, kw_only=True):
    """Keys were collected for ``request``. A secret's digits are never here: ``secret`` is a key into the vault."""

    leg: str
    request: str
    outcome: GatherOutcome
    digits: str = ""
    secret: str = ""


class PlaybackEnded(Event, frozen=True, kw_only=True):
    """The prompts of ``request`` were played to the end (``ok``) or could not be."""

    leg: str
    request: str
    ok: bool = True


class RecordingEnded(Event, frozen=True, kw_only=True):
    """A recording was closed. ``ok`` is false when its file is missing or empty; ``files`` by side."""

    recording: str
    ok: bool
    duration_ms: int = 0


class TelephonyLost(Event, frozen=True, kw_only=True):
    """The PBX cannot be reached. Calls may go on there; we cannot steer them.

    ``starting``: we begin ourselves and have not asked it yet, which is no trouble to be told of.
    """

    starting: bool = False


class TelephonyRestored(Event, frozen=True, kw_only=True):
    """The PBX is back and has these ``legs``, of which ``answered`` are up; whatever else we knew is gone."""

    legs: tuple[str, ...]
    answered: tuple[str, ...] = ()
