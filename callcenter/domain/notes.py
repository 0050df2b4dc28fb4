"""Internal notes: what agents write about a contact for their colleagues. A customer never sees them."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.event_base import ContactEvent, Event
from callcenter.domain.facts import ContactFact

MAX_NOTE = 2_000
"""Characters a note may have."""
MAX_NOTES = 100
"""In one contact."""


class InternalNote(Struct, frozen=True):
    """One note. ``at_ms`` is when it was kept, ms since 1970; ``handed_on``: it was given with a transfer.

    ``agent`` empty: the centre itself, of a message that did not reach the visitor.
    """

    agent: str
    at_ms: int
    text: str
    handed_on: bool = False


class NoteWritten(ContactEvent, frozen=True, kw_only=True):
    """The agent who has the contact writes a note about it."""

    text: str


class MessageUndelivered(Event, frozen=True, kw_only=True):
    """Message ``number`` of a chat did not reach the visitor and will not; ``text`` says which and why, in words."""

    contact: str
    number: int
    text: str


class NoteAdded(ContactFact, frozen=True, kw_only=True):
    """A note of ``agent`` about the contact; empty: of the centre itself."""

    agent: str
    text: str
