"""When each agent was there: shifts, breaks, other work, and how long they stayed away after a missed offer."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.agent import BREAK_REASON_MISSED, AgentState
from callcenter.domain.journal import JournalEntry

AT_WORK = frozenset({AgentState.OFFERED, AgentState.BUSY, AgentState.WRAP_UP})
CONTACT_WORK = frozenset({AgentState.BUSY, AgentState.WRAP_UP})
LOGGED_OUT, ON_BREAK, AVAILABLE = AgentState.LOGGED_OUT, AgentState.ON_BREAK, AgentState.AVAILABLE
EVENTS = ("StateRequested", "AgentStateForced", "AgentSignedOut")
"""The events that are read, by name."""


class Pause(Struct):
    """Time at which an agent took nothing from the router. Asked for at ``asked_ms``; ``end_ms`` None: it goes on."""

    asked_ms: int
    start_ms: int
    end_ms: int | None = None


class ShiftSpan(Struct):
    """Signed in. ``end_ms`` is when the end was asked for; None: still there."""

    start_ms: int
    end_ms: int | None = None
    left_ms: int | None = None
    """When the agent was really gone, after the work at hand."""


class AgentDay(Struct):
    """One agent's day. ``work`` are stretches of talk and wrap-up on contacts the router gave them."""

    shifts: list[ShiftSpan] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    work: list[tuple[int, int]] = field(default_factory=list)


class _Now(Struct):
    """What is known of an agent at the moment."""

    day: AgentDay
    state: AgentState = LOGGED_OUT
    since_ms: int = 0
    reason: str = ""
    other: bool = False
    """Works on something the router did not give them: a consultation, a contact handed over or taken over."""
    asked_break_ms: int | None = None
    asked_out_ms: int | None = None


class PresenceFold:
    """Give it entries in order, beginning some hours before the day; then :meth:`close` it.

    ``through_queue`` says whether an agent speaks on a contact that the router gave them.
    """

    def __init__(self, through_queue: Callable[[str, str], bool]) -> None:
        self._through_queue = through_queue
        self.agents: dict[str, AgentDay] = {}
        self.missed_away_ms: list[int] = []
        self._now: dict[str, _Now] = {}
        self._start_ms: int | None = None

    def take(self, entry: JournalEntry) -> None:
        """The next entry."""
        if self._start_ms is None:
            self._start_ms = entry.at_ms
        match entry.event:
            case ev.StateRequested(agent=agent, state=state) | ev.AgentStateForced(agent=agent, state=state):
                self._asked(agent, state, entry.at_ms)
            case ev.AgentSignedOut(agent=agent):
                self._asked(agent, LOGGED_OUT, entry.at_ms)
        for effect in entry.effects:
            if isinstance(effect, fx.AgentStateChanged):
                self._changed(effect, entry.at_ms)

    def _asked(self, agent: str, state: AgentState, at_ms: int) -> None:
        """What is asked for during work takes effect afterwards."""
        now = self._now.get(agent)
        if now is None or now.state not in AT_WORK:
            return
        now.asked_break_ms = at_ms if state is ON_BREAK else None
        now.asked_out_ms = at_ms if state is LOGGED_OUT else None

    def _changed(self, fact: fx.AgentStateChanged, at_ms: int) -> None:
        now = self._now.get(fact.agent) or self._first_seen(fact, at_ms)
        self._end_stretch(now, at_ms)
        if now.state is LOGGED_OUT and fact.state is not LOGGED_OUT:
            now.day.shifts.append(ShiftSpan(at_ms))
        if fact.state is AgentState.BUSY:
            now.other = not self._through_queue(fact.agent, fact.contact)
        elif fact.state not in CONTACT_WORK:
            now.other = False
        if fact.state is LOGGED_OUT and now.day.shifts:
            shift = now.day.shifts[-1]
            shift.end_ms, shift.left_ms = now.asked_out_ms or at_ms, at_ms
        if _is_pause(fact.state, fact.reason, other=now.other):
            asked = now.asked_break_ms if fact.state is ON_BREAK and now.asked_break_ms is not None else at_ms
            now.day.pauses.append(Pause(asked, at_ms))
        if fact.state not in AT_WORK:
            now.asked_break_ms = now.asked_out_ms = None
        now.state, now.since_ms, now.reason = fact.state, at_ms, fact.reason

    def _first_seen(self, fact: fx.AgentStateChanged, at_ms: int) -> _Now:
        """Who is first seen in any state but signing in was there before."""
        now = self._now[fact.agent] = _Now(self.agents.setdefault(fact.agent, AgentDay()))
        if fact.state is not ON_BREAK or fact.reason != "signed_in":
            assert self._start_ms is not None
            now.day.shifts.append(ShiftSpan(self._start_ms))
            now.state, now.since_ms = AVAILABLE, self._start_ms
        return now

    def _end_stretch(self, now: _Now, at_ms: int) -> None:
        """The state until now is over."""
        if now.day.pauses and now.day.pauses[-1].end_ms is None:
            now.day.pauses[-1].end_ms = at_ms
        if now.state is ON_BREAK and now.reason == BREAK_REASON_MISSED:
            self.missed_away_ms.append(at_ms - now.since_ms)
        elif now.state in CONTACT_WORK and not now.other:
            now.day.work.append((now.since_ms, at_ms))

    def close(self, at_ms: int) -> None:
        """Nothing more is known after ``at_ms``."""
        for now in self._now.values():
            if now.state in CONTACT_WORK and not now.other:
                now.day.work.append((now.since_ms, at_ms))


def _is_pause(state: AgentState, reason: str, *, other: bool) -> bool:
    """A missed offer's break is none: the simulated agents miss offers themselves."""
    return (state is ON_BREAK and reason != BREAK_REASON_MISSED) or (other and state in CONTACT_WORK)
