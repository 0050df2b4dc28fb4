"""The figures once more, counted in the plainest way: whole stories are looked at, and time is cut minute by minute.

Nothing here is shared with the product's own counting: lengths of time are told by the clock of the journal, and what
a queue is measured by, and who is in which team, by the configuration that was in force.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from callcenter.domain import effects as fx
from callcenter.domain.agent import AgentState
from callcenter.domain.config import CenterConfig, QueueConfig
from callcenter.domain.events import CenterConfigured
from callcenter.domain.journal import JournalEntry

QUARTER = 15 * 60_000


@dataclass
class Told:
    """A fact, when it became so, and the configuration then."""

    at: int
    fact: fx.Effect
    config: CenterConfig


@dataclass
class Counted:
    """Figures by (quarter, queue) and (quarter, agent, team); a figure that is nought may be missing."""

    queues: dict[tuple[int, str], dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    agents: dict[tuple[int, str, str], dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )


def count(entries: Iterable[JournalEntry], until: int | None = None) -> Counted:
    """Count a journal."""
    told, config = [], CenterConfig()
    for entry in entries:
        if isinstance(entry.event, CenterConfigured):
            config = entry.event.config
        told += [Told(entry.at_ms, fact, config) for fact in entry.effects]
    out = Counted()
    stories: dict[str, list[Told]] = defaultdict(list)
    shifts: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if isinstance(one.fact, fx.ContactFact):
            stories[one.fact.contact].append(one)
        if isinstance(one.fact, fx.AgentStateChanged):
            shifts[one.fact.agent].append(one)
    for story in stories.values():
        _visits(out, story)
        _called_back(out, story)
        _parts(out, story)
        _offers(out, story)
    for whole in _with_callbacks(stories):
        _asked(out, whole)
    for shift in shifts.values():
        _time(out, shift, until, config)
    return out


def _quarter(at: int) -> int:
    return at // QUARTER * QUARTER


def _team(told: Told, agent: str) -> str:
    known = told.config.agents.get(agent)
    return known.team if known else ""


def _visits(out: Counted, story: list[Told]) -> None:
    joined = None
    for told in story:
        if isinstance(told.fact, fx.QueueJoined) and joined is None and not told.fact.virtual:
            joined = told.at
            out.queues[_quarter(joined), told.fact.queue]["offered"] += 1
        if isinstance(told.fact, fx.QueueLeft) and joined is not None:
            row = out.queues[_quarter(joined), told.fact.queue]
            queue = told.config.queues.get(told.fact.queue) or QueueConfig("", {})
            waited, joined = told.at - joined, None
            row["longest_wait_ms"] = max(row["longest_wait_ms"], waited)
            if told.fact.outcome == "connected":
                row["answered"] += 1
                row["answered_wait_ms"] += waited
                row["within_level"] += waited <= queue.service_level_ms
            elif told.fact.outcome == "abandoned":
                short = waited < queue.short_abandon_ms
                row["abandoned"] += 1
                row["short_abandoned"] += short
                row["left_out"] += queue.abandons == "excluded" or (queue.abandons == "short_excluded" and short)
            else:
                row["cut_off" if told.fact.outcome == "ended" else "handed_on"] += 1


def _called_back(out: Counted, story: list[Told]) -> None:
    """Somebody was dialled and then spoke with an agent: seen by the two having been put together."""
    queue, dialled = "", False
    for told in story:
        if isinstance(told.fact, fx.QueueJoined):
            queue = told.fact.queue
        if isinstance(told.fact, fx.AttemptStarted):
            dialled = True
        if isinstance(told.fact, fx.AgentConnected) and dialled:
            row, dialled = out.queues[_quarter(told.at), queue], False
            for name in ("offered", "answered", "called_back"):
                row[name] += 1


def _with_callbacks(stories: dict[str, list[Told]]) -> list[list[Told]]:
    """A callback goes on with the contact it was booked in, and who rings again meanwhile with the callback."""
    first: dict[str, str] = {}
    for contact, story in stories.items():
        before = next((t.fact.origin for t in story if isinstance(t.fact, fx.ContactOpened) and t.fact.origin), "")
        before = next((t.fact.callback for t in story if isinstance(t.fact, fx.PlaceTakenOver)), before)
        first[contact] = first.get(before, contact)
    wholes: dict[str, list[Told]] = defaultdict(list)
    for contact, story in stories.items():
        wholes[first[contact]] += story
    return [sorted(whole, key=lambda told: told.at) for whole in wholes.values()]


def _asked(out: Counted, story: list[Told]) -> None:
    """``story`` is that of a contact and of the callbacks that go back to it."""
    asked = next((told for told in story if isinstance(told.fact, fx.QueueJoined)), None)
    if asked is not None:
        row = out.queues[_quarter(asked.at), asked.fact.queue]
        row["asked"] += 1
        row["reached"] += any(isinstance(told.fact, fx.AgentConnected) for told in story)


def _parts(out: Counted, story: list[Told]) -> None:
    began: dict[str, int] = {}
    held: dict[str, int] = defaultdict(int)
    queue, holding, wrapping = "", None, {}
    for told in story:
        at, fact = told.at, told.fact
        if isinstance(fact, fx.QueueJoined):
            queue = fact.queue
        ends_hold = isinstance(fact, fx.ConsultStarted | fx.AgentLeft | fx.HoldChanged)
        if holding is not None and ends_hold:
            held[fact.agent] += at - holding
            holding = None
        if isinstance(fact, fx.HoldChanged) and fact.on_hold:
            holding = at
        if isinstance(fact, fx.AgentConnected):
            began.setdefault(fact.agent, at)
        if isinstance(fact, fx.AgentLeft) and fact.outcome != "connection_lost":
            talked = at - began.pop(fact.agent)
            hold = held.pop(fact.agent, 0)
            wrapping[fact.agent] = at, queue
            for row in _rows(out, told, fact.agent, at, queue):
                row["handled"] += 1
                row["talk_ms"] += talked - hold
                row["hold_ms"] += hold
        if isinstance(fact, fx.WrappedUp):
            since, its_queue = wrapping[fact.agent]
            for row in _rows(out, told, fact.agent, since, its_queue):
                row["wrap_up_ms"] += at - since


def _rows(out: Counted, told: Told, agent: str, at: int, queue: str) -> tuple[dict[str, int], dict[str, int]]:
    return out.queues[_quarter(at), queue], out.agents[_quarter(at), agent, _team(told, agent)]


def _offers(out: Counted, story: list[Told]) -> None:
    names = {"accepted": "accepted", "missed": "missed", "unreachable": "missed", "declined": "declined"}
    for told in story:
        if isinstance(told.fact, fx.OfferEnded):
            row = out.agents[_quarter(told.at), told.fact.agent, _team(told, told.fact.agent)]
            row["offers"] += 1
            if told.fact.outcome in names:
                row[names[told.fact.outcome]] += 1


def _time(out: Counted, shift: list[Told], until: int | None, last: CenterConfig) -> None:
    names = {
        AgentState.AVAILABLE: "available_ms",
        AgentState.OFFERED: "ringing_ms",
        AgentState.BUSY: "busy_ms",
        AgentState.WRAP_UP: "wrapping_ms",
        AgentState.ON_BREAK: "break_ms",
    }
    ends = [(told.at, _team(told, told.fact.agent)) for told in shift[1:]]
    if until is not None:
        ends.append((until, _team(Told(until, shift[0].fact, last), shift[0].fact.agent)))
    on_contacts = False
    for told, (end, team) in zip(shift, ends, strict=False):
        state = told.fact.state
        one_more = state is AgentState.OFFERED and on_contacts
        on_contacts = state is AgentState.BUSY or one_more
        name = "busy_ms" if on_contacts else names.get(state)
        for quarter in range(_quarter(told.at), end, QUARTER) if name else ():
            passed = min(end, quarter + QUARTER) - max(told.at, quarter)
            out.agents[quarter, told.fact.agent, team][name] += max(0, passed)
