"""Keeps rows of understood sentences, and of contacts that went on from the assistant, from a batch of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from callcenter.domain import effects as fx
from callcenter.domain.events import SentenceUnderstood
from callcenter.domain.journal import JournalEntry
from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE
from callcenter.storage.ordinals import ordinal_of
from callcenter.storage.statements import Statements

REFUSED = frozenset({NOT_UNDERSTOOD, OUT_OF_SCOPE})


def add(cursor: Any, sql: Statements, entries: Sequence[JournalEntry]) -> None:
    """Add what the batch tells; what is there already stays."""
    sentences = [_row(entry, entry.event) for entry in entries if _is_told(entry.event)]
    if sentences:
        cursor.executemany(sql.add_sentence, sentences)
    if went := list(_went_on(entries)):
        cursor.executemany(sql.add_handover, went)


def clear(cursor: Any, sql: Statements) -> None:
    """Empty the tables."""
    for statement in (sql.clear_sentences, sql.clear_handovers):
        cursor.execute(statement)


def _is_told(event: object) -> bool:
    """A sentence of a message; older journals do not say which, and buttons are no sentences."""
    return isinstance(event, SentenceUnderstood) and event.ok and event.message > 0


def _row(entry: JournalEntry, event: Any) -> dict[str, Any]:
    return {
        "ordinal": ordinal_of(entry.at_ms, entry.seq),
        "contact": event.contact,
        "message": event.message,
        "at_ms": entry.at_ms,
        "intent": event.intent,
        "guess": event.guess,
        "confidence": event.confidence,
        "model": event.model,
        "refused": event.intent in REFUSED,
        "language": event.language,
    }


def _went_on(entries: Sequence[JournalEntry]) -> Iterable[dict[str, Any]]:
    for entry in entries:
        for effect in entry.effects:
            if isinstance(effect, fx.HandedOver | fx.CallbackBooked):
                yield {"contact": effect.contact, "at_ms": entry.at_ms}
