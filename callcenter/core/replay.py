"""Running a journal again: the same events at the same times must give the same effects, bit for bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from callcenter.core.center import Center
from callcenter.domain.effects import Effect
from callcenter.domain.events import Event
from callcenter.domain.journal import JournalEntry, digest


class Difference(Struct, frozen=True):
    """An entry whose effects came out otherwise than journalled."""

    seq: int
    event: str
    journalled: tuple[Effect, ...]
    replayed: tuple[Effect, ...]


def replay(center: Center, entries: Iterable[JournalEntry]) -> Iterator[Difference]:
    """Feed entries to ``center`` and yield what differs; nothing means the journal is equal to its replay."""
    for entry in entries:
        effects = center.handle(entry.event, entry.at_ms)
        if digest(effects) != digest(entry.effects):
            yield Difference(
                seq=entry.seq, event=type(entry.event).__name__, journalled=entry.effects, replayed=effects
            )


def contacts_of(event: Event, effects: Iterable[Effect]) -> tuple[str, ...]:
    """The contacts that an event and its effects are about, in order, each once."""
    return tuple(dict.fromkeys(c for e in (event, *effects) if (c := getattr(e, "contact", ""))))
