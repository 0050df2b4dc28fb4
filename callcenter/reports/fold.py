"""The journal's facts become sums: the one place that says which fact counts as what, and in which interval.

Visits of a queue stand where the contact joined, parts of agents where the agent left the talk, offers where they
ended; an agent's time is split over the intervals in which it passed. Facts carry all that is needed, so that a batch
costs as much as it has facts, wherever in the journal it lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from callcenter.domain import effects as fx
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Channel
from callcenter.domain.effects import Effect
from callcenter.domain.events import CenterConfigured
from callcenter.domain.figures import (
    INTERVAL_MS,
    NO_CHANNEL,
    AgentKey,
    AgentSums,
    QueueKey,
    QueueSums,
    WaitPrediction,
)
from callcenter.domain.journal import JournalEntry

STATE_FIELDS = {
    AgentState.AVAILABLE: "available_ms",
    AgentState.OFFERED: "ringing_ms",
    AgentState.BUSY: "busy_ms",
    AgentState.WRAP_UP: "wrapping_ms",
    AgentState.ON_BREAK: "break_ms",
}
"""Where an agent's time in each state is counted; signed out is no time at work."""


def counted_as(before: AgentState, state: AgentState) -> AgentState:
    """What an agent's time in ``state`` counts as: being offered one more contact is time on those in hand."""
    return AgentState.BUSY if state is AgentState.OFFERED and before is AgentState.BUSY else state


class Ledger(Protocol):
    """Where sums are kept: finds those that something at a time counts in."""

    def queue(self, at_ms: int, queue: str, channel: str) -> QueueSums:
        """The queue's sums of the interval around ``at_ms``."""
        ...

    def agent(self, at_ms: int, agent: str, team: str, channel: str) -> AgentSums:
        """The agent's sums of the interval around ``at_ms``."""
        ...

    def predicted(self, prediction: WaitPrediction) -> None:
        """A wait that was expected on joining is over."""
        ...

    def told(self, prediction: WaitPrediction) -> None:
        """A wait that a customer was told is over."""
        ...


class Figures:
    """Sums by interval, as a ledger. What a table holds, what a batch adds, or what a whole journal comes to."""

    def __init__(self) -> None:
        self.queues: dict[QueueKey, QueueSums] = {}
        self.agents: dict[AgentKey, AgentSums] = {}
        self.predictions: list[WaitPrediction] = []
        self.told_waits: list[WaitPrediction] = []

    def queue(self, at_ms: int, queue: str, channel: str) -> QueueSums:
        """The queue's sums of the interval around ``at_ms``, made when they are new."""
        key = at_ms - at_ms % INTERVAL_MS, queue, channel
        found = self.queues.get(key)
        if found is None:
            found = self.queues[key] = QueueSums()
        return found

    def agent(self, at_ms: int, agent: str, team: str, channel: str) -> AgentSums:
        """The agent's sums of the interval around ``at_ms``, made when they are new."""
        key = at_ms - at_ms % INTERVAL_MS, agent, team, channel
        found = self.agents.get(key)
        if found is None:
            found = self.agents[key] = AgentSums()
        return found

    def predicted(self, prediction: WaitPrediction) -> None:
        """Keep it."""
        self.predictions.append(prediction)

    def told(self, prediction: WaitPrediction) -> None:
        """Keep it."""
        self.told_waits.append(prediction)


def note(ledger: Ledger, effects: Iterable[Effect], at_ms: int) -> None:
    """Count the facts among ``effects``, which became so at ``at_ms``."""
    for effect in effects:
        rule = _RULES.get(type(effect))
        if rule is not None:
            rule(ledger, effect, at_ms)


def from_journal(entries: Iterable[JournalEntry], until_ms: int | None = None) -> Figures:
    """What the entries come to. With ``until_ms``, the states that agents are still in then count up to that moment."""
    figures = Figures()
    standing: dict[str, tuple[AgentState, int]] = {}
    teams: dict[str, str] = {}
    for entry in entries:
        note(figures, entry.effects, entry.at_ms)
        if until_ms is None:
            continue
        if isinstance(entry.event, CenterConfigured):
            teams = {agent.id: agent.team for agent in entry.event.config.agents.values()}
        for effect in entry.effects:
            if isinstance(effect, fx.AgentStateChanged):
                before = standing.get(effect.agent, (AgentState.LOGGED_OUT, 0))[0]
                standing[effect.agent] = counted_as(before, effect.state), entry.at_ms
    for agent, (state, since_ms) in standing.items() if until_ms is not None else ():
        count_time(figures, agent, teams.get(agent, ""), state, since_ms, until_ms or 0)
    return figures


def count_time(ledger: Ledger, agent: str, team: str, state: AgentState, since_ms: int, until_ms: int) -> None:
    """An agent was in ``state`` all that time."""
    field = STATE_FIELDS.get(state)
    if field is None:
        return
    for start_ms, length_ms in split(since_ms, until_ms):
        sums = ledger.agent(start_ms, agent, team, NO_CHANNEL)
        setattr(sums, field, getattr(sums, field) + length_ms)


def split(since_ms: int, until_ms: int) -> Iterator[tuple[int, int]]:
    """A stretch of time by intervals: where each piece begins, and how long it is."""
    while since_ms < until_ms:
        border = since_ms - since_ms % INTERVAL_MS + INTERVAL_MS
        end = min(border, until_ms)
        yield since_ms, end - since_ms
        since_ms = end


def _joined(ledger: Ledger, fact: fx.QueueJoined, at_ms: int) -> None:
    if fact.again:
        return
    if fact.virtual and not fact.first:
        return
    sums = ledger.queue(at_ms, fact.queue, fact.channel)
    sums.offered += not fact.virtual
    sums.asked += fact.first


def _left(ledger: Ledger, fact: fx.QueueLeft, at_ms: int) -> None:
    if fact.virtual:
        return  # who waits for a call back makes no visit before they pick up
    waited, joined_ms = fact.waited_ms, at_ms - fact.waited_ms
    sums = ledger.queue(joined_ms, fact.queue, fact.channel)
    if fact.outcome == "connected":
        sums.answered += 1
        sums.within_level += fact.level.is_within(waited)
        sums.answered_wait_ms += waited
    elif fact.outcome == "abandoned":
        sums.abandoned += 1
        sums.short_abandoned += fact.level.is_short(waited)
        sums.left_out += fact.level.leaves_out(waited)
    elif fact.outcome == "ended":
        sums.cut_off += 1
    else:
        sums.handed_on += 1
    sums.longest_wait_ms = max(sums.longest_wait_ms, waited)
    _predicted(ledger, fact, joined_ms)


def _predicted(ledger: Ledger, fact: fx.QueueLeft, joined_ms: int) -> None:
    outcome = _ENDS.get(fact.outcome, "left")
    whose = fact.contact, fact.queue, fact.channel
    if fact.expected_wait_ms is not None:
        ledger.predicted(WaitPrediction(*whose, joined_ms, fact.expected_wait_ms, fact.waited_ms, outcome))
    if fact.told_wait_ms is not None:
        after = fact.told_after_ms
        ledger.told(WaitPrediction(*whose, joined_ms + after, fact.told_wait_ms, fact.waited_ms - after, outcome))


def _attempt_ended(ledger: Ledger, fact: fx.AttemptEnded, at_ms: int) -> None:
    if fact.outcome != "answered" or not fact.queue:
        return
    sums = ledger.queue(at_ms, fact.queue, Channel.VOICE)
    sums.offered += 1
    sums.answered += 1
    sums.called_back += 1


def _connected(ledger: Ledger, fact: fx.AgentConnected, at_ms: int) -> None:
    if fact.asked_in:
        ledger.queue(fact.asked_ms, fact.asked_in, fact.channel).reached += 1


def _agent_left(ledger: Ledger, fact: fx.AgentLeft, at_ms: int) -> None:
    if fact.outcome == "connection_lost":
        return  # they may come back; when they are given up, another such fact tells the whole
    for sums in _part(ledger, fact, at_ms):
        sums.handled += 1
        sums.talk_ms += fact.talked_ms - fact.held_ms
        sums.hold_ms += fact.held_ms


def _wrapped_up(ledger: Ledger, fact: fx.WrappedUp, at_ms: int) -> None:
    for sums in _part(ledger, fact, at_ms - fact.wrap_up_ms):
        sums.wrap_up_ms += fact.wrap_up_ms


def _part(ledger: Ledger, fact: fx.AgentLeft | fx.WrappedUp, left_ms: int) -> Iterator[QueueSums | AgentSums]:
    """The sums an agent's part in a contact counts in."""
    if fact.queue:
        yield ledger.queue(left_ms, fact.queue, fact.channel)
    yield ledger.agent(left_ms, fact.agent, fact.team, fact.channel)


def _offer_ended(ledger: Ledger, fact: fx.OfferEnded, at_ms: int) -> None:
    sums = ledger.agent(at_ms, fact.agent, fact.team, fact.channel)
    sums.offers += 1
    sums.accepted += fact.outcome == "accepted"
    sums.missed += fact.outcome in ("missed", "unreachable")
    sums.declined += fact.outcome == "declined"


def _state_changed(ledger: Ledger, fact: fx.AgentStateChanged, at_ms: int) -> None:
    if fact.before is not None:
        count_time(ledger, fact.agent, fact.team, fact.before, at_ms - fact.before_ms, at_ms)


_ENDS = {"connected": "answered", "abandoned": "abandoned"}
_RULES: dict[type[Effect], Callable[[Ledger, Any, int], None]] = {
    fx.QueueJoined: _joined,
    fx.QueueLeft: _left,
    fx.AttemptEnded: _attempt_ended,
    fx.AgentConnected: _connected,
    fx.AgentLeft: _agent_left,
    fx.WrappedUp: _wrapped_up,
    fx.OfferEnded: _offer_ended,
    fx.AgentStateChanged: _state_changed,
}
COUNTED = frozenset(_RULES)
"""The facts that count as something."""
VISITS = frozenset({fx.QueueJoined, fx.QueueLeft, fx.AttemptEnded})
"""Those that tell of visits."""
