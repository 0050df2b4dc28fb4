"""One run: a heap of events in virtual time around the very router that works in production."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush, heapreplace
from random import Random
from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Why
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentChanged, Offered, OfferWithdrawn, WrapUpStarted
from callcenter.simulation.arrivals import moments
from callcenter.simulation.figures import Tally
from callcenter.simulation.scenario import QueuePlan, Scenario

LOSES_PATIENCE, TALK_ENDS, WRAP_UP_ENDS, ANSWERS, MISSES, BEGINS, GOES, RETURNS = range(8)
Event = tuple[int, int, int, Any, Any]
"""Time in ms, running number (breaks ties), what, and about whom."""
WHY = Why("simulated")
LOGGED_OUT = AgentState.LOGGED_OUT


class QueueRun:
    """One queue's customers: their moments, draws and counts. Each kind of draw has a stream of its own.

    A customer's handling time and patience are drawn on arrival, so that another staffing or policy meets the
    same customers.
    """

    __slots__ = ("handling", "moments", "name", "patience", "plan", "ring", "tally", "wrap_up")

    def __init__(self, name: str, plan: QueuePlan, seed: str) -> None:
        def stream(purpose: str) -> Random:
            return Random(f"{seed}/{name}/{purpose}")  # noqa: S311

        self.name = name
        self.plan = plan
        self.tally = Tally()
        self.moments: Iterator[int] = moments(plan.arrivals, stream("arrivals"))
        self.handling = plan.handling.drawer(stream("handling"))
        self.patience = plan.patience.drawer(stream("patience")) if plan.patience.law != "none" else None
        self.ring = plan.ring.drawer(stream("ring")) if plan.ring.law != "none" else None
        self.wrap_up = plan.wrap_up.drawer(stream("wrap_up"))


class Run:
    """One replication. ``go`` runs it to the end; the figures are then in ``queues``, ``busy_ms``, ``staffed_ms``."""

    def __init__(self, scenario: Scenario, seed: str) -> None:
        self.scenario = scenario
        self.warm_up, self.horizon = scenario.warm_up, scenario.horizon
        self.within = scenario.service_level.within
        self.acd = Acd(explain=False)
        self.queues = {name: QueueRun(name, plan, seed) for name, plan in scenario.queues.items()}
        self.events: list[Event] = []
        self.number = 0
        self.calls = 0
        self.open: dict[str, tuple[QueueRun, int, int]] = {}
        """Contacts not yet answered: their queue, arrival and handling time."""
        self.ringing: dict[str, int] = {}
        self.signed_in: dict[str, int] = {}
        self.busy_ms = 0
        self.staffed_ms = 0
        self.away_ms: dict[str, int] = {}
        self._staff()

    def _staff(self) -> None:
        agents = {}
        for index, team in enumerate(self.scenario.agents):
            for config in team.configs(index):
                agents[config.id] = config
                self.away_ms[config.id] = team.away_after_missed
                for shift in team.shifts:
                    self.push(shift.start, BEGINS, config.id)
                    self.push(shift.end, GOES, config.id)
        self.acd.configure({name: queue.plan.config(name) for name, queue in self.queues.items()}, agents, 0)
        for index, team in enumerate(self.scenario.agents):
            for config in team.configs(index) if not team.shifts else ():
                self.begin_shift(config.id, 0)

    def push(self, at_ms: int, what: int, who: Any, more: Any = None) -> None:
        """Let something happen at ``at_ms``."""
        self.number += 1
        heappush(self.events, (at_ms, self.number, what, who, more))

    def go(self) -> None:
        """Until nothing more happens; nobody arrives after the horizon, or before what else falls on that ms."""
        events = self.events
        arrivals: list[tuple[int, int, QueueRun]] = []
        for number, queue in enumerate(self.queues.values()):
            at_ms = next(queue.moments, self.horizon)
            if at_ms < self.horizon:
                heappush(arrivals, (at_ms, number, queue))
        waiting, follow, release = self.open, self.follow, self.acd.release
        while events or arrivals:
            if arrivals and (not events or arrivals[0][0] < events[0][0]):
                now, number, queue = arrivals[0]
                at_ms = next(queue.moments, self.horizon)
                if at_ms < self.horizon:
                    heapreplace(arrivals, (at_ms, number, queue))
                else:
                    heappop(arrivals)
                self.arrive(queue, now)
                continue
            now, number, what, who, more = heappop(events)
            if what == TALK_ENDS:
                follow(release(who, more[0], now), now, more[1])
            elif what == LOSES_PATIENCE:
                if who in waiting:
                    self.lose_patience(who, now)
            elif what == WRAP_UP_ENDS:
                follow(self.acd.end_wrap_up(who, now), now)
            elif what in (ANSWERS, MISSES):
                if self.ringing.get(who) == number:
                    del self.ringing[who]
                    self.answer(who, more, now) if what == ANSWERS else self.miss(who, more, now)
            elif what == BEGINS:
                self.begin_shift(who, now)
            elif what == GOES:
                follow(self.acd.sign_out(who, now), now)
            elif self.acd.agent(who).state is AgentState.ON_BREAK:
                follow(self.acd.request_state(who, AgentState.AVAILABLE, "", now), now)
        for start in self.signed_in.values():
            self.staffed_ms += self.counted(start, self.horizon)

    def arrive(self, queue: QueueRun, now: int) -> None:
        """A customer asks for a person."""
        self.calls += 1
        contact = str(self.calls)
        self.open[contact] = (queue, now, queue.handling())
        patience = queue.patience() if queue.patience is not None else -1
        decisions = self.acd.enqueue(contact, queue.name, now, why=WHY)
        waits = not decisions or type(decisions[-1]) is not Offered
        if now >= self.warm_up:
            queue.tally.offered += 1
            queue.tally.waited += waits
        if decisions:
            self.follow(decisions, now)
        if patience >= 0 and (waits or contact in self.open):
            self.number += 1
            heappush(self.events, (now + patience, self.number, LOSES_PATIENCE, contact, None))

    def lose_patience(self, contact: str, now: int) -> None:
        """The customer, not answered yet, hangs up."""
        queue, arrived, _ = self.open.pop(contact)
        self.ringing.pop(contact, None)
        if arrived >= self.warm_up:
            tally = queue.tally
            tally.abandoned += 1
            tally.abandoned_short += now - arrived < self.scenario.service_level.short
            if now - arrived > tally.longest_wait_ms:
                tally.longest_wait_ms = now - arrived
        self.follow(self.acd.remove(contact, now), now)

    def follow(self, decisions: Iterable[Any], now: int, queue: QueueRun | None = None) -> None:
        """Do what people do after the router's decisions."""
        for decision in decisions:
            kind = type(decision)
            if kind is AgentChanged:
                if decision.state is LOGGED_OUT:
                    start = self.signed_in.pop(decision.agent)
                    self.staffed_ms += self.counted(start, now)
            elif kind is Offered:
                ringing = self.open[decision.contact][0].ring
                if ringing is None:
                    self.answer(decision.contact, decision.agent, now)
                else:
                    self.ring(decision, ringing(), now)
            elif kind is OfferWithdrawn:
                self.ringing.pop(decision.contact, None)
            elif kind is WrapUpStarted and queue is not None:
                length = queue.wrap_up()
                self.busy_ms += self.counted(now, now + length)
                self.push(now + length, WRAP_UP_ENDS, decision.agent)

    def ring(self, offer: Offered, length: int, now: int) -> None:
        """The agent picks up after ``length`` of ringing, or misses the offer."""
        missed = now + length >= offer.expires_at_ms
        self.push(
            offer.expires_at_ms if missed else now + length, MISSES if missed else ANSWERS, offer.contact, offer.agent
        )
        self.ringing[offer.contact] = self.number

    def answer(self, contact: str, agent: str, now: int) -> None:
        """Agent and customer speak."""
        queue, arrived, handling = self.open.pop(contact)
        decisions = self.acd.accept(contact, agent, now)
        if arrived >= self.warm_up:
            tally = queue.tally
            waited = now - arrived
            tally.answered += 1
            if waited:
                tally.answered_wait_ms += waited
                if waited > tally.longest_wait_ms:
                    tally.longest_wait_ms = waited
            if waited <= self.within:
                tally.within += 1
        ends = now + handling
        self.busy_ms += handling if now >= self.warm_up and ends <= self.horizon else self.counted(now, ends)
        self.number += 1
        heappush(self.events, (ends, self.number, TALK_ENDS, agent, (contact, queue)))
        if len(decisions) > 1:
            self.follow(decisions, now)

    def miss(self, contact: str, agent: str, now: int) -> None:
        """Nobody picked up: the agent is away for a while, the customer waits on."""
        queue, arrived, _ = self.open[contact]
        queue.tally.missed_offers += arrived >= self.warm_up
        self.push(now + self.away_ms[agent], RETURNS, agent)
        self.follow(self.acd.refuse(contact, agent, now, "missed"), now)

    def begin_shift(self, agent: str, now: int) -> None:
        """The agent signs in and is ready at once."""
        self.signed_in.setdefault(agent, now)
        self.follow(self.acd.sign_in(agent, now), now)
        self.follow(self.acd.request_state(agent, AgentState.AVAILABLE, "", now), now)

    def counted(self, start: int, end: int) -> int:
        """How much of a stretch of time lies between warm-up and horizon."""
        first, last = self.warm_up, self.horizon
        return max(0, (end if end < last else last) - (start if start > first else first))
