"""The router (ACD): who waits, who is free, who is offered what, and why.

The state is in :mod:`~callcenter.routing.pool`; here is what may be asked of it. Pure: the time comes in with each
call and is kept from running backwards. Late or doubled calls about something that is over do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callcenter.domain.agent import AGENT_TABLE, BREAK_REASON_SIGNED_IN, AgentInput, AgentState
from callcenter.domain.config import AgentConfig, QueueConfig, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.domain.errors import Rejected
from callcenter.routing import explain, invariants, snapshot
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.decisions import AgentStatus, Decision, QueueStats, WrapUpStarted
from callcenter.routing.pool import BREAK_REASON_UNREACHABLE, Pool
from callcenter.routing.reconfigure import configure, sign_out_now
from callcenter.routing.work_class import QueueSlot, Waiter

AVAILABLE, OFFERED, BUSY = AgentState.AVAILABLE, AgentState.OFFERED, AgentState.BUSY
WRAP_UP, ON_BREAK, LOGGED_OUT = AgentState.WRAP_UP, AgentState.ON_BREAK, AgentState.LOGGED_OUT
CONNECT, RELEASE, WRAP_UP_ENDS = AgentInput.CONNECT, AgentInput.RELEASE, AgentInput.WRAP_UP_ENDS
OFFER_ENDS = AgentInput.OFFER_ENDS
BREAKS_AFTER = {"missed": "missed_offer", "unreachable": BREAK_REASON_UNREACHABLE}
NO_BREAK_AFTER = ("declined", "withdrawn")


class Acd:
    """Queues, agents and offers. Every change returns the decisions it led to, in order.

    ``explain=False`` leaves the reasons out (an offer then repeats the reason given at ``enqueue``); the
    decisions are the same.
    """

    def __init__(self, *, explain: bool = True) -> None:
        self._pool = Pool(explain=explain)

    def configure(
        self, queues: Mapping[str, QueueConfig], agents: Mapping[str, AgentConfig], now_ms: int
    ) -> list[Decision]:
        """Take a new configuration; waiting contacts keep their place, an agent in talk finishes it.

        ConfigError when a queue names an unknown policy; nothing has changed then.
        """
        out = self._pool.begin(now_ms)
        configure(self._pool, out, queues, agents)
        return out

    # --- agents

    def sign_in(self, agent: str, now_ms: int) -> list[Decision]:
        """The agent's shift begins, on break until they say they are ready. A second sign-in changes nothing."""
        slot = self._slot(agent)
        pool = self._pool
        out = pool.begin(now_ms)
        if slot.state is LOGGED_OUT:
            pool.signed_in += 1
            for work in slot.classes:
                work.signed_in += 1
            slot.worked_ms = 0
            pool.change(out, slot, slot.after(AgentInput.SIGN_IN), BREAK_REASON_SIGNED_IN)
        elif slot.next_state is LOGGED_OUT and not slot.retired:
            slot.next_state = None
        return out

    def sign_out(self, agent: str, now_ms: int) -> list[Decision]:
        """The agent's shift ends: after the present talk and its wrap-up; a standing offer is withdrawn at once."""
        slot = self._slot(agent)
        out = self._pool.begin(now_ms)
        if slot.state in (BUSY, WRAP_UP):
            slot.next_state, slot.next_reason = LOGGED_OUT, ""
        elif slot.state is not LOGGED_OUT:
            sign_out_now(self._pool, out, slot, "agent_signed_out")
        return out

    def request_state(self, agent: str, state: AgentState, reason: str, now_ms: int) -> list[Decision]:
        """The agent asks to be AVAILABLE or ON_BREAK; during an offer, talk or wrap-up it is remembered.

        Rejected: ``unknown_agent``, ``not_signed_in``, ``state_not_requestable``.
        """
        slot = self._slot(agent)
        if state not in (AVAILABLE, ON_BREAK):
            raise Rejected("state_not_requestable", f"{state} cannot be asked for")
        if slot.state is LOGGED_OUT:
            raise Rejected("not_signed_in", f"agent {agent} is not signed in")
        pool = self._pool
        out = pool.begin(now_ms)
        if slot.state in (OFFERED, BUSY, WRAP_UP):
            if not slot.retired:
                slot.next_state, slot.next_reason = state, reason if state is ON_BREAK else ""
        elif state is ON_BREAK and (slot.state is AVAILABLE or slot.reason != reason):
            pool.change(out, slot, slot.after(AgentInput.GO_ON_BREAK), reason)
        elif state is AVAILABLE and slot.state is ON_BREAK:
            pool.change(out, slot, slot.after(AgentInput.GO_AVAILABLE))
            pool.free(out, slot)
        return out

    # --- contacts in the queue

    def enqueue(
        self,
        contact: str,
        queue: str,
        now_ms: int,
        *,
        arrived_ms: int | None = None,
        priority: int = 0,
        skills: tuple[SkillRequirement, ...] = (),
        front: bool = False,
        excluded: frozenset[str] = frozenset(),
        why: Why,
    ) -> list[Decision]:
        """A contact begins to wait, or is offered at once.

        ``arrived_ms`` (now) sets its place, ``priority`` adds to the queue's, ``skills`` to what the queue asks
        for; ``front`` puts it before all who wait now; ``excluded`` agents never get it.
        Rejected: ``unknown_queue``, ``already_waiting``.
        """
        pool = self._pool
        slot = pool.queues.get(queue)
        if slot is None or slot.retired:
            raise Rejected("unknown_queue", f"there is no queue {queue}")
        if contact in pool.waiters:
            raise Rejected("already_waiting", f"contact {contact} waits already")
        if now_ms > pool.now_ms:
            pool.now_ms = now_ms
        out: list[Decision] = pool.end_hold_offs() if pool.due else []
        since_ms = pool.now_ms if arrived_ms is None else arrived_ms
        key = slot.place_in_time(since_ms, priority, front=front)
        pool.seq = seq = pool.seq + 1
        waiter = Waiter(contact, queue, since_ms, key, seq, why, priority, skills, front, False, excluded)
        waiter.work = slot.by_skills.get(skills) or pool.class_for(slot, skills)
        pool.waiters[contact] = waiter
        pool.place(out, waiter)
        return out

    def remove(self, contact: str, now_ms: int, outcome: str = "caller_left") -> list[Decision]:
        """The contact waits no longer; its offer is withdrawn, and the freed agent may get the next at once."""
        pool = self._pool
        out = pool.begin(now_ms)
        waiter = pool.waiters.get(contact)
        if waiter is None:
            return out
        if waiter.offer is None:
            del pool.waiters[contact]
            waiter.work.drop(waiter)
            pool.left(pool.queues[waiter.queue])
            return out
        slot = pool.withdraw(out, waiter, outcome)
        pool.waiters.pop(contact, None)
        self._go_on(out, slot, OFFER_ENDS)
        return out

    # --- offers

    def offer_direct(self, contact: str, agent: str, queue: str, now_ms: int, why: Why) -> list[Decision]:
        """Offer to one named available agent; after a refusal the contact waits nowhere.

        ``queue`` gives the offer's time-out and the wrap-up; unknown or empty, the defaults hold.
        Rejected: ``unknown_agent``, ``already_waiting``, ``agent_not_available``.
        """
        slot = self._free_slot(agent, contact)
        pool = self._pool
        out = pool.begin(now_ms)
        if slot.state is not AVAILABLE:
            raise Rejected("agent_not_available", f"agent {agent} is {slot.state}")
        pool.seq += 1
        waiter = Waiter(contact, queue, pool.now_ms, pool.now_ms, pool.seq, why, direct=True)
        pool.waiters[contact] = waiter
        pool.offer(out, waiter, slot, why)
        return out

    def accept(self, contact: str, agent: str, now_ms: int) -> list[Decision]:
        """The offer is taken: the agent is BUSY with the contact. Rejected: ``unknown_agent``, ``offer_gone``."""
        pool = self._pool
        slot = pool.agents.get(agent) or self._slot(agent)
        waiter = pool.waiters.get(contact)
        if waiter is None or waiter.offer is not slot:
            raise Rejected("offer_gone", f"contact {contact} is not offered to agent {agent}")
        if now_ms > pool.now_ms:
            pool.now_ms = now_ms
        out: list[Decision] = pool.end_hold_offs() if pool.due else []
        del pool.waiters[contact]
        waiter.offer = slot.offer = None
        queue = pool.queues.get(waiter.queue)
        if queue is not None and not waiter.direct:
            estimate = queue.estimate
            if queue.live or estimate.last_start_ms is not None:
                estimate.started(pool.now_ms, queue.live)
        slot.contacts[contact] = waiter.queue
        slot.work_since_ms = pool.now_ms
        pool.change(out, slot, AGENT_TABLE[slot.state, CONNECT], "", contact)
        return out

    def refuse(self, contact: str, agent: str, now_ms: int, outcome: str, reason: str = "") -> list[Decision]:
        """The offer came to nothing. A late one does nothing.

        ``declined`` and ``withdrawn``: the agent stays available, last in the idle order, and is not asked again
        for this contact during 30 s. ``missed`` (RONA) and ``unreachable``: the agent goes on break with ``reason``,
        else with that one. The contact keeps its place. Rejected: ``unknown_outcome``.
        """
        if outcome not in BREAKS_AFTER and outcome not in NO_BREAK_AFTER:
            raise Rejected("unknown_outcome", f"an offer cannot end as {outcome!r}")
        pool = self._pool
        out = pool.begin(now_ms)
        waiter = pool.waiters.get(contact)
        if waiter is None or waiter.offer is None or waiter.offer.id != agent:
            return out
        why = Why("offer_" + outcome, {"agent": agent, "reason": reason} if reason else {"agent": agent})
        slot = pool.withdraw(out, waiter, outcome, why)
        if outcome in BREAKS_AFTER:
            pool.settle(out, slot, AgentInput.OFFER_MISSED, reason or BREAKS_AFTER[outcome])
        else:
            pool.bar(waiter, agent)
            pool.settle(out, slot, OFFER_ENDS)
        pool.requeue(out, waiter, why)
        if slot.state is AVAILABLE:
            pool.free(out, slot)
        return out

    # --- work

    def seize(self, agent: str, contact: str, now_ms: int, queue: str = "") -> list[Decision]:
        """A named available agent is BUSY with ``contact`` at once (direct transfer, consultation).

        ``queue`` gives the wrap-up; when empty, the queue of whoever else is on the contact.
        Rejected: ``unknown_agent``, ``already_waiting`` (the contact is queued), ``agent_not_available``.
        """
        slot = self._free_slot(agent, contact)
        pool = self._pool
        out = pool.begin(now_ms)
        if slot.state is not AVAILABLE:
            raise Rejected("agent_not_available", f"agent {agent} is {slot.state}")
        if not queue:
            queue = next((other.contacts[contact] for other in pool.agents.values() if contact in other.contacts), "")
        slot.contacts[contact] = queue
        slot.work_since_ms = pool.now_ms
        pool.change(out, slot, AGENT_TABLE[slot.state, CONNECT], "", contact)
        return out

    def release(self, agent: str, contact: str, now_ms: int, *, wrap_up: bool = True) -> list[Decision]:
        """The talk is over: wrap-up for as long as its queue says, else the next state at once."""
        pool = self._pool
        slot = pool.agents.get(agent) or self._slot(agent)
        if now_ms > pool.now_ms:
            pool.now_ms = now_ms
        out: list[Decision] = pool.end_hold_offs() if pool.due else []
        queue = slot.contacts.pop(contact, None)
        if queue is None:
            return out
        if slot.contacts:
            return out
        slot.work_queue = queue
        served = pool.queues.get(queue)
        length_ms = served.config.wrap_up_ms if wrap_up and served is not None else 0
        if length_ms <= 0:
            slot.state = AGENT_TABLE[slot.state, RELEASE]
            self._end_work(out, slot)
            return out
        pool.change(out, slot, slot.after(RELEASE), "", contact)
        slot.wrap_up_contact, slot.wrap_up_ends_ms = contact, pool.now_ms + length_ms
        out.append(WrapUpStarted(agent, contact, slot.wrap_up_ends_ms))
        return out

    def end_wrap_up(self, agent: str, now_ms: int) -> list[Decision]:
        """The wrap-up is over: filed, or its time is up. Does nothing in any other state."""
        slot = self._slot(agent)
        out = self._pool.begin(now_ms)
        if slot.state is WRAP_UP:
            self._end_work(out, slot)
        return out

    def tick(self, now_ms: int) -> list[Decision]:
        """Do what time alone brings: a contact that an agent declined may be offered to them again."""
        return self._pool.begin(now_ms)

    def next_due_ms(self) -> int | None:
        """When :meth:`tick` is wanted next; None when nothing depends on time. Every change ticks by itself."""
        return self._pool.due[0][0] if self._pool.due else None

    # --- reading

    def position(self, contact: str) -> int:
        """1 = next in its queue; 0 = not waiting (unknown, or being offered)."""
        waiter = self._pool.waiters.get(contact)
        return 0 if waiter is None or waiter.entry is None else self._pool.position(waiter)

    def expected_wait_ms(self, contact: str, now_ms: int) -> int | None:
        """How long it will probably still wait (:mod:`~callcenter.routing.estimates`); None while unknown."""
        position = self.position(contact)
        if not position:
            return None
        queue = self._pool.queues[self._pool.waiters[contact].queue]
        base = self._pool.class_for(queue, ())
        at_work = sum(1 for slot in base.members if slot.state not in (LOGGED_OUT, ON_BREAK))
        return queue.estimate.wait_ms(position, max(now_ms, self._pool.now_ms), at_work)

    def waiting(self, queue: str) -> Sequence[str]:
        """Contacts waiting in ``queue``, next first. Rejected: ``unknown_queue``."""
        classes = self._queue(queue).classes.values()
        entries = sorted(entry for work in classes for entry in work.waiting if entry[2].entry is entry)
        return [entry[2].contact for entry in entries]

    def agent(self, agent: str) -> AgentStatus:
        """The agent now. Rejected: ``unknown_agent``."""
        return self._slot(agent).status()

    def queue_of(self, contact: str) -> str | None:
        """The queue of a waiting or offered contact."""
        waiter = self._pool.waiters.get(contact)
        return None if waiter is None else waiter.queue

    def queue_stats(self, queue: str) -> QueueStats:
        """The queue now. Rejected: ``unknown_queue``."""
        slot = self._queue(queue)
        base = self._pool.class_for(slot, ())
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

    def explain_idle(self, agent: str, now_ms: int) -> Why:
        """Why this agent has nothing: ``nobody_waits``, ``waiting_contacts_ask_for_more``, ``not_available`` …"""
        return explain.idle(self._pool, self._slot(agent), now_ms)

    def check(self) -> None:
        """Assert every invariant; for tests."""
        invariants.check(self._pool)

    def dump(self) -> Any:
        """The state as JSON values."""
        return snapshot.dump(self._pool)

    @classmethod
    def load(
        cls, data: Any, queues: Mapping[str, QueueConfig], agents: Mapping[str, AgentConfig], *, explain: bool = True
    ) -> Acd:
        """The router that :meth:`dump` described, under the same configuration: it decides on as the old one would."""
        acd = cls(explain=explain)
        snapshot.load(acd._pool, data, queues, agents)
        return acd

    # --- steps shared by several of the above

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

    def _free_slot(self, agent: str, contact: str) -> AgentSlot:
        slot = self._slot(agent)
        if contact in self._pool.waiters:
            raise Rejected("already_waiting", f"contact {contact} waits in a queue")
        if slot.state is not AVAILABLE:
            raise Rejected("agent_not_available", f"agent {agent} is {slot.state}")
        return slot

    def _end_work(self, out: list[Decision], slot: AgentSlot) -> None:
        pool = self._pool
        worked_ms = pool.now_ms - slot.work_since_ms
        slot.worked_ms += worked_ms
        queue = pool.queues.get(slot.work_queue)
        if queue is not None:
            queue.estimate.finished(worked_ms)
        slot.wrap_up_contact, slot.wrap_up_ends_ms, slot.work_queue = "", 0, ""
        if slot.next_state is None:
            pool.change(out, slot, AGENT_TABLE[slot.state, WRAP_UP_ENDS])
            pool.free(out, slot)
        else:
            self._go_on(out, slot, WRAP_UP_ENDS)

    def _go_on(self, out: list[Decision], slot: AgentSlot, event: AgentInput) -> None:
        self._pool.settle(out, slot, event)
        if slot.state is AVAILABLE:
            self._pool.free(out, slot)
