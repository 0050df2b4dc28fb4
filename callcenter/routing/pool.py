"""Agents and waiting contacts brought together: the moves that every operation of the router is made of.

Two rules hold after each operation. A contact waits only while no agent with room for it may take it, and an agent is
listed as idle for a class only while no contact of it waits that they may take. So an arriving contact looks at listed
agents alone, and an agent with new room at the heads of the classes they serve alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush

from callcenter.domain.agent import AGENT_TABLE, BREAK_REASON_MISSED, AgentInput, AgentState
from callcenter.domain.config import CHANNELS, ChannelConfig, QueueConfig
from callcenter.domain.contact import Why
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.class_book import ClassBook
from callcenter.routing.decisions import AgentChanged, Decision, Offered, OfferWithdrawn, Requeued
from callcenter.routing.heaps import smaller
from callcenter.routing.matching import VOICE, demand_of, steps_due
from callcenter.routing.reserves import spare, uncount
from callcenter.routing.work_class import Line, QueueSlot, WaitEntry, Waiter, WorkClass

AVAILABLE, OFFERED, ON_BREAK = AgentState.AVAILABLE, AgentState.OFFERED, AgentState.ON_BREAK
LOGGED_OUT = AgentState.LOGGED_OUT
BUSY = AgentState.BUSY
OFFER, CONNECT, RELEASE = AgentInput.OFFER, AgentInput.CONNECT, AgentInput.RELEASE
OFFER_MISSED, WRAP_UP_ENDS = AgentInput.OFFER_MISSED, AgentInput.WRAP_UP_ENDS
OFFERED_FROM = {state: after for (state, event), after in AGENT_TABLE.items() if event is OFFER}
CONNECTED_FROM = {state: after for (state, event), after in AGENT_TABLE.items() if event is CONNECT}
FREED = AGENT_TABLE[AGENT_TABLE[BUSY, RELEASE], WRAP_UP_ENDS]
"""What an agent becomes whose only contact is done with, when they asked for nothing else."""
# Names of their own: to look a member up in its enumeration costs more than a comparison of heads.
DEFAULT_OFFER_TIMEOUT_MS = QueueConfig(id="", names={}).offer_timeout_ms
BREAK_REASON_UNREACHABLE = "phone_unreachable"
"""The break reason set by us when the agent's telephone could not be rung."""
HOLD_OFF_MS = 30_000
"""How long a contact is not offered again to an agent who said no to it."""
WHILE_IN_HAND = 2**62
"""Until when an agent is not asked for a contact that they still wrap up: as long as they do."""


class Pool(ClassBook):
    """Everything the router knows. ``out`` in the methods is the list of decisions being made."""

    def __init__(self, *, explain: bool) -> None:
        super().__init__(explain=explain)
        self.now_ms = 0
        self.seq = 0
        self.channels: Mapping[str, ChannelConfig] = CHANNELS
        self.waiters: dict[str, Waiter] = {}
        """Contacts waiting or offered."""
        self.hands: dict[str, tuple[str, ...]] = {}
        """Contact → agents who have it in hand."""
        self.signed_in = 0
        self.due: list[tuple[int, int, str, str]] = []
        """What time brings: (ms, the contact's running number, agent, contact).

        With an agent, the end of a hold-off; without one, a step at which the contact asks for less.
        """

    def begin(self, now_ms: int) -> list[Decision]:
        """Move the clock (never backwards) and do what has fallen due."""
        if now_ms > self.now_ms:
            self.now_ms = now_ms
        return self.do_due() if self.due else []

    def do_due(self) -> list[Decision]:
        """Contacts ask for less, or may be offered again to agents who declined them."""
        out: list[Decision] = []
        while self.due and self.due[0][0] <= self.now_ms:
            until, number, agent, contact = heappop(self.due)
            waiter = self.waiters.get(contact)
            if not agent:
                if waiter is not None and waiter.seq == number and waiter.next_step_ms == until:
                    self.step(out, waiter)
                continue
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
        if slot.idle_seq:
            slot.idle_seq = 0
            if slot.counted:
                uncount(slot)
        if state is ON_BREAK or state is LOGGED_OUT:
            self.lose_preferred(slot)
        if self.explain:
            explain.count(slot)
        out.append(AgentChanged(slot.id, state, reason, on))

    def reopen(self, out: list[Decision], slot: AgentSlot) -> None:
        """The agent's room or wishes have changed: contacts for them if they have room, else out of all idle rows."""
        if self.explain:
            explain.count(slot)
        slot.idle_seq = 0
        if slot.counted:
            uncount(slot)
        if slot.open:
            self.free(out, slot)

    def free(self, out: list[Decision], slot: AgentSlot) -> None:
        """The agent has room: give them the next contact, or list them as idle."""
        slot.idle_since_ms = self.now_ms
        if self.take_next(out, slot):
            return
        slot.idle_seq = self.seq = self.seq + 1
        empty = not slot.load
        for work in slot.classes:
            if empty or slot.fits(work.channel, work.weight):
                work.list_idle(slot)
        if slot.reserves:
            slot.counted = [queue for queue in slot.reserves if empty or slot.fits(queue.config.channel, 1)]
            for queue in slot.counted:
                queue.free += 1
            for queue in slot.counted:
                if queue.free > queue.reserve:
                    self.spend(out, queue)

    def spend(self, out: list[Decision], queue: QueueSlot) -> None:
        """The queue has more free agents than it reserves: one of them may serve somebody else."""
        for entry in list(self.base(queue).idle):
            if self.take_next(out, entry[3]):
                return

    def take_next(self, out: list[Decision], slot: AgentSlot) -> bool:
        """Offer the agent whoever is next among all they may serve and have room for; False when there is nobody."""
        heads: list[WaitEntry] = []
        empty, reserves = not slot.load, slot.reserves
        for work in slot.classes:
            if work.live and (empty or slot.fits(work.channel, work.weight)) and (not reserves or spare(slot, work)):
                entry = work.waiting[0]
                if entry[2].entry is not entry or entry[2].barred or entry[2].excluded:
                    found = work.head_for(slot)
                    if found is None:
                        continue
                    entry = found
                heads.append(entry)
        if not heads:
            return False
        if len(heads) > 1:
            heads.sort(key=self.merit if self.scored else None)
        waiter = heads[0][2]
        why = explain.next_contact(self, waiter, slot, heads) if self.explain else waiter.why
        work = waiter.work
        work.drop(waiter)
        if work.demand.only:
            self.retire(work)
        self.offer(out, waiter, slot, why)
        return True

    def merit(self, entry: WaitEntry) -> tuple[int, WaitEntry]:
        """By what heads of classes are put in order: their policy's number, the highest first, then their places."""
        work = entry[2].work
        return -work.home.contact_policy(self, work, entry[2]), entry

    def settle(
        self, out: list[Decision], slot: AgentSlot, event: AgentInput, break_reason: str = BREAK_REASON_MISSED
    ) -> None:
        """Work ended by ``event``: go on to what the agent asked for meanwhile, else be available or on break.

        An agent with other contacts in hand goes back to them; a missed offer is then a wish for a break afterwards.
        The agent's room is still to be looked at by :meth:`reopen`.
        """
        if slot.engaged:
            if event is OFFER_MISSED and slot.next_state is not LOGGED_OUT:
                slot.next_state, slot.next_reason = ON_BREAK, slot.next_reason or break_reason
            event = AgentInput.BACK_TO_TALK if slot.talks else AgentInput.BACK_TO_WRAP_UP
            self.change(out, slot, slot.after(event))
            return
        if slot.next_state is None and event is not OFFER_MISSED:
            self.change(out, slot, slot.after(event))
            return
        asked, reason = slot.next_state, slot.next_reason
        slot.next_state, slot.next_reason = None, ""
        missed = event is OFFER_MISSED
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
        left: list[WaitEntry] = []
        for work in slot.classes:
            work.signed_in -= 1
            if work.live:
                anyone = work.signed_in > 0  # then those are to be looked at who exclude some
                waiting = (e for e in work.waiting if e[2].entry is e and (not anyone or e[2].excluded))
                left += (e for e in waiting if self.is_unserved(e[2]))
        # by their place, not by class: the order of an agent's classes is another after a restart
        for *_, waiter in sorted(left):
            out.append(self.unserved(waiter))
        if slot.retired:
            self.forget(slot)

    # --- contacts

    def sort_in(self, waiter: Waiter) -> None:
        """Find the class of a contact by what it asks for now, and note when it will ask for less."""
        queue = self.queues[waiter.queue]
        config, steps = queue.config, queue.config.relaxations
        if not steps and not waiter.only and waiter.channel == VOICE and waiter.weight == 1:
            waiter.work, waiter.next_step_ms = self.class_for(queue, waiter.skills), None
            return
        asked = demand_of(config, waiter.skills, waiter.step, waiter.only, waiter.channel, waiter.weight)
        waiter.work = self.class_of(queue, asked)
        if not waiter.only:
            later = waiter.step < len(steps)
            waiter.next_step_ms = waiter.arrived_ms + steps[waiter.step].after_ms if later else None
        if waiter.next_step_ms is not None:
            heappush(self.due, (waiter.next_step_ms, waiter.seq, "", waiter.contact))

    def step(self, out: list[Decision], waiter: Waiter) -> None:
        """The contact asks for less from now on: no more for its preferred agent alone, or one relaxation further."""
        if waiter.only:
            waiter.only = ""
            waiter.step = steps_due(self.queues[waiter.queue].config, self.now_ms - waiter.arrived_ms)
        else:
            waiter.step += 1
        waits, former = waiter.entry is not None, waiter.work
        if waits:
            former.drop(waiter)
        self.sort_in(waiter)
        if waits:
            self.place(out, waiter)
            self.retire(former)

    def lose_preferred(self, slot: AgentSlot) -> None:
        """The agent goes away: whoever waits for them alone asks for others at the next opportunity."""
        for work in slot.classes:
            if work.demand.only and work.live:
                for entry in work.waiting:
                    waiter = entry[2]
                    if waiter.entry is entry:
                        waiter.next_step_ms = self.now_ms
                        heappush(self.due, (self.now_ms, waiter.seq, "", waiter.contact))

    def first_free(self, work: WorkClass, waiter: Waiter) -> AgentSlot | None:
        """The free agent asked first for ``waiter``, leaving alone those whom other queues reserve."""
        slot = work.idle.first(waiter)
        if slot is None or not slot.reserves or spare(slot, work):
            return slot
        others = (entry[3] for entry in work.idle)
        return next((other for other in others if waiter.allows(other.id) and spare(other, work)), None)

    def place(self, out: list[Decision], waiter: Waiter) -> None:
        """Offer the contact to whom its queue's policy asks first, or let it wait at its place."""
        work: WorkClass = waiter.work
        slot = self.first_free(work, waiter)
        if slot is not None:
            self.offer(out, waiter, slot, explain.best_agent(self, waiter, slot) if self.explain else waiter.why)
            if work.demand.only:
                self.retire(work)
            return
        work.add(waiter)
        if work.signed_in and not waiter.excluded:
            return
        if self.is_unserved(waiter):
            out.append(self.unserved(waiter))

    def is_unserved(self, waiter: Waiter) -> bool:
        """Whether nobody signed in could ever take a waiting contact, as it asks now and will ask for nothing less."""
        return waiter.next_step_ms is None and not self.could_serve(waiter.excluded, waiter.work)

    def offer(self, out: list[Decision], waiter: Waiter, slot: AgentSlot, why: Why) -> None:
        """Ask the agent to take the contact."""
        now_ms = self.now_ms
        queue = self.queues.get(waiter.queue)
        expires_ms = now_ms + (queue.config.offer_timeout_ms if queue is not None else DEFAULT_OFFER_TIMEOUT_MS)
        slot.last_offer = self.seq = self.seq + 1
        slot.offer = waiter
        slot.offer_expires_ms = expires_ms
        waiter.offer = slot
        self.change(out, slot, OFFERED_FROM[slot.state], "", waiter.contact)
        out.append(Offered(waiter.contact, slot.id, waiter.queue, now_ms, expires_ms, why))

    def withdraw(self, out: list[Decision], waiter: Waiter, outcome: str, why: Why | None = None) -> AgentSlot:
        """End the standing offer of ``waiter``; the agent's state is the caller's to change."""
        slot: AgentSlot = waiter.offer
        waiter.offer = slot.offer = None
        out.append(OfferWithdrawn(waiter.contact, slot.id, outcome, why))
        if waiter.direct:
            del self.waiters[waiter.contact]
        return slot

    def _let_go(self, slot: AgentSlot, contact: str, hands: tuple[str, ...]) -> None:
        """Others have the contact in hand as well, or it waits: the agent, who had, may be asked for it again."""
        if len(hands) > 1:
            self.hands[contact] = tuple(agent for agent in hands if agent != slot.id)
        waiter = self.waiters.get(contact)
        if waiter is not None and waiter.barred is not None and waiter.barred.get(slot.id) == WHILE_IN_HAND:
            del waiter.barred[slot.id]

    def bar_hands(self, waiter: Waiter) -> None:
        """Do not offer a contact to whoever still wraps it up."""
        hands = self.hands.get(waiter.contact)
        if hands:
            waiter.barred = (waiter.barred or {}) | dict.fromkeys(hands, WHILE_IN_HAND)

    def bar(self, waiter: Waiter, agent: str) -> None:
        """Do not offer the contact to this agent for a while."""
        until = self.now_ms + HOLD_OFF_MS
        waiter.barred = (waiter.barred or {}) | {agent: until}
        heappush(self.due, (until, waiter.seq, agent, waiter.contact))

    def requeue(self, out: list[Decision], waiter: Waiter, why: Why) -> None:
        """After an offer came to nothing: back to its old place, and on to the next agent if one is free."""
        if waiter.direct:
            return
        self.sort_in(waiter)
        out.append(Requeued(waiter.contact, waiter.queue, self.position(waiter), why))
        self.place(out, waiter)

    def position(self, waiter: Waiter) -> int:
        """Its place in the line of its queue and channel: 1 + those who are before it."""
        bound = (waiter.key, waiter.seq, waiter)
        before = 0
        for work in self.queues[waiter.queue].classes.values():
            if work.channel != waiter.channel:
                continue
            before += sum(1 for entry in smaller(work.waiting, bound) if entry[2].entry is entry)
        return before + 1

    def left(self, line: Line) -> None:
        """A contact left a line by itself."""
        if line.estimate.last_start_ms is not None and not line.live:
            line.estimate.emptied()

    # --- contacts in an agent's hands

    def engage(self, out: list[Decision], slot: AgentSlot, contact: str, queue: str, channel: str, weight: int) -> None:
        """The agent is BUSY with the contact, and may have room for more."""
        slot.take(contact, queue, channel, weight, self.now_ms)
        self.hands[contact] = (*self.hands[contact], slot.id) if contact in self.hands else (slot.id,)
        self.change(out, slot, CONNECTED_FROM[slot.state], "", contact)
        if channel not in slot.alone:
            self.reopen(out, slot)

    def disengage(self, out: list[Decision], slot: AgentSlot, contact: str) -> None:
        """The contact is done with, wrap-up included: what the agent does now."""
        engagement = slot.put_down(contact, self.now_ms)
        hands = self.hands.pop(contact)
        if len(hands) > 1 or contact in self.waiters:
            self._let_go(slot, contact, hands)
        queue = self.queues.get(engagement.queue)
        if queue is not None and engagement.served:
            line = queue.lines.get(engagement.channel) or queue.line(engagement.channel)
            line.estimate.finished(self.now_ms - engagement.since_ms)
        if slot.state is BUSY and slot.next_state is None and not slot.engaged:
            self.change(out, slot, FREED)
            self.free(out, slot)
            return
        if slot.state is OFFERED:
            return
        if slot.talks:
            self.reopen(out, slot)
            return
        if slot.state is BUSY:
            slot.state = slot.after(RELEASE)
            if slot.engaged:
                self.change(out, slot, slot.state, "", contact)
        if not slot.engaged:
            self.settle(out, slot, WRAP_UP_ENDS)
        self.reopen(out, slot)
