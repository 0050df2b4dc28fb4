"""What must hold in the router after every operation. Slow; for tests and for a look at a doubtful snapshot."""

from __future__ import annotations

from itertools import pairwise

from callcenter.domain.agent import AgentState
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.matching import demand_of, qualifies
from callcenter.routing.pool import Pool
from callcenter.routing.reserves import spare
from callcenter.routing.work_class import Waiter, WorkClass


def check(pool: Pool) -> None:
    """AssertionError, naming the agent, contact or queue, when something does not hold."""
    for contact, waiter in pool.waiters.items():
        _check_waiter(pool, contact, waiter)
    for agent, slot in pool.agents.items():
        _check_agent(pool, agent, slot)
    for queue in pool.queues.values():
        for work in queue.classes.values():
            _check_class(pool, work)
    hands = sorted((contact, agent) for contact, agents in pool.hands.items() for agent in agents)
    held = sorted((contact, agent) for agent, slot in pool.agents.items() for contact in slot.engaged)
    assert hands == held, "who has what in hand differs"
    assert all(pool.hands.values()), "a contact is listed that nobody has in hand"
    assert pool.signed_in == sum(slot.state is not AgentState.LOGGED_OUT for slot in pool.agents.values())
    for name, queue in pool.queues.items():
        if queue.reserve:
            base = pool.base(queue)
            free = [slot for slot in base.members if slot.idle_seq and slot.fits(base.channel, 1)]
            assert queue.free == len(free), f"{name}: free agents miscounted"
            assert all(queue in slot.counted for slot in free), f"{name}: a free agent is not counted"
        assert queue.live == sum(work.live for work in queue.classes.values()), f"{name}: waiting contacts miscounted"


def _check_waiter(pool: Pool, contact: str, waiter: Waiter) -> None:
    assert waiter.contact == contact
    assert (waiter.entry is None) != (waiter.offer is None), f"{contact} is not in exactly one place"
    if waiter.offer is not None:
        slot: AgentSlot = waiter.offer
        assert pool.agents.get(slot.id) is slot, f"{contact} is offered to a forgotten agent"
        assert slot.offer is waiter, f"{contact} is offered to {slot.id}, who does not know"
        assert waiter.allows(slot.id), f"{contact} is offered to {slot.id}, who is kept from it"
        return
    work = waiter.work
    assert all(agent in (waiter.barred or {}) for agent in pool.hands.get(contact, ())), f"{contact}: still wrapped up"
    assert work is not None
    assert work is pool.queues[waiter.queue].classes[work.demand]
    config = pool.queues[waiter.queue].config
    asked = demand_of(config, waiter.skills, waiter.step, waiter.only, waiter.channel, waiter.weight)
    assert work.demand == asked
    if waiter.next_step_ms is not None:
        assert (waiter.next_step_ms, waiter.seq, "", contact) in pool.due, f"{contact} would never ask for less"
    assert sum(entry is waiter.entry for entry in work.waiting) == 1, f"{contact} is not once in its heap"
    for slot in work.members:
        room = slot.open and slot.fits(waiter.channel, waiter.weight)
        free = room and waiter.allows(slot.id) and spare(slot, work)
        assert not free, f"{contact} waits while {slot.id} is free for it"


def _check_agent(pool: Pool, agent: str, slot: AgentSlot) -> None:
    state = slot.state
    assert slot.id == agent
    assert (slot.offer is not None) == (state is AgentState.OFFERED), f"{agent}: offer and state differ"
    talks = sum(not engaged.wrap_up_ends_ms for engaged in slot.engaged.values())
    assert slot.talks == talks, f"{agent}: talks miscounted"
    if state is not AgentState.OFFERED:
        assert bool(talks) == (state is AgentState.BUSY), f"{agent}: talks and state differ"
        wrapping = bool(slot.engaged) and not talks
        assert wrapping == (state is AgentState.WRAP_UP), f"{agent}: wrap-up and state differ"
    assert bool(slot.idle_seq) == slot.open, f"{agent}: idle order and room differ"
    known = all(work.home.classes.get(work.demand) is work for work in slot.classes)
    assert known, f"{agent}: listed for a class that is no more"
    load = dict.fromkeys((engaged.channel for engaged in slot.engaged.values()), 0)
    for engaged in slot.engaged.values():
        load[engaged.channel] += engaged.weight
    assert slot.load == load, f"{agent}: load miscounted"
    working = state in (AgentState.OFFERED, AgentState.BUSY, AgentState.WRAP_UP)
    assert slot.next_state is None or working, f"{agent}: a next state without present work"
    assert slot.offer is None or pool.waiters.get(slot.offer.contact) is slot.offer, f"{agent}: the offer is stale"


def _check_class(pool: Pool, work: WorkClass) -> None:
    queue = pool.queues[work.queue]
    assert queue.classes[work.demand] is work
    assert work.live or not work.demand.only, f"{work.queue}: a class of a preferred agent is left over"
    members = [
        slot
        for _, slot in sorted(pool.agents.items())
        if qualifies(slot.config, work.queue, work.demand) and slot.capacity.get(work.channel, 0) >= work.weight
    ]
    assert sorted(slot.id for slot in work.members) == [slot.id for slot in members], f"{work.queue}: members differ"
    assert all(work in slot.classes for slot in members)
    assert work.signed_in == sum(slot.state is not AgentState.LOGGED_OUT for slot in members)
    assert work.live == sum(entry[2].entry is entry for entry in work.waiting)
    assert len(work.waiting) <= 2 * work.live + 34, f"{work.queue}: the heap of contacts grows"
    heap = work.waiting
    assert all(heap[(i - 1) // 2] <= heap[i] for i in range(1, len(heap))), f"{work.queue}: heap out of order"
    row = work.idle.entries[work.idle.start :]
    assert len(work.idle.entries) <= 2 * len(members) + 34, f"{work.queue}: the row of agents grows"
    assert all(before < after for before, after in pairwise(row)), f"{work.queue}: row out of order"
    listed = [entry[3].id for entry in work.idle]
    roomy = [slot.id for slot in members if slot.idle_seq and slot.fits(work.channel, work.weight)]
    assert sorted(listed) == roomy, f"{work.queue}: idle agents differ"
    if pool.explain:
        assert explain.counts_of(work, kept=True) == explain.counts_of(work, kept=False), f"{work.queue}: counts"
