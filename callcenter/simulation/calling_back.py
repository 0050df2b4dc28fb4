"""Callbacks in a run: booked by customers who wait, kept in their queue, dialled for the agent who took them.

Where a callback waits, when it is tried again and when it is given up is the core's rule book
(:mod:`callcenter.core.callback_rules`), whom it is offered to and when is the router's; here is what customers do.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from random import Random
from typing import TYPE_CHECKING

from msgspec import Struct

from callcenter.core import callback_rules as rules
from callcenter.core.state import Callback, Outbound
from callcenter.domain.contact import Why
from callcenter.routing.decisions import WrapUpStarted
from callcenter.simulation.callers import Caller
from callcenter.simulation.durations import ENDLESS, Draw

if TYPE_CHECKING:
    from callcenter.simulation.run import Run

WHY = Why("simulated")
BUSY_MS = 3_000
"""How long an agent listens to a busy line."""
SLACK = 64
"""So many dead entries a heap may have besides the live ones."""


class Promise(Struct, eq=False):
    """An open callback: who waits for it, and the chances by which they pick up."""

    caller: Caller
    callback: Callback
    outbound: Outbound
    chances: Random
    answer: Draw
    agent: str = ""
    """For whom the customer is being dialled."""
    look: int = 0
    """The number of the look that is planned."""


class CallingBack:
    """The open callbacks of a run. Virtual time counts from the scenario's ``begins``, so that hours mean something."""

    def __init__(self, run: Run, seed: str) -> None:
        self._run, self._seed = run, seed
        self._epoch = run.scenario.began_ms
        self._open: dict[str, Promise] = {}
        self._looks: list[tuple[int, int, str]] = []
        self._number = 0
        self._planned: set[int] = set()
        """Moments at which the run comes back here."""

    def takes(self, caller: Caller, now: int) -> bool:
        """Offer a callback to a customer who waits; True when they take it, and hang up.

        What they do depends on them alone, so that it is the same whatever else is changed.
        """
        plan = caller.queue.called_back
        assert plan is not None
        chances = Random(f"{self._seed}/{caller.queue.name}/callback/{caller.contact}")
        if chances.random() >= plan.accepts:
            return False
        at_ms, wish = self._epoch + now, plan.wish
        not_before = until = None
        if wish is not None and chances.random() < wish.share:
            not_before = at_ms + wish.after
            until = not_before + wish.length
        virtual = _virtual(caller, now)
        callback = Callback(
            key=virtual.contact,
            queue=caller.queue.name,
            origin=caller.contact,
            booked_ms=at_ms,
            since_ms=self._epoch + caller.asked,
            expires_ms=max(at_ms, until or 0) + caller.queue.rule.keep_ms,
            not_before_ms=not_before,
            until_ms=until,
        )
        caller.queue.tally.callbacks += caller.counted
        outbound = Outbound(number=virtual.contact)
        promise = Promise(virtual, callback, outbound, chances, plan.answer.drawer(chances))
        self._open[virtual.contact] = promise
        self._go_on(promise, now)
        return True

    def dial(self, caller: Caller, agent: str, now: int) -> None:
        """An agent took the callback: dial the customer, who picks up or does not."""
        run, promise, queue = self._run, self._open[caller.contact], caller.queue
        run.follow(run.acd.accept(caller.contact, agent, now), now)
        run.take(agent, now)
        promise.agent = agent
        if not rules.may_dial(queue.rule, None, self._epoch + now):
            self._let_go(promise, now, now, wrap_up=False)
            self._go_on(promise, now)
            return
        promise.outbound.dials += 1
        queue.tally.callback_attempts += caller.counted
        plan, chances = queue.called_back, promise.chances
        assert plan is not None
        there, busy, rings = chances.random() < plan.reached, chances.random() < plan.busy, promise.answer()
        if there and rings < queue.rule.ring_ms:
            run.later(now + rings, self._answers, promise, now)
            return
        promise.outbound.outcome = "busy" if busy and not there else "no_answer"
        length = BUSY_MS if promise.outbound.outcome == "busy" else queue.rule.ring_ms
        run.later(now + length, self._fails, promise, now)

    def _answers(self, promise: Promise, since: int, now: int) -> None:
        """The customer picks up: a visit of its own, offered and answered now."""
        caller, tally = promise.caller, promise.caller.queue.tally
        del self._open[caller.contact]
        tally.offered += caller.counted
        tally.answered += caller.counted
        tally.called_back += caller.counted
        tally.callback_wait_ms += caller.counted * (self._epoch + now - promise.callback.booked_ms)
        self._run.worked(since, now)
        self._run.talk(promise.agent, caller, now)

    def _fails(self, promise: Promise, since: int, now: int) -> None:
        """Nobody picked up: again later, or no more."""
        rule, outbound = promise.caller.queue.rule, promise.outbound
        rules.count(outbound, outbound.outcome)
        self._let_go(promise, since, now, wrap_up=rule.wrap_up)
        given_up = rules.after_failure(promise.callback, outbound, rule, self._epoch + now)
        if given_up is not None:
            self._give_up(promise)
        else:
            self._go_on(promise, now)

    def _let_go(self, promise: Promise, since: int, now: int, *, wrap_up: bool) -> None:
        run, agent, caller = self._run, promise.agent, promise.caller
        promise.agent = ""
        run.worked(since, now)
        decisions = run.acd.release(agent, caller.contact, now, wrap_up=wrap_up, served=False)
        run.follow(decisions, now, caller)
        if not any(type(decision) is WrapUpStarted for decision in decisions):
            run.put_down(agent, now)

    def _go_on(self, promise: Promise, now: int) -> None:
        """Let it wait where it belongs now."""
        caller = promise.caller
        place = rules.place_of(promise.callback, caller.queue.rule, None, self._epoch + now)
        if isinstance(place, rules.InQueue):
            self._plan(promise, place.until_ms - self._epoch)
            if caller.contact not in self._run.open:
                self._enter(promise, now)
            return
        self._run.leave(caller.contact, now)
        if isinstance(place, rules.Outside):
            self._plan(promise, place.at_ms - self._epoch)
        else:
            self._give_up(promise)

    def _enter(self, promise: Promise, now: int) -> None:
        """Into the queue, at the place of its age."""
        run, caller = self._run, promise.caller
        promise.callback.retry_ms = None
        since = rules.waits_since_ms(promise.callback, caller.queue.rule) - self._epoch
        caller.joined = now
        run.open[caller.contact] = caller
        run.follow(run.enqueue(caller.contact, caller.queue.name, now, arrived_ms=since, why=WHY, **caller.asks), now)
        if run.has_times:
            run.arm_router()

    def _give_up(self, promise: Promise) -> None:
        caller = promise.caller
        del self._open[caller.contact]
        caller.queue.tally.callbacks_failed += caller.counted

    # --- coming back to those that wait

    def _plan(self, promise: Promise, at_ms: int) -> None:
        """Look at it again at ``at_ms``, and at no other time."""
        self._number += 1
        promise.look = self._number
        heappush(self._looks, (at_ms, promise.look, promise.caller.contact))
        if len(self._looks) > 2 * len(self._open) + SLACK:
            self._looks = [look for look in self._looks if self._stands(look)]
            heapify(self._looks)
        self._arm()

    def _stands(self, look: tuple[int, int, str]) -> bool:
        promise = self._open.get(look[2])
        return promise is not None and promise.look == look[1]

    def _arm(self) -> None:
        if self._looks and self._looks[0][0] not in self._planned:
            self._planned.add(self._looks[0][0])
            self._run.later(self._looks[0][0], self._due)

    def _due(self, _who: None, _more: None, now: int) -> None:
        self._planned.discard(now)
        while self._looks and self._looks[0][0] <= now:
            look = heappop(self._looks)
            if self._stands(look) and not self._open[look[2]].agent:
                self._go_on(self._open[look[2]], now)
        self._arm()


def _virtual(caller: Caller, now: int) -> Caller:
    """Who waits in their stead: as old, asking for the same, without end; for nobody's own agent any more."""
    return Caller(
        f"{caller.contact}c",
        caller.queue,
        caller.asked,
        caller.counted,
        caller.handling,
        caller.wrap_up,
        caller.ring,
        ENDLESS,
        now,
        0,
        {name: value for name, value in caller.asks.items() if not name.startswith("preferred")},
        caller.then,
        0,
        virtual=True,
    )
