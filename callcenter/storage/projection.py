"""Keeps the row of each contact from the facts in the journal: folds a batch into one change for each contact."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from callcenter.domain import effects as fx
from callcenter.domain.effects import Effect
from callcenter.domain.journal import JournalEntry
from callcenter.storage.contact_words import words_of
from callcenter.storage.ordinals import END, ordinal_of, tail_of


@dataclass(slots=True)
class Change:
    """What a batch changes in one contact's row; None leaves a column as it is. Field names are bind names."""

    contact: str
    opened: fx.ContactOpened | None = None
    started_ms: int = 0
    ordinal: int = 0
    queue: str | None = None
    agent: str | None = None
    answered_ms: int | None = None
    answer_wait_ms: int = 0
    ended_ms: int | None = None
    waited_ms: int = 0
    talked_ms: int = 0
    reason: str | None = None
    disposition: str | None = None
    note: str | None = None
    fields: str | None = None
    follow_up_ms: int | None = None
    agents: dict[str, None] = field(default_factory=dict)
    """Who had a part in it, in order."""
    words: dict[str, None] = field(default_factory=dict)
    """What it can be found by."""

    def update(self) -> dict[str, Any]:
        """The values for the update of a row that is there already."""
        return {
            "b_id": self.contact,
            "b_queue": self.queue,
            "b_agent": self.agent,
            "b_answered_ms": self.answered_ms,
            "b_answer_wait_ms": self.answer_wait_ms,
            "b_ended_ms": self.ended_ms,
            "b_waited_ms": self.waited_ms,
            "b_talked_ms": self.talked_ms,
            "b_reason": self.reason,
            "b_disposition": self.disposition,
            "b_note": self.note,
            "b_fields": self.fields,
            "b_follow_up_ms": self.follow_up_ms,
        }

    def row(self, opened: fx.ContactOpened) -> dict[str, Any]:
        """The whole row of a contact that began in this batch."""
        caller = clean(opened.caller)
        tail = tail_of(caller)
        return {
            "ordinal": self.ordinal,
            "id": self.contact,
            "channel": str(opened.channel),
            "direction": str(opened.direction),
            "caller": caller,
            "caller_tail": tail,
            "caller_end": tail[:END],
            "dialled": clean(opened.dialled),
            "flow": opened.flow,
            "queue": self.queue or "",
            "agent": self.agent or "",
            "started_ms": self.started_ms,
            "answered_ms": self.answered_ms,
            "ended_ms": self.ended_ms,
            "waited_ms": self.waited_ms if self.answered_ms is None else self.answer_wait_ms,
            "talked_ms": self.talked_ms,
            "reason": self.reason or "",
            "disposition": self.disposition or "",
            "note": self.note or "",
            "fields": self.fields or "{}",
            "follow_up_ms": self.follow_up_ms,
        }


def clean(text: str) -> str:
    """Text that both databases keep: PostgreSQL refuses NUL."""
    return text.replace("\x00", "") if "\x00" in text else text


def fold(entries: Iterable[JournalEntry]) -> list[Change]:
    """The changes of a batch, in the order in which the contacts first appear."""
    changes: dict[str, Change] = {}
    for entry in entries:
        opened = 0
        for effect in entry.effects:
            apply = _RULES.get(type(effect))
            if apply is None:
                continue
            contact: str = effect.contact  # type: ignore[attr-defined]  # every fact with a rule has one
            change = changes.get(contact)
            if change is None or isinstance(effect, fx.ContactOpened):
                change = changes[contact] = Change(contact, ordinal=ordinal_of(entry.at_ms, entry.seq, opened))
                opened += isinstance(effect, fx.ContactOpened)
            apply(change, effect, entry.at_ms)
    return list(changes.values())


def _opened(change: Change, fact: Any, at_ms: int) -> None:
    change.opened, change.started_ms = fact, at_ms


def _queued(change: Change, fact: Any, at_ms: int) -> None:
    change.queue = fact.queue


def _left_queue(change: Change, fact: Any, at_ms: int) -> None:
    # The wait that counts is the one up to the first answer, and AgentConnected tells that as a whole.
    if change.answered_ms is None:
        change.waited_ms += fact.waited_ms


def _connected(change: Change, fact: Any, at_ms: int) -> None:
    change.agent = fact.agent
    change.agents[fact.agent] = None
    if change.answered_ms is None and not fact.rejoined:
        change.answered_ms, change.answer_wait_ms = at_ms, fact.waited_ms


def _agent_left(change: Change, fact: Any, at_ms: int) -> None:
    change.talked_ms += fact.talked_ms


def _consulted(change: Change, fact: Any, at_ms: int) -> None:
    kind, _sep, agent = fact.target.partition(":")
    if kind == "agent" and fact.outcome in _SPOKE_WITH_THE_CUSTOMER:
        change.agents[agent] = None


def _wrapped_up(change: Change, fact: Any, at_ms: int) -> None:
    fields = {clean(name): clean(answer) for name, answer in fact.fields.items()}
    change.disposition, change.note = clean(fact.disposition), clean(fact.note)
    change.fields, change.follow_up_ms = msgspec.json.encode(fields).decode(), fact.follow_up_ms
    change.agents[fact.agent] = None
    change.words.update(dict.fromkeys(words_of((change.note, *fields.values()))))


def _ended(change: Change, fact: Any, at_ms: int) -> None:
    change.ended_ms, change.reason = at_ms, str(fact.reason)


_SPOKE_WITH_THE_CUSTOMER = frozenset({"completed", "conference"})
_RULES: dict[type[Effect], Callable[[Change, Any, int], None]] = {
    fx.ContactOpened: _opened,
    fx.QueueJoined: _queued,
    fx.QueueLeft: _left_queue,
    fx.AgentConnected: _connected,
    fx.AgentLeft: _agent_left,
    fx.ConsultEnded: _consulted,
    fx.WrapUpFiled: _wrapped_up,
    fx.ContactEnded: _ended,
}
