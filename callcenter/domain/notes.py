"""Internal notes: what agents write about a contact for their colleagues. A customer never sees them."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.event_base import ContactEvent
from callcenter.domain.facts import ContactFact

MAX_NOTE = 2_000
"""Characters a note may have."""
MAX_NOTES = 100
"""In one contact."""


class InternalNote(Struct, frozen=True):
    """One note. ``at_ms`` is when it was kept, ms since 1970; ``handed_on``: it was given with a transfer."""

    agent: str
    at_ms: int
    text: str
    handed_on: bool = False


class NoteWritten(ContactEvent, frozen=True, kw_only=True):
    """The agent who has the contact writes a note about it."""

    text: str


class NoteAdded(ContactFact, frozen=True, kw_only=True):
    """A note of ``agent`` about the contact."""

    agent: str
    text: str
