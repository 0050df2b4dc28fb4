"""Every wait for a person that a journal tells of, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from callcenter.domain import effects as fx
from callcenter.domain.agent import AgentState
from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import Channel
from callcenter.domain.journal import JournalEntry

DIRECT_MS = 20_000
"""How long a contact handed to one agent waits for them alone; as long as they are rung."""


class Outcome(StrEnum):
    """How a wait ended."""

    OPEN = "open"  # not yet
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"  # sent on to a flow or a number
    DISTURBED = "disturbed"  # a fault, or a queue closed by hand: says nothing about customers or agents


class Stay(Struct):
    """A part of a wait, in one queue from ``joined_ms`` on."""

    queue: str
    joined_ms: int


class PastVisit(Struct, eq=False):
    """One wait, from the moment a customer asked for a person. Times in ms since 1970, lengths in ms."""

    contact: str
    queue: str
    asked_ms: int
    priority: int = 0
    skills: tuple[SkillRequirement, ...] = ()
    preferred: str = ""
    preferred_ms: int = 0
    excluded: tuple[str, ...] = ()
    channel: str = ""
    """Empty for a call."""
    moves: list[Stay] = field(default_factory=list)
    """Queues it overflowed to, in order."""
    first_offer_ms: int | None = None
    offered_ms: int | None = None
    ring_ms: int | None = None
    """How long the agent who took it was rung."""
    missed_in: list[str] = field(default_factory=list)
    """The queue it was in, for each agent who did not pick up."""
    rung_ms: int | None = None
    """How long an agent had been rung when the customer hung up."""
    outcome: Outcome = Outcome.OPEN
    ended_ms: int | None = None
    """When the wait ended."""
    agent: str = ""
    talk_ms: int | None = None
    wrap_up_ms: int | None = None
    after: PastVisit | None = None
    """The wait whose talk led to this one, by a transfer."""

    @property
    def queue_at_end(self) -> str:
        """Where it was answered or given up."""
        return self.stays[-1].queue

    @property
    def stays(self) -> list[Stay]:
        """All queues it was in."""
        return [Stay(self.queue, self.asked_ms), *self.moves]

    def waited_ms(self, now_ms: int) -> int:
        """How long it lasted, or has lasted."""
        return (now_ms if self.ended_ms is None else self.ended_ms) - self.asked_ms


class Ringing(Struct):
    """How agents answered the offers of a queue."""

    accepted_ms: list[int] = field(default_factory=list)
    missed: int = 0


class VisitFold:
    """Give it a day's entries in order; ``visits`` are then all waits, in the order in which they began."""

    def __init__(self) -> None:
        self.visits: list[PastVisit] = []
        self.ringing: dict[str, Ringing] = {}
        self._open: dict[str, PastVisit] = {}
        self._moving: PastVisit | None = None
        self._target: dict[str, str] = {}
        """Contacts being handed on → where to."""
        self._talking: dict[str, PastVisit] = {}
        self._talked: dict[str, PastVisit] = {}
        self._wrapping: dict[str, tuple[PastVisit, int]] = {}
        self._last: dict[tuple[str, str], PastVisit] = {}
        """Agent and contact → the visit that led to their last talk."""

    def take(self, entry: JournalEntry) -> None:
        """The next entry."""
        for effect in entry.effects:
            rule = _RULES.get(type(effect))
            if rule is not None:
                rule(self, effect, entry.at_ms)
        self._moved_out(entry.at_ms)

    def talks_through_queue(self, agent: str, contact: str) -> bool:
        """Whether the agent speaks on a contact that the router gave them."""
        visit = self._talking.get(contact)
        return visit is not None and visit.agent == agent

    def _joined(self, fact: fx.QueueJoined, at_ms: int) -> None:
        if fact.virtual:
            return  # a callback makes no visit; its agent is busy with it when they were
        visit = self._open.get(fact.contact)
        if visit is not None:
            if self._moving is visit:
                visit.moves.append(Stay(fact.queue, at_ms))
                self._moving = None
            return
        visit = PastVisit(
            contact=fact.contact,
            queue=fact.queue,
            asked_ms=at_ms,
            priority=fact.priority,
            skills=fact.skills,
            preferred=fact.preferred,
            preferred_ms=fact.preferred_ms,
            excluded=fact.excluded,
            channel="" if fact.channel is Channel.VOICE else str(fact.channel),
            after=self._talked.get(fact.contact),
        )
        kind, _, name = self._target.pop(fact.contact, "").partition(":")
        if kind == "agent":
            visit.preferred, visit.preferred_ms = name, DIRECT_MS
        self._open[fact.contact] = visit
        self.visits.append(visit)

    def _left(self, fact: fx.QueueLeft, at_ms: int) -> None:
        visit = self._open.get(fact.contact)
        if visit is None or fact.outcome == "connected":
            return
        if fact.outcome == "overflow":
            self._moved_out(at_ms)
            self._moving = visit
        else:
            if visit.offered_ms is not None:
                visit.rung_ms = at_ms - visit.offered_ms
            self._end(visit, Outcome.ABANDONED if fact.outcome == "abandoned" else Outcome.DISTURBED, at_ms)

    def _moved_out(self, at_ms: int) -> None:
        """Whoever left a queue to go on elsewhere and joined no other."""
        if self._moving is not None:
            self._end(self._moving, Outcome.OVERFLOWED, at_ms)
            self._moving = None

    def _end(self, visit: PastVisit, outcome: Outcome, at_ms: int) -> None:
        visit.outcome, visit.ended_ms = outcome, at_ms
        self._open.pop(visit.contact, None)
        self._talked.pop(visit.contact, None)

    def _offered(self, fact: fx.OfferMade, at_ms: int) -> None:
        visit = self._open.get(fact.contact)
        if visit is not None:
            visit.offered_ms = at_ms
            if visit.first_offer_ms is None:
                visit.first_offer_ms = at_ms

    def _offer_ended(self, fact: fx.OfferEnded, at_ms: int) -> None:
        visit = self._open.get(fact.contact)
        if visit is None or visit.offered_ms is None:
            return
        rings = self.ringing.setdefault(visit.queue_at_end, Ringing())
        if fact.outcome == "accepted":
            visit.ring_ms = at_ms - visit.offered_ms
            rings.accepted_ms.append(visit.ring_ms)
        elif fact.outcome == "missed":
            rings.missed += 1
            visit.missed_in.append(visit.queue_at_end)
        visit.offered_ms = None

    def _connected(self, fact: fx.AgentConnected, at_ms: int) -> None:
        visit = self._open.get(fact.contact)
        if visit is not None and not fact.rejoined:
            self._end(visit, Outcome.ANSWERED, at_ms)
            visit.agent = fact.agent
            self._talking[fact.contact] = visit

    def _agent_left(self, fact: fx.AgentLeft, at_ms: int) -> None:
        visit = self._talking.get(fact.contact)
        if visit is None or visit.agent != fact.agent or fact.outcome == "connection_lost":
            return
        assert visit.ended_ms is not None
        visit.talk_ms, visit.wrap_up_ms = at_ms - visit.ended_ms, 0
        del self._talking[fact.contact]
        self._talked[fact.contact] = self._last[fact.agent, fact.contact] = visit

    def _handed_on(self, fact: fx.Transferred, _at_ms: int) -> None:
        self._target[fact.contact] = fact.target

    def _wrapped_up(self, fact: fx.WrappedUp, _at_ms: int) -> None:
        visit = self._last.pop((fact.agent, fact.contact), None)
        if visit is not None:
            visit.wrap_up_ms = fact.wrap_up_ms

    def _state(self, fact: fx.AgentStateChanged, at_ms: int) -> None:
        """Journals of before :class:`~callcenter.domain.facts.WrappedUp` tell of wrap-ups by states alone."""
        began = self._wrapping.pop(fact.agent, None)
        if began is not None:
            began[0].wrap_up_ms = at_ms - began[1]
        visit = self._talked.get(fact.contact)
        if fact.state is AgentState.WRAP_UP and visit is not None and visit.agent == fact.agent:
            self._wrapping[fact.agent] = (visit, at_ms)

    def _over(self, fact: fx.ContactEnded, at_ms: int) -> None:
        visit = self._open.get(fact.contact)
        if visit is not None:
            self._end(visit, Outcome.DISTURBED, at_ms)
        self._target.pop(fact.contact, None)
        self._talked.pop(fact.contact, None)


_RULES: dict[type[fx.Effect], Callable[[VisitFold, Any, int], None]] = {
    fx.QueueJoined: VisitFold._joined,
    fx.QueueLeft: VisitFold._left,
    fx.OfferMade: VisitFold._offered,
    fx.OfferEnded: VisitFold._offer_ended,
    fx.AgentConnected: VisitFold._connected,
    fx.AgentLeft: VisitFold._agent_left,
    fx.Transferred: VisitFold._handed_on,
    fx.AgentStateChanged: VisitFold._state,
    fx.WrappedUp: VisitFold._wrapped_up,
    fx.ContactEnded: VisitFold._over,
}
FACTS = tuple(kind.__name__ for kind in _RULES)
"""The facts that are read, by name."""
