"""Internal notes about a contact, for whoever has it and whoever gets it next; no channel ever carries them."""

from __future__ import annotations

from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.contact import Place
from callcenter.domain.effects import NoteAdded
from callcenter.domain.errors import Rejected
from callcenter.domain.events import MessageUndelivered, NoteWritten
from callcenter.domain.notes import MAX_NOTE, MAX_NOTES, InternalNote


def write(t: Turn, e: NoteWritten) -> None:
    """Keep a note. Refused: ``not_your_contact``, ``internal_note_empty``, ``internal_note_long``, ``notes_full``."""
    c = t.contact(e.contact)
    if c is None or c.place is not Place.TALKING or e.agent not in _readers(c):
        raise Rejected("not_your_contact")
    text = e.text.strip()
    if not text:
        raise Rejected("internal_note_empty")
    if len(text) > MAX_NOTE:
        raise Rejected("internal_note_long")
    if len(c.notes) >= MAX_NOTES:
        raise Rejected("notes_full")
    c.notes.append(InternalNote(e.agent, t.now, text))
    t.emit(NoteAdded(contact=c.id, agent=e.agent, text=text))


def _readers(c: Contact) -> tuple[str, ...]:
    """Who has the contact, and whoever was asked about it and said yes."""
    asked = c.consult.agent if c.consult is not None and c.consult.state != "ringing" else ""
    return tuple(filter(None, (c.agent, asked)))


def undelivered(t: Turn, e: MessageUndelivered) -> None:
    """Whoever has the chat, now or next, reads that a message did not arrive."""
    c = t.contact(e.contact)
    if c is not None and len(c.notes) < MAX_NOTES:
        text = e.text[:MAX_NOTE]
        c.notes.append(InternalNote("", t.now, text))
        t.emit(NoteAdded(contact=c.id, agent="", text=text))


def hand_on(t: Turn, c: Contact, agent: str, text: str) -> None:
    """The note of a transfer, shown to whoever gets the contact; the transfer itself tells it."""
    if text.strip():
        c.notes.append(InternalNote(agent, t.now, text.strip(), handed_on=True))
