"""One run: a heap of events in virtual time around the very router that works in production."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush, heapreplace
from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Why
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentChanged, Offered, OfferWithdrawn, WrapUpStarted
from callcenter.simulation.callers import AT_ONCE, Caller, ContactRun, QueueRun, waiting
from callcenter.simulation.calling_back import CallingBack
from callcenter.simulation.concurrency import Concurrency
from callcenter.simulation.handing_on import HandingOn
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.staff import Staff

LOSES_PATIENCE, TALK_ENDS, WRAP_UP_ENDS, ANSWERS, MISSES, ELSE = range(6)
Event = tuple[int, int, int, Any, Any]
"""Time in ms, running number (breaks ties), what, and about whom."""
WHY = Why("simulated")
LOGGED_OUT, ON_BREAK, AVAILABLE = AgentState.LOGGED_OUT, AgentState.ON_BREAK, AgentState.AVAILABLE


class Run:
    """One replication. ``go`` runs it to the end; the figures are then in ``queues``, ``busy_ms``, ``staffed_ms``."""

    def __init__(self, scenario: Scenario, seed: str) -> None:
        self.scenario = scenario
        self.warm_up, self.horizon, self.until = scenario.warm_up, scenario.horizon, scenario.until
        self.acd = Acd(explain=False)
        self.enqueue, self.accept = self.acd.enqueue, self.acd.accept
        wraps_up = {visit.queue for contact in scenario.contacts for visit in contact.visits() if visit.wrap_up}
        self.queues = {
            name: QueueRun(name, plan, scenario, seed, wraps_up=name in wraps_up)
            for name, plan in scenario.queues.items()
        }
        self.events: list[Event] = []
        self.number = 0
        self.calls = 0
        self.open: dict[str, Caller] = {}
        """Contacts not yet answered."""
        self.ringing: dict[str, int] = {}
        self.busy_ms = 0
        self.staffed_ms = 0
        self.has_times = any(plan.relaxations for plan in scenario.queues.values()) or any(
            visit.preferred for contact in scenario.contacts for visit in contact.visits()
        )
        """Whether the router has times of its own: contacts that ask for less."""
        self.router_due: int | None = None
        self.handing_on = HandingOn(self)
        self.calling_back = CallingBack(self, seed)
        self.concurrency = Concurrency(self) if scenario.concurrent else None
        self.staff = Staff(self.acd, scenario.agents, seed, self.follow, self.later, self.counted)
        configs = {name: queue.config for name, queue in self.queues.items()}
        self.acd.configure(configs, self.staff.agents, 0, scenario.channel_configs())
        self.staff.open()

    def later(self, at_ms: int, do: Callable[[Any, Any, int], None], who: Any = None, more: Any = None) -> None:
        """Let something happen at ``at_ms``."""
        self.number += 1
        heappush(self.events, (at_ms, self.number, ELSE, do, (who, more)))

    def go(self) -> None:
        """Until nothing more happens; nobody arrives after the horizon, or before what else falls on that ms."""
        events, arrivals, never = self.events, self._arrivals(), self.horizon
        waiting, follow, release, end_wrap_up = self.open, self.follow, self.acd.release, self.acd.end_wrap_up
        next_ms = arrivals[0][0] if arrivals else never
        while events or next_ms < never:
            if next_ms < never and (not events or next_ms < events[0][0]):
                now, number, source = arrivals[0]
                at_ms = next(source.moments, never)
                if at_ms < never:
                    heapreplace(arrivals, (at_ms, number, source))
                else:
                    heappop(arrivals)
                next_ms = arrivals[0][0] if arrivals else never
                source.bring(self, now)
                continue
            now, number, what, who, more = heappop(events)
            if what == TALK_ENDS:
                decisions = release(who, more.contact, now)
                if len(decisions) > 1 or type(decisions[0]) is not AgentChanged or decisions[0].state is not AVAILABLE:
                    follow(decisions, now, more)
                if more.then:
                    self.go_on(more, now)
            elif what == LOSES_PATIENCE:
                if who in waiting:
                    self.lose_patience(who, now)
            elif what == WRAP_UP_ENDS:
                follow(end_wrap_up(who, more, now), now)
                self.put_down(who, now)
            elif what == ELSE:
                who(*more, now)
            elif self.ringing.get(who) == number:
                del self.ringing[who]
                self.answer(who, more, now) if what == ANSWERS else self.miss(who, more, now)
        self.staff.close(self.until)
        self.staffed_ms = self.staff.present_ms
        for caller in self.open.values():
            caller.queue.tally.unserved += caller.counted and not caller.virtual

    def _arrivals(self) -> list[tuple[int, int, QueueRun | ContactRun]]:
        sources: list[QueueRun | ContactRun] = [*self.queues.values()]
        if self.scenario.contacts:
            sources.append(ContactRun(self.scenario.contacts, self.queues))
        arrivals: list[tuple[int, int, QueueRun | ContactRun]] = []
        for number, source in enumerate(sources):
            at_ms = next(source.moments, self.horizon)
            if at_ms < self.horizon:
                heappush(arrivals, (at_ms, number, source))
        return arrivals

    def join(self, caller: Caller, now: int) -> None:
        """A customer begins to ask for a person."""
        contact, queue = caller.contact, caller.queue
        self.open[contact] = caller
        asks = caller.asks
        if asks:
            decisions = self.enqueue(contact, queue.name, now, why=WHY, **asks)
        else:
            decisions = self.enqueue(contact, queue.name, now, why=WHY)
        waits, agent = True, ""
        if decisions:
            last = decisions[-1]
            if type(last) is Offered and last.contact == contact:
                waits, agent = False, last.agent
        if self.has_times:
            self.arm_router()
        if caller.counted:
            tally = queue.tally
            tally.offered += 1
            tally.waited += waits
        if not waits and len(decisions) == 2 and caller.ring == AT_ONCE and not caller.missed:
            self.answer(contact, agent, now)
            return
        if decisions:
            self.follow(decisions, now)
        if not waits and contact not in self.open:
            return
        if queue.overflows and waits and contact in self.open:
            self.handing_on.settle(caller, now)
        if caller.patience >= 0:
            self.number += 1
            heappush(self.events, (now + caller.patience, self.number, LOSES_PATIENCE, contact, None))

    def end_talk(self, agent: str, caller: Caller, now: int) -> bool:
        """A talk among several of the agent is over; whether a wrap-up follows."""
        decisions = self.acd.release(agent, caller.contact, now)
        self.follow(decisions, now, caller)
        if caller.then:
            self.go_on(caller, now)
        return any(type(decision) is WrapUpStarted for decision in decisions)

    def go_on(self, caller: Caller, now: int) -> None:
        """The customer was transferred: after the talk they wait again."""
        visit, *rest = caller.then
        counted = self.warm_up <= now < self.until
        self.join(waiting(f"{caller.contact}+", visit, tuple(rest), counted, now), now)

    def arm_router(self) -> None:
        """Wake the router when it has something to do."""
        due = self.acd.next_due_ms()
        if due is not None and (self.router_due is None or due < self.router_due):
            self.router_due = due
            self.later(due, self._router_due)

    def _router_due(self, _who: None, _more: None, now: int) -> None:
        self.router_due = None
        self.follow(self.acd.tick(now), now)
        self.arm_router()

    def lose_patience(self, contact: str, now: int) -> None:
        """The customer, not answered yet, hangs up."""
        caller = self.open.pop(contact)
        self.ringing.pop(contact, None)
        if caller.counted:
            tally, waited = caller.queue.tally, now - caller.joined
            tally.abandoned += 1
            tally.left_out += caller.queue.level.leaves_out(waited)
            if waited > tally.longest_wait_ms:
                tally.longest_wait_ms = waited
        decisions = self.acd.remove(contact, now)
        if decisions:
            self.follow(decisions, now)

    def follow(self, decisions: Iterable[Any], now: int, caller: Caller | None = None) -> None:
        """Do what people do after the router's decisions; ``caller`` is whose talk ended."""
        for decision in decisions:
            kind = type(decision)
            if kind is AgentChanged:
                state = decision.state
                if state is ON_BREAK or state is LOGGED_OUT:
                    self.staff.changed(decision, now)
                    if state is LOGGED_OUT:
                        self.handing_on.staff_left(now)
            elif kind is Offered:
                offered = self.open[decision.contact]
                if offered.ring == AT_ONCE and not offered.missed:
                    self.answer(decision.contact, decision.agent, now)
                else:
                    self.ring(decision, offered, now)
            elif kind is OfferWithdrawn:
                self.ringing.pop(decision.contact, None)
            elif kind is WrapUpStarted and caller is not None:
                length = caller.wrap_up
                if self.concurrency is None:
                    self.busy_ms += self.counted(now, now + length)
                self.number += 1
                heappush(self.events, (now + length, self.number, WRAP_UP_ENDS, decision.agent, decision.contact))

    def ring(self, offer: Offered, caller: Caller, now: int) -> None:
        """The agent picks up after some ringing, or misses the offer."""
        self.number += 1
        if caller.missed or now + caller.ring >= offer.expires_at_ms:
            heappush(self.events, (offer.expires_at_ms, self.number, MISSES, offer.contact, offer.agent))
        else:
            heappush(self.events, (now + caller.ring, self.number, ANSWERS, offer.contact, offer.agent))
        self.ringing[offer.contact] = self.number

    def answer(self, contact: str, agent: str, now: int) -> None:
        """Agent and customer speak."""
        caller = self.open.pop(contact)
        if caller.virtual:
            self.calling_back.dial(caller, agent, now)
            return
        decisions = self.accept(contact, agent, now)
        if caller.counted:
            tally, waited = caller.queue.tally, now - caller.joined
            tally.answered += 1
            if waited:
                tally.answered_wait_ms += waited
                if waited > tally.longest_wait_ms:
                    tally.longest_wait_ms = waited
            if waited <= caller.queue.within:
                tally.within += 1
        self.take(agent, now)
        self.talk(agent, caller, now)
        if len(decisions) > 1:
            self.follow(decisions, now)

    def take(self, agent: str, now: int) -> None:
        """A contact more is in the agent's hands."""
        if self.concurrency is not None:
            self.concurrency.take(agent, now)

    def put_down(self, agent: str, now: int) -> None:
        """A contact is out of the agent's hands, wrap-up included."""
        if self.concurrency is not None:
            self.concurrency.put_down(agent, now)

    def worked(self, since: int, now: int) -> None:
        """An agent with one contact at a time has worked on it."""
        if self.concurrency is None:
            self.busy_ms += self.counted(since, now)

    def talk(self, agent: str, caller: Caller, now: int) -> None:
        """The talk begins, with a contact in the agent's hands."""
        if self.concurrency is not None:
            self.concurrency.begin(agent, caller, now)
            return
        ends = now + caller.handling
        self.busy_ms += caller.handling if now >= self.warm_up and ends <= self.until else self.counted(now, ends)
        self.number += 1
        heappush(self.events, (ends, self.number, TALK_ENDS, agent, caller))

    def leave(self, contact: str, now: int) -> None:
        """A contact waits no longer, if it does."""
        if self.open.pop(contact, None) is not None:
            self.ringing.pop(contact, None)
            self.follow(self.acd.remove(contact, now, "withdrawn"), now)

    def miss(self, contact: str, agent: str, now: int) -> None:
        """Nobody picked up: the agent is away for a while, the customer waits on."""
        caller = self.open[contact]
        caller.queue.tally.missed_offers += caller.counted
        if caller.missed:
            caller.missed -= 1
        else:
            caller.ring = caller.queue.again()
        self.follow(self.acd.refuse(contact, agent, now, "missed"), now)
        self.staff.missed(agent, now)
        if caller.queue.overflows and not caller.virtual and contact in self.open and contact not in self.ringing:
            self.handing_on.arm(caller, now)

    def counted(self, start: int, end: int) -> int:
        """How much of a stretch of time lies between warm-up and the end of what counts."""
        first, last = self.warm_up, self.until
        return max(0, (end if end < last else last) - (start if start > first else first))
