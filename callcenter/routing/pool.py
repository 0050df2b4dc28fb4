"""Agents and waiting contacts brought together: the moves that every operation of the router is made of.

Two rules hold after each operation. A contact waits only while no free agent may take it, and an agent is idle only
while no contact waits that they may take. So an arriving contact looks at idle agents alone, and a freed agent at
the heads of the classes they serve alone.
"""

from __future__ import annotations

from heapq import heappop, heappush

from callcenter.domain.agent import AGENT_TABLE, BREAK_REASON_MISSED, AgentInput, AgentState
from callcenter.domain.config import QueueConfig, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.decisions import AgentChanged, Decision, Offered, OfferWithdrawn, Requeued, Unserved
from callcenter.routing.heaps import ascending, smaller
from callcenter.routing.matching import merge, qualifies
from callcenter.routing.work_class import QueueSlot, WaitEntry, Waiter, WorkClass

AVAILABLE, OFFERED, ON_BREAK = AgentState.AVAILABLE, AgentState.OFFERED, AgentState.ON_BREAK
LOGGED_OUT = AgentState.LOGGED_OUT
OFFER = AgentInput.OFFER
DEFAULT_OFFER_TIMEOUT_MS = QueueConfig(id="", names={}).offer_timeout_ms
BREAK_REASON_UNREACHABLE = "phone_unreachable"
"""The break reason set by us when the agent's telephone could not be rung."""
HOLD_OFF_MS = 30_000
"""How long a contact is not offered again to an agent who said no to it."""


class Pool:
    """Everything the router knows. ``out`` in the methods is the list of decisions being made."""

    def __init__(self, *, explain: bool) -> None:
        self.explain = explain
        self.now_ms = 0
        self.seq = 0
        self.queues: dict[str, QueueSlot] = {}
        self.agents: dict[str, AgentSlot] = {}
        self.waiters: dict[str, Waiter] = {}
        """Contacts waiting or offered."""
        self.signed_in = 0
        self.due: list[tuple[int, int, str, str]] = []
        """When hold-offs end: (ms, the contact's running number, agent, contact)."""

    def begin(self, now_ms: int) -> list[Decision]:
        """Move the clock (never backwards) and do what has fallen due."""
        if now_ms > self.now_ms:
            self.now_ms = now_ms
        if self.due and self.due[0][0] <= self.now_ms:
            return self.end_hold_offs()
        return []

    def end_hold_offs(self) -> list[Decision]:
        """Contacts that were declined may be offered to the same agents again."""
        out: list[Decision] = []
        while self.due and self.due[0][0] <= self.now_ms:
            until, _, agent, contact = heappop(self.due)
            waiter = self.waiters.get(contact)
            if waiter is None or waiter.barred is None or waiter.barred.get(agent) != until:
                continue
            del waiter.barred[agent]
            slot = self.agents.get(agent)
            if slot is not None and slot.idle_seq and waiter.entry is not None:
                self.take_next(out, slot)
        return out

    # --- agents

    def change(self, out: list[Decision], slot: AgentSlot, state: AgentState, reason: str = "", on: str = "") -> None:
        """The agent is now in ``state``, working on contact ``on``."""
        slot.state = state
        slot.reason = reason
        slot.since_ms = self.now_ms
        slot.idle_seq = 0
        if self.explain:
            explain.count(slot)
        out.append(AgentChanged(slot.id, state, reason, on))

    def free(self, out: list[Decision], slot: AgentSlot) -> None:
        """The agent became available: give them the next contact, or list them as idle."""
        slot.idle_since_ms = self.now_ms
        if not self.take_next(out, slot):
            slot.idle_seq = self.seq = self.seq + 1
            for work in slot.classes:
                work.list_idle(slot)

    def take_next(self, out: list[Decision], slot: AgentSlot) -> bool:
        """Offer the agent whoever is next among all they may serve; False when there is nobody."""
        best: WaitEntry | None = None
        for work in slot.classes:
            if work.live:
                entry = work.waiting[0]
                if entry[2].entry is not entry or entry[2].barred or entry[2].excluded:
                    found = work.head_for(slot)
                    if found is None:
                        continue
                    entry = found
                if best is None or entry < best:
                    best = entry
        if best is None:
            return False
        waiter = best[2]
        why = explain.next_contact(self, waiter, slot) if self.explain else waiter.why
        waiter.work.drop(waiter)
        self.offer(out, waiter, slot, why)
        return True

    def settle(
        self, out: list[Decision], slot: AgentSlot, event: AgentInput, break_reason: str = BREAK_REASON_MISSED
    ) -> None:
        """Work ended by ``event``: go on to what the agent asked for meanwhile, else be available or on break.

        An agent who is available afterwards is still to be given to :meth:`free`.
        """
        if slot.next_state is None and event is not AgentInput.OFFER_MISSED:
            self.change(out, slot, slot.after(event))
            return
        asked, reason = slot.next_state, slot.next_reason
        slot.next_state, slot.next_reason = None, ""
        missed = event is AgentInput.OFFER_MISSED
        if asked is LOGGED_OUT:
            self.log_out(out, slot)
            return
        state = slot.after(event)
        if asked is ON_BREAK and not missed:
            slot.state = state
            state = slot.after(AgentInput.GO_ON_BREAK)
        if state is ON_BREAK:
            self.change(out, slot, state, reason if asked is ON_BREAK else break_reason)
        else:
            self.change(out, slot, state)

    def log_out(self, out: list[Decision], slot: AgentSlot) -> None:
        """The agent is gone; contacts that nobody else signed in could take are named."""
        self.change(out, slot, slot.after(AgentInput.SIGN_OUT))
        slot.next_state, slot.next_reason = None, ""
        self.signed_in -= 1
        for work in slot.classes:
            work.signed_in -= 1
            if not work.signed_in and work.live:
                for entry in ascending(work.waiting):
                    if entry[2].entry is entry:
                        out.append(Unserved(entry[2].contact, work.queue, explain.unserved(work)))
        if slot.retired:
            self.forget(slot)

    def forget(self, slot: AgentSlot) -> None:
        """Drop a signed-out agent who is no longer configured."""
        del self.agents[slot.id]
        for work in slot.classes:
            work.members.remove(slot)

    # --- contacts

    def class_for(self, queue: QueueSlot, skills: tuple[SkillRequirement, ...]) -> WorkClass:
        """The class of contacts with these extra requirements, made when it is new."""
        work = queue.by_skills.get(skills)
        if work is None:
            needs = merge(queue.config.skills, skills)
            work = queue.classes.get(needs)
            if work is None:
                work = queue.classes[needs] = WorkClass(queue, needs)
                self.admit(work)
            queue.by_skills[skills] = work
        return work

    def admit(self, work: WorkClass) -> None:
        """Enter every agent who qualifies into a new class."""
        for agent in sorted(self.agents):
            slot = self.agents[agent]
            if qualifies(slot.config, work.queue, work.needs):
                work.members.append(slot)
                slot.classes.append(work)
                work.signed_in += slot.state is not LOGGED_OUT
                if self.explain and slot.label:
                    work.counts[slot.label] = work.counts.get(slot.label, 0) + 1
                if slot.idle_seq:
                    work.list_idle(slot)

    def place(self, out: list[Decision], waiter: Waiter) -> None:
        """Offer the contact to whom its queue's policy asks first, or let it wait at its place."""
        work: WorkClass = waiter.work
        if work.idle:
            slot = work.first_idle(waiter)
            if slot is not None:
                self.offer(out, waiter, slot, explain.best_agent(self, waiter, slot) if self.explain else waiter.why)
                return
        work.add(waiter)
        if not work.signed_in or (waiter.excluded and not self.could_serve(waiter, work)):
            out.append(Unserved(waiter.contact, work.queue, explain.unserved(work)))

    def could_serve(self, waiter: Waiter, work: WorkClass) -> bool:
        """Whether anybody signed in may take the contact some time."""
        if not waiter.excluded or not work.signed_in:
            return work.signed_in > 0
        gone = (self.agents.get(agent) for agent in waiter.excluded)
        return work.signed_in > sum(
            1 for slot in gone if slot is not None and slot.state is not LOGGED_OUT and work in slot.classes
        )

    def offer(self, out: list[Decision], waiter: Waiter, slot: AgentSlot, why: Why) -> None:
        """Ask the agent to take the contact."""
        now_ms = self.now_ms
        queue = self.queues.get(waiter.queue)
        expires_ms = now_ms + (queue.config.offer_timeout_ms if queue is not None else DEFAULT_OFFER_TIMEOUT_MS)
        slot.last_offer = self.seq = self.seq + 1
        slot.offer = waiter
        slot.offer_expires_ms = expires_ms
        waiter.offer = slot
        self.change(out, slot, AGENT_TABLE[slot.state, OFFER], "", waiter.contact)
        out.append(Offered(waiter.contact, slot.id, waiter.queue, now_ms, expires_ms, why))

    def withdraw(self, out: list[Decision], waiter: Waiter, outcome: str, why: Why | None = None) -> AgentSlot:
        """End the standing offer of ``waiter``; the agent's state is the caller's to change."""
        slot: AgentSlot = waiter.offer
        waiter.offer = slot.offer = None
        out.append(OfferWithdrawn(waiter.contact, slot.id, outcome, why))
        if waiter.direct:
            del self.waiters[waiter.contact]
        return slot

    def bar(self, waiter: Waiter, agent: str) -> None:
        """Do not offer the contact to this agent for a while."""
        until = self.now_ms + HOLD_OFF_MS
        waiter.barred = (waiter.barred or {}) | {agent: until}
        heappush(self.due, (until, waiter.seq, agent, waiter.contact))

    def requeue(self, out: list[Decision], waiter: Waiter, why: Why) -> None:
        """After an offer came to nothing: back to its old place, and on to the next agent if one is free."""
        if waiter.direct:
            return
        out.append(Requeued(waiter.contact, waiter.queue, self.position(waiter), why))
        self.place(out, waiter)

    def position(self, waiter: Waiter) -> int:
        """Its place in its queue: 1 + those who are before it."""
        bound = (waiter.key, waiter.seq, waiter)
        before = 0
        for work in self.queues[waiter.queue].classes.values():
            before += sum(1 for entry in smaller(work.waiting, bound) if entry[2].entry is entry)
        return before + 1

    def left(self, queue: QueueSlot) -> None:
        """A contact left the queue by itself."""
        if queue.estimate.last_start_ms is not None and not queue.live:
            queue.estimate.emptied()
