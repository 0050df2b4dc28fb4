"""Leads of campaigns: whom a campaign may call, on which list they came, and where each of them stands. Plain data."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct, field

HIGHEST_PRIORITY = 10


class LeadState(StrEnum):
    """Where a lead stands. Only ``ready`` and due ``waiting`` ones can be dialled."""

    READY = "ready"
    IN_ATTEMPT = "in_attempt"
    WAITING = "waiting"
    """Not before ``due_ms``: a retry, a promised call, or hours that are still closed."""
    DONE = "done"
    REFUSED = "refused"
    """A rule forbids to call; ``reason`` is the rule's id."""
    OPTED_OUT = "opted_out"
    RECALLED = "recalled"
    """Taken back by a supervisor; may be handed out again."""
    SUSPENDED = "suspended"
    """Somebody must decide first; ``reason`` says what."""


OPEN = (LeadState.READY, LeadState.WAITING)
"""What can still be dialled, now or later."""
ENDED = (LeadState.DONE, LeadState.REFUSED, LeadState.OPTED_OUT)


class ListState(StrEnum):
    """Where the reading of a list stands."""

    UPLOADED = "uploaded"
    """The file is here; its columns are not confirmed yet."""
    IMPORTING = "importing"
    IMPORTED = "imported"
    FAILED = "failed"
    """``failure`` says why; what was read before stays."""
    RECALLED = "recalled"


class FurtherNumber(Struct, frozen=True):
    """Another number of the same person, in E.164."""

    number: str
    extension: str = ""


class NewLead(Struct, frozen=True):
    """A lead as it comes from a list. ``number`` is E.164, ``row`` its row in the file (the header is row 1).

    ``region`` is the country of the number as ISO 3166 has it, ``zones`` the IANA time zones where the person may be.
    ``number_type`` is ``mobile``, ``landline``, ``mobile_or_landline``, ``voip`` or ``other``. ``priority``: 0 to
    10, the highest is called first. ``verdict`` is what the regulation packs said at upload, as JSON.
    """

    row: int
    number: str
    extension: str = ""
    further: tuple[FurtherNumber, ...] = ()
    name: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    region: str = ""
    zones: tuple[str, ...] = ()
    number_type: str = ""
    priority: int = 0
    owner: str = ""
    state: LeadState = LeadState.READY
    due_ms: int = 0
    reason: str = ""
    verdict: str = ""


class Lead(NewLead, frozen=True, kw_only=True):
    """A lead as it is kept.

    ``owner`` is whose it is: ``agent:ID``, ``team:ID``, or empty, which is anybody's. ``attempt`` names the last
    attempt and ``attempts`` counts them; ``last_outcome`` is how it ended. Times in ms since 1970.
    """

    id: int
    campaign: str
    list: int
    attempt: str = ""
    attempts: int = 0
    last_outcome: str = ""
    last_attempt_ms: int | None = None


class LeadList(Struct, frozen=True, kw_only=True):
    """A file of leads for one campaign. ``sha256`` is that of the file; ``failure`` is a reason code.

    Of the rows read (``rows_read``, the header not counted) ``accepted`` may be called, ``refused`` are kept but a rule
    forbids to call them, ``rejected`` are no leads: the reject file says why.
    """

    id: int
    campaign: str
    name: str
    file_name: str
    sha256: str
    uploaded_by: str
    at_ms: int
    state: ListState = ListState.UPLOADED
    mapping: str = ""
    total_rows: int | None = None
    rows_read: int = 0
    accepted: int = 0
    refused: int = 0
    rejected: int = 0
    failure: str = ""


class StateCount(Struct, frozen=True):
    """How many leads of a campaign stand in ``state`` for ``reason``."""

    state: LeadState
    reason: str
    leads: int


class OwnerCount(Struct, frozen=True):
    """How many leads that can still be dialled are ``owner``'s; empty: nobody's."""

    owner: str
    leads: int


class LeadClaimed(Struct, frozen=True, tag=True):
    """An attempt begins; no change unless the lead is ready or waiting."""

    lead: int
    attempt: str
    at_ms: int


class LeadWaits(Struct, frozen=True, tag=True):
    """The attempt ended with ``outcome``; the next comes at ``due_ms``. ``reason`` such as ``retry``, ``promised``.

    ``owner`` gives the lead to somebody (a promised call to the same agent); None leaves it.
    """

    lead: int
    attempt: str
    outcome: str
    reason: str
    due_ms: int
    owner: str | None = None


class LeadEnded(Struct, frozen=True, tag=True):
    """The attempt ended with ``outcome`` and there is none after it: ``state`` is one of :data:`ENDED`."""

    lead: int
    attempt: str
    outcome: str
    reason: str = ""
    state: LeadState = LeadState.DONE


class LeadReturned(Struct, frozen=True, tag=True):
    """The attempt ended before the number was dialled: ready again at once, and no attempt after all."""

    lead: int
    attempt: str
    reason: str


class LeadPutOff(Struct, frozen=True, tag=True):
    """Not dialled now, for ``reason`` (a rule's id, a limit); asked again at ``due_ms``. Counts as no attempt."""

    lead: int
    reason: str
    due_ms: int


class LeadBarred(Struct, frozen=True, tag=True):
    """Never to be dialled, by ``reason``; ``state``: ``refused`` or ``suspended``. Counts as no attempt."""

    lead: int
    reason: str
    state: LeadState = LeadState.REFUSED
    verdict: str = ""


class NumberOptedOut(Struct, frozen=True, tag=True):
    """The person behind ``number`` (E.164), be it a further one of theirs, is not called again by any campaign.

    What is told of a running attempt later still gives the outcome, and leaves the state.
    """

    number: str
    reason: str = "opted_out"


LeadChange: TypeAlias = LeadClaimed | LeadWaits | LeadEnded | LeadReturned | LeadPutOff | LeadBarred | NumberOptedOut
"""What the journal may tell of leads."""
