"""Overflow in a run: looked at when and as often as the core does it, by the same rules, in virtual time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from callcenter.domain.config import QueueConfig
from callcenter.domain.contact import Why
from callcenter.routing import overflow
from callcenter.simulation.callers import Caller, QueueRun
from callcenter.simulation.queue_plan import CALLBACK

if TYPE_CHECKING:
    from callcenter.simulation.run import Run

WHY = Why("simulated")
DAY_MS = 86_400_000
GOES_WITH = ("channel", "weight")
"""What a contact still asks for in the next queue; what the flow asked for besides was meant for the first."""
GOES_BACK = (*GOES_WITH, "priority", "skills", "excluded")
"""What it asks for that waits on in its queue."""


class HandingOn:
    """Sends waiting contacts of a run on to other queues, or out of it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._watched: dict[str, int] = {}
        """Queues that will be looked at → when."""
        self._last_look = run.scenario.horizon + DAY_MS

    def settle(self, caller: Caller, now: int) -> None:
        """Hand on a contact that begins to wait if a condition holds, else see to it that it is looked at again."""
        if not self._hand_on(caller, now):
            self.arm(caller, now)

    def arm(self, caller: Caller, now: int) -> None:
        """Wake up when the next time condition falls due; look again and again where others are to be watched."""
        due = overflow.next_due_ms(_rules_of(caller), caller.taken, caller.joined)
        if due is not None:
            self._run.later(max(now, due), self._due, caller.contact, caller.joined)
        self._watch(caller.queue, now)

    def _watch(self, queue: QueueRun, now: int) -> None:
        if queue.watched and queue.name not in self._watched and now < self._last_look:
            self._look_at(queue, now + overflow.LOOK_EVERY_MS)

    def staff_left(self, now: int) -> None:
        """Somebody signed out: look at whoever waits as soon as what goes on at this moment is done."""
        for queue in self._run.queues.values():
            if queue.watched and self._watched.get(queue.name) != now:
                self._look_at(queue, now)

    def _look_at(self, queue: QueueRun, at_ms: int) -> None:
        self._watched[queue.name] = at_ms
        self._run.later(at_ms, self._look, queue, at_ms)

    def _due(self, contact: str, joined: int, now: int) -> None:
        caller = self._waiting(contact)
        if caller is not None and caller.joined == joined:
            self.settle(caller, now)

    def _look(self, queue: QueueRun, planned: int, now: int) -> None:
        if self._watched.get(queue.name) != planned:
            return
        del self._watched[queue.name]
        stay, waits = False, overflow.waits_for(self._run.acd, queue.config, now)
        for contact in self._run.acd.waiting(queue.name):
            caller = self._waiting(contact)
            stay |= caller is not None and not self._hand_on(caller, now, waits)
        if stay:
            self._watch(queue, now)

    def _waiting(self, contact: str) -> Caller | None:
        """The customer, if they are on the line and wait."""
        caller = None if contact in self._run.ringing else self._run.open.get(contact)
        return None if caller is None or caller.virtual else caller

    def _hand_on(self, caller: Caller, now: int, waits: Mapping[str, int | None] | None = None) -> bool:
        """Send the contact where the first rule that holds says; it keeps its place in time."""
        run, left, rules = self._run, caller.queue, _rules_of(caller)
        waited = now - caller.joined
        found = overflow.first_that_holds(run.acd, caller.contact, rules, caller.taken, waited, now, waits)
        if found is None:
            return False
        left.tally.overflowed += caller.counted
        run.follow(run.acd.remove(caller.contact, now, "withdrawn"), now)
        target = rules.overflow[found[0]].target
        queue = run.queues.get(target.removeprefix("queue:"))
        if target == CALLBACK and left.called_back is not None:
            caller.declined = not run.calling_back.takes(caller, now)
            queue = left if caller.declined else None
        if queue is None:
            del run.open[caller.contact]
            return True
        self._join(caller, queue, now)
        return True

    def _join(self, caller: Caller, queue: QueueRun, now: int) -> None:
        """A visit of its own, at the place of the customer's age."""
        run, kept = self._run, GOES_WITH if queue is not caller.queue else GOES_BACK
        caller.queue, caller.joined, caller.taken = queue, now, 0
        caller.counted = run.warm_up <= now < run.until
        if caller.counted:
            queue.tally.offered += 1
            queue.tally.waited += 1
        caller.asks = {name: value for name, value in caller.asks.items() if name in kept}
        again = run.acd.enqueue(caller.contact, queue.name, now, arrived_ms=caller.asked, why=WHY, **caller.asks)
        run.follow(again, now)
        if run.has_times:
            run.arm_router()
        if queue.overflows and self._waiting(caller.contact) is not None:
            self.settle(caller, now)


def _rules_of(caller: Caller) -> QueueConfig:
    """Whoever was offered a callback and declined is not asked again."""
    return caller.queue.config_declined if caller.declined else caller.queue.config
