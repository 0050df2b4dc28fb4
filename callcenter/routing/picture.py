"""What the router can be asked: places, waits, agents, queues, and why. Nothing here changes anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import cast

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig
from callcenter.domain.contact import Why
from callcenter.domain.errors import Rejected
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.decisions import AgentStatus, Asked, QueueStats
from callcenter.routing.estimates import WaitEstimate
from callcenter.routing.heaps import smaller
from callcenter.routing.matching import VOICE
from callcenter.routing.pool import Pool
from callcenter.routing.work_class import QueueSlot, WaitEntry, Waiter

ON_BREAK, LOGGED_OUT = AgentState.ON_BREAK, AgentState.LOGGED_OUT


class RouterPicture:
    """The router as it can be looked at; :class:`~callcenter.routing.acd.Acd` adds what may be asked of it."""

    def __init__(self, *, explain: bool = True) -> None:
        self._pool = Pool(explain=explain)

    def position(self, contact: str) -> int:
        """1 = next in its queue; 0 = not waiting (unknown, or being offered)."""
        waiter = self._pool.waiters.get(contact)
        return 0 if waiter is None or waiter.entry is None else self._pool.position(waiter)

    def expected_wait_ms(self, contact: str, now_ms: int) -> int | None:
        """How long it will probably still wait (:mod:`~callcenter.routing.estimates`); None while unknown."""
        position = self.position(contact)
        if not position:
            return None
        waiter = self._pool.waiters[contact]
        return self._wait_ms(self._pool.queues[waiter.queue], waiter.channel, position, now_ms)

    def told_wait_ms(self, contact: str, now_ms: int) -> int | None:
        """The expected wait as far as it may be told to the customer; None when expectations have failed of late."""
        waiter = self._pool.waiters.get(contact)
        if waiter is None or not self.estimate(waiter.queue, waiter.channel).is_trusted:
            return None
        return self.expected_wait_ms(contact, now_ms)

    def estimate(self, queue: str, channel: str) -> WaitEstimate:
        """What a queue has learnt of its waits in a channel. Rejected: ``unknown_queue``."""
        return self._queue(queue).line(channel).estimate

    def expected_wait_joining_ms(
        self, queue: str, now_ms: int, *, arrived_ms: int | None = None, priority: int = 0, channel: str = VOICE
    ) -> int | None:
        """How long a contact would probably wait that joined now with this age; None while unknown.

        O(contacts waiting in the queue before it). Rejected: ``unknown_queue``.
        """
        slot = self._queue(queue)
        arrived = max(now_ms, self._pool.now_ms) if arrived_ms is None else arrived_ms
        key = slot.place_in_time(arrived, priority)
        # No number is as high as this one, so that the comparison never comes to the third place.
        bound: WaitEntry = (key, self._pool.seq + 1, cast("Waiter", None))
        before = 0
        for work in slot.classes.values():
            if work.channel != channel:
                continue
            before += sum(1 for entry in smaller(work.waiting, bound) if entry[2].entry is entry)
        return self._wait_ms(slot, channel, before + 1, now_ms)

    def told_wait_joining_ms(
        self, queue: str, now_ms: int, *, arrived_ms: int | None = None, priority: int = 0
    ) -> int | None:
        """That wait of a call as far as it may be told to the customer. Rejected: ``unknown_queue``."""
        if not self.estimate(queue, VOICE).is_trusted:
            return None
        return self.expected_wait_joining_ms(queue, now_ms, arrived_ms=arrived_ms, priority=priority)

    def _wait_ms(self, queue: QueueSlot, channel: str, position: int, now_ms: int) -> int | None:
        now = max(now_ms, self._pool.now_ms)
        return queue.line(channel).estimate.wait_ms(position, now, self._at_work(queue))

    def _at_work(self, queue: QueueSlot) -> int:
        return sum(1 for slot in self._pool.base(queue).members if slot.state not in (LOGGED_OUT, ON_BREAK))

    def expected_waits(self, queue: str, now_ms: int) -> dict[str, int | None]:
        """The expected wait of everybody who waits in ``queue``, next first, each as :meth:`expected_wait_ms` has it.

        O(n log n) for all of them together. Rejected: ``unknown_queue``.
        """
        slot = self._queue(queue)
        now, at_work = max(now_ms, self._pool.now_ms), self._at_work(slot)
        places: Counter[str] = Counter()
        found: dict[str, int | None] = {}
        for waiter in self._waiters(slot):
            places[waiter.channel] += 1
            estimate = slot.line(waiter.channel).estimate
            found[waiter.contact] = estimate.wait_ms(places[waiter.channel], now, at_work)
        return found

    def waiting(self, queue: str) -> Sequence[str]:
        """Contacts waiting in ``queue``, next first. Rejected: ``unknown_queue``."""
        return [waiter.contact for waiter in self._waiters(self._queue(queue))]

    def _waiters(self, slot: QueueSlot) -> Iterator[Waiter]:
        classes = slot.classes.values()
        return (e[2] for e in sorted(e for work in classes for e in work.waiting if e[2].entry is e))

    def is_unserved(self, contact: str) -> bool:
        """Whether it waits and nobody signed in could ever take it."""
        waiter = self._pool.waiters.get(contact)
        return waiter is not None and waiter.entry is not None and self._pool.is_unserved(waiter)

    def could_serve(self, queue: str, asked: Asked) -> bool:
        """Whether anybody signed in may take such a contact some time, at the latest when it asks for least.

        Rejected: ``unknown_queue``.
        """
        return self._pool.could_serve(asked.excluded, self._pool.class_in_the_end(self._queue(queue), asked))

    def agent(self, agent: str) -> AgentStatus:
        """The agent now. Rejected: ``unknown_agent``."""
        return self._slot(agent).status()

    def members(self, queue: str) -> Sequence[str]:
        """Who may ever be given a contact of the queue, signed in or not. Rejected: ``unknown_queue``."""
        return [slot.config.id for slot in self._pool.base(self._queue(queue)).members]

    def idle_agents(self, queue: str, channel: str = VOICE) -> Sequence[str]:
        """Who could be given a contact of the queue at this moment; O(its agents). Rejected: ``unknown_queue``."""
        members = self._pool.base(self._queue(queue)).members
        return [slot.config.id for slot in members if slot.open and slot.fits(channel, 1)]

    def has_room(self, agent: str, channel: str) -> bool:
        """Whether the agent could be given a contact of this channel now. Rejected: ``unknown_agent``."""
        slot = self._slot(agent)
        return slot.open and slot.fits(channel, 1)

    def config_of(self, agent: str) -> AgentConfig | None:
        """The agent's settings, also while they finish work after having been removed; None for an unknown agent."""
        slot = self._pool.agents.get(agent)
        return None if slot is None else slot.config

    def queue_of(self, contact: str) -> str | None:
        """The queue of a waiting or offered contact."""
        waiter = self._pool.waiters.get(contact)
        return None if waiter is None else waiter.queue

    def signed_in(self, queue: str) -> int:
        """How many are signed in who qualify for the queue's own requirements. Rejected: ``unknown_queue``."""
        return self._pool.base(self._queue(queue)).signed_in

    def queue_stats(self, queue: str) -> QueueStats:
        """The queue now. Rejected: ``unknown_queue``."""
        slot = self._queue(queue)
        base = self._pool.base(slot)
        entries = (entry for work in slot.classes.values() for entry in work.waiting if entry[2].entry is entry)
        return QueueStats(
            queue=queue,
            waiting=slot.live,
            oldest_arrived_ms=min((entry[2].arrived_ms for entry in entries), default=None),
            agents_available=explain.counts_of(base, kept=self._pool.explain).get("available", 0),
            agents_signed_in=base.signed_in,
        )

    def explain_waiting(self, contact: str, now_ms: int) -> Why:
        """Why this contact still waits: ``all_busy``, ``all_on_break``, ``nobody_signed_in`` …"""
        waiter = self._pool.waiters.get(contact)
        return Why("not_waiting") if waiter is None else explain.waiting(self._pool, waiter, now_ms)

    def explain_idle(self, agent: str) -> Why:
        """Why this agent has nothing: ``nobody_waits``, ``waiting_contacts_ask_for_more``, ``not_available`` …"""
        return explain.idle(self._pool, self._slot(agent))

    def _slot(self, agent: str) -> AgentSlot:
        slot = self._pool.agents.get(agent)
        if slot is None:
            raise Rejected("unknown_agent", f"there is no agent {agent}")
        return slot

    def _queue(self, queue: str) -> QueueSlot:
        slot = self._pool.queues.get(queue)
        if slot is None:
            raise Rejected("unknown_queue", f"there is no queue {queue}")
        return slot
