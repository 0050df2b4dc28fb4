"""Running a journal again: the same events at the same times must give the same effects, bit for bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import fields, replace

from callcenter.core.center import Center
from callcenter.domain.callback_facts import CALLBACK_FIELDS_TOLD_LATER
from callcenter.domain.effects import Effect
from callcenter.domain.events import Event
from callcenter.domain.facts import FACTS_TOLD_LATER, FIELDS_TOLD_LATER
from callcenter.domain.journal import JournalEntry, digest

_TOLD_LATER = FIELDS_TOLD_LATER | CALLBACK_FIELDS_TOLD_LATER


class Difference(Struct, frozen=True):
    """An entry whose effects came out otherwise than journalled."""

    seq: int
    event: str
    journalled: tuple[Effect, ...]
    replayed: tuple[Effect, ...]


def replay(center: Center, entries: Iterable[JournalEntry]) -> Iterator[Difference]:
    """Feed entries to ``center`` and yield what differs; nothing means the journal is equal to its replay.

    What an older version did not write down yet is not held against it.
    """
    for entry in entries:
        effects = center.handle(entry.event, entry.at_ms)
        written = digest(entry.effects)
        if digest(effects) != written and digest(_as_told_then(effects, entry.effects)) != written:
            yield Difference(
                seq=entry.seq, event=type(entry.event).__name__, journalled=entry.effects, replayed=effects
            )


def _as_told_then(replayed: tuple[Effect, ...], journalled: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The replayed effects without what facts did not tell yet when the journal was written."""
    kinds = {type(effect) for effect in journalled}
    then = [effect for effect in replayed if type(effect) in kinds or type(effect) not in FACTS_TOLD_LATER]
    return tuple(_less(new, old) for new, old in zip_longest(then, journalled) if new is not None)


def _less(new: Effect, old: Effect | None) -> Effect:
    later = _TOLD_LATER.get(type(new), ())
    if type(new) is not type(old) or not later:
        return new
    usual = {field.name: field.default for field in fields(type(new)) if field.name in later}
    return replace(new, **{name: value for name, value in usual.items() if getattr(old, name) == value})


def contacts_of(event: Event, effects: Iterable[Effect]) -> tuple[str, ...]:
    """The contacts that an event and its effects are about, in order, each once."""
    return tuple(dict.fromkeys(c for e in (event, *effects) if (c := getattr(e, "contact", ""))))
