"""The router (ACD): who waits, who is free, who is offered what, and why.

The state is in :mod:`~callcenter.routing.pool`; here and in :mod:`~callcenter.routing.shifts` is what may be asked of
it. Pure: the time comes in with each call and is kept from running backwards. Late or doubled calls about something
that is over do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callcenter.domain.agent import AgentInput, AgentState
from callcenter.domain.config import CHANNELS, AgentConfig, ChannelConfig, QueueConfig, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.domain.errors import Rejected
from callcenter.routing import invariants, snapshot
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.decisions import Decision, WrapUpEnded, WrapUpStarted
from callcenter.routing.matching import VOICE, demand_of, qualifies, steps_due
from callcenter.routing.pool import BREAK_REASON_UNREACHABLE
from callcenter.routing.reconfigure import configure
from callcenter.routing.shifts import Shifts
from callcenter.routing.work_class import Waiter

AVAILABLE, OFFERED, BUSY = AgentState.AVAILABLE, AgentState.OFFERED, AgentState.BUSY
WRAP_UP, ON_BREAK, LOGGED_OUT = AgentState.WRAP_UP, AgentState.ON_BREAK, AgentState.LOGGED_OUT
RELEASE, OFFER_ENDS = AgentInput.RELEASE, AgentInput.OFFER_ENDS
BREAKS_AFTER = {"missed": "missed_offer", "unreachable": BREAK_REASON_UNREACHABLE}
NO_BREAK_AFTER = ("declined", "withdrawn")


class Acd(Shifts):
    """Queues, agents and offers. Every change returns the decisions it led to, in order.

    ``explain=False`` leaves the reasons out (an offer then repeats the reason given at ``enqueue``); the
    decisions are the same.
    """

    def configure(
        self,
        queues: Mapping[str, QueueConfig],
        agents: Mapping[str, AgentConfig],
        now_ms: int,
        channels: Mapping[str, ChannelConfig] = CHANNELS,
    ) -> list[Decision]:
        """Take a new configuration; waiting contacts keep their place, an agent in talk finishes it.

        An agent who has more in hand than they may now have keeps it, and gets nothing new before there is room.
        ConfigError when a queue names an unknown policy; nothing has changed then.
        """
        out = self._pool.begin(now_ms)
        configure(self._pool, out, queues, agents, channels)
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
        preferred: str = "",
        preferred_ms: int = 0,
        channel: str = VOICE,
        weight: int = 1,
        why: Why,
    ) -> list[Decision]:
        """A contact begins to wait, or is offered at once.

        ``arrived_ms`` (now) sets its place, ``priority`` adds to the queue's, ``skills`` to what the queue asks
        for; ``front`` puts it before all who wait now; ``excluded`` agents never get it. During the first
        ``preferred_ms`` it waits for the agent ``preferred`` alone, if they are at work and qualify. It takes
        ``weight`` of an agent's capacity in ``channel``.
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
        out: list[Decision] = pool.do_due() if pool.due else []
        since_ms = pool.now_ms if arrived_ms is None else arrived_ms
        key = since_ms - slot.head_start_ms - priority * slot.step_ms
        if front:
            key = slot.place_in_front(key, channel)
        pool.seq = seq = pool.seq + 1
        waiter = Waiter(
            contact, queue, since_ms, key, seq, why, priority, skills, front, False, excluded, channel, weight
        )
        pool.waiters[contact] = waiter
        if contact in pool.hands:
            pool.bar_hands(waiter)
        if preferred and preferred_ms > 0 and preferred not in excluded:
            self._prefer(waiter, preferred, preferred_ms)
        if slot.config.relaxations or waiter.only or channel != VOICE or weight != 1:
            waiter.step = 0 if waiter.only else steps_due(slot.config, pool.now_ms - since_ms)
            pool.sort_in(waiter)
        else:
            waiter.work = slot.by_skills.get(skills) or pool.class_for(slot, skills)
        pool.place(out, waiter)
        return out

    def remove(self, contact: str, now_ms: int, outcome: str = "caller_left") -> list[Decision]:
        """The contact waits no longer; its offer is withdrawn, and the freed agent may get the next at once."""
        pool = self._pool
        waiter = pool.waiters.get(contact)
        if waiter is not None and waiter.offer is None:
            # Before anything falls due: whoever leaves in this moment must not be offered again in it.
            del pool.waiters[contact]
            waiter.work.drop(waiter)
            pool.retire(waiter.work)
            pool.left(waiter.work.line)
            return pool.begin(now_ms)
        out = pool.begin(now_ms)
        if waiter is None:
            return out
        slot = pool.withdraw(out, waiter, outcome)
        pool.waiters.pop(contact, None)
        self._go_on(out, slot, OFFER_ENDS)
        return out

    # --- offers

    def offer_direct(
        self,
        contact: str,
        agent: str,
        queue: str,
        now_ms: int,
        why: Why,
        *,
        channel: str = VOICE,
        weight: int = 1,
    ) -> list[Decision]:
        """Offer to one named agent with room for it; after a refusal the contact waits nowhere.

        ``queue`` gives the offer's time-out and the wrap-up; unknown or empty, the defaults hold.
        Rejected: ``unknown_agent``, ``already_waiting``, ``agent_not_available``.
        """
        pool = self._pool
        self._refuse_waiting(contact, agent)
        out = pool.begin(now_ms)
        slot = self._roomy(agent, channel, weight)
        if contact in slot.engaged:
            raise Rejected("agent_not_available", f"agent {agent} has contact {contact} in hand")
        pool.seq += 1
        waiter = Waiter(
            contact, queue, pool.now_ms, pool.now_ms, pool.seq, why, direct=True, channel=channel, weight=weight
        )
        pool.waiters[contact] = waiter
        pool.offer(out, waiter, slot, why)
        return out

    def accept(self, contact: str, agent: str, now_ms: int) -> list[Decision]:
        """The offer is taken: the agent is BUSY with the contact, and may be offered more if there is room.

        Rejected: ``unknown_agent``, ``offer_gone``.
        """
        pool = self._pool
        slot = pool.agents.get(agent) or self._slot(agent)
        waiter = pool.waiters.get(contact)
        if waiter is None or waiter.offer is not slot:
            raise Rejected("offer_gone", f"contact {contact} is not offered to agent {agent}")
        if now_ms > pool.now_ms:
            pool.now_ms = now_ms
        out: list[Decision] = pool.do_due() if pool.due else []
        del pool.waiters[contact]
        waiter.offer = slot.offer = None
        if not waiter.direct:
            line = waiter.work.line
            if line.live or line.estimate.last_start_ms is not None:
                line.estimate.started(pool.now_ms, line.live)
        pool.engage(out, slot, contact, waiter.queue, waiter.channel, waiter.weight)
        return out

    def refuse(self, contact: str, agent: str, now_ms: int, outcome: str, reason: str = "") -> list[Decision]:
        """The offer came to nothing. A late one does nothing.

        ``declined`` and ``withdrawn``: the agent stays available, last in the idle order. Who declined is not asked
        again for this contact during 30 s; whose ring was lost may be, at once. ``missed`` (RONA) and ``unreachable``:
        the agent goes on break with ``reason``, else with that one. The contact keeps its place.
        Rejected: ``unknown_outcome``.
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
            if outcome == "declined":
                pool.bar(waiter, agent)
            pool.settle(out, slot, OFFER_ENDS)
        pool.requeue(out, waiter, why)
        pool.reopen(out, slot)
        return out

    # --- work

    def seize(
        self,
        agent: str,
        contact: str,
        now_ms: int,
        queue: str = "",
        *,
        from_break: bool = False,
        channel: str = VOICE,
        weight: int = 1,
    ) -> list[Decision]:
        """A named agent with room is BUSY with ``contact`` at once (direct transfer, consultation, taking over).

        ``queue`` gives the wrap-up; when empty, the queue of whoever else is on the contact. ``from_break``: an agent
        on break may be taken too, and goes back to that break afterwards.
        Rejected: ``unknown_agent``, ``already_waiting`` (the contact is queued), ``agent_not_available``,
        ``not_signed_in``.
        """
        pool = self._pool
        self._refuse_waiting(contact, agent)
        out = pool.begin(now_ms)
        slot = self._roomy(agent, channel, weight, from_break=from_break)
        if contact in slot.engaged:
            raise Rejected("agent_not_available", f"agent {agent} has contact {contact} in hand")
        if slot.state is ON_BREAK:
            slot.next_state, slot.next_reason = ON_BREAK, slot.reason
        if not queue:
            others = (other.engaged.get(contact) for other in pool.agents.values())
            queue = next((engagement.queue for engagement in others if engagement is not None), "")
        pool.engage(out, slot, contact, queue, channel, weight)
        return out

    def release(
        self, agent: str, contact: str, now_ms: int, *, wrap_up: bool = True, served: bool = True
    ) -> list[Decision]:
        """The talk is over: wrap-up for as long as its queue says, else it is out of the agent's hands at once.

        ``served``: False when the customer was not reached; expected waits learn nothing from that.
        """
        pool = self._pool
        slot = pool.agents.get(agent) or self._slot(agent)
        if now_ms > pool.now_ms:
            pool.now_ms = now_ms
        out: list[Decision] = pool.do_due() if pool.due else []
        engagement = slot.engaged.get(contact)
        if engagement is None or engagement.wrap_up_ends_ms:
            return out
        engagement.served = served
        queue = pool.queues.get(engagement.queue)
        length_ms = queue.config.wrap_up_ms if wrap_up and queue is not None else 0
        if length_ms <= 0:
            pool.disengage(out, slot, contact)
            return out
        engagement.wrap_up_ends_ms = pool.now_ms + length_ms
        slot.talks -= 1
        alone = slot.state is BUSY and not slot.talks
        if alone:
            pool.change(out, slot, slot.after(RELEASE), "", contact)
        out.append(WrapUpStarted(agent, contact, engagement.wrap_up_ends_ms))
        if alone:
            pool.reopen(out, slot)
        return out

    def end_wrap_up(self, agent: str, contact: str, now_ms: int) -> list[Decision]:
        """The wrap-up of ``contact`` is over: filed, or its time is up. Does nothing when there is none."""
        slot = self._slot(agent)
        out = self._pool.begin(now_ms)
        engagement = slot.engaged.get(contact)
        if engagement is not None and engagement.wrap_up_ends_ms:
            out.append(WrapUpEnded(agent, contact))
            self._pool.disengage(out, slot, contact)
        return out

    def extend_wrap_up(self, agent: str, contact: str, ends_ms: int) -> None:
        """Let a wrap-up last until ``ends_ms``. Rejected: ``unknown_agent``, ``not_in_wrap_up``."""
        engagement = self._slot(agent).engaged.get(contact)
        if engagement is None or not engagement.wrap_up_ends_ms:
            raise Rejected("not_in_wrap_up", f"agent {agent} does not wrap up {contact}")
        engagement.wrap_up_ends_ms = max(engagement.wrap_up_ends_ms, ends_ms)

    def tick(self, now_ms: int) -> list[Decision]:
        """Do what time alone brings: a contact that an agent declined may be offered to them again."""
        return self._pool.begin(now_ms)

    def next_due_ms(self) -> int | None:
        """When :meth:`tick` is wanted next; None when nothing depends on time. Every change ticks by itself."""
        return self._pool.due[0][0] if self._pool.due else None

    def check(self) -> None:
        """Assert every invariant; for tests."""
        invariants.check(self._pool)

    def dump(self) -> Any:
        """The state as JSON values."""
        return snapshot.dump(self._pool)

    @classmethod
    def load(
        cls,
        data: Any,
        queues: Mapping[str, QueueConfig],
        agents: Mapping[str, AgentConfig],
        channels: Mapping[str, ChannelConfig] = CHANNELS,
        *,
        explain: bool = True,
    ) -> Acd:
        """The router that :meth:`dump` described, under the same configuration: it decides on as the old one would."""
        acd = cls(explain=explain)
        snapshot.load(acd._pool, data, queues, agents, channels)
        return acd

    # --- steps shared by several of the above

    def _refuse_waiting(self, contact: str, agent: str) -> None:
        self._slot(agent)
        if contact in self._pool.waiters:
            raise Rejected("already_waiting", f"contact {contact} waits in a queue")

    def _roomy(self, agent: str, channel: str, weight: int, *, from_break: bool = False) -> AgentSlot:
        """The agent, if there is room for such a contact. Whoever wants a break later may still be named."""
        slot = self._slot(agent)
        if from_break and slot.state is LOGGED_OUT:
            raise Rejected("not_signed_in", f"agent {agent} is not signed in")
        states = (AVAILABLE, BUSY, WRAP_UP, ON_BREAK) if from_break else (AVAILABLE, BUSY, WRAP_UP)
        if slot.state not in states or not slot.fits(channel, weight) or slot.next_state is LOGGED_OUT:
            raise Rejected("agent_not_available", f"agent {agent} is {slot.state}")
        return slot

    def _prefer(self, waiter: Waiter, agent: str, bound_ms: int) -> None:
        """Let the contact wait for one agent alone, if that makes sense: at work, staying, and able."""
        slot = self._pool.agents.get(agent)
        if slot is None or slot.state in (LOGGED_OUT, ON_BREAK) or slot.next_state in (LOGGED_OUT, ON_BREAK):
            return
        asked = demand_of(self._pool.queues[waiter.queue].config, waiter.skills)
        if slot.capacity.get(waiter.channel, 0) >= waiter.weight and qualifies(slot.config, waiter.queue, asked):
            waiter.only, waiter.next_step_ms = agent, self._pool.now_ms + bound_ms

    def _go_on(self, out: list[Decision], slot: AgentSlot, event: AgentInput) -> None:
        self._pool.settle(out, slot, event)
        self._pool.reopen(out, slot)
