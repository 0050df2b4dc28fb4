"""What must hold in the router after every operation. Slow; for tests and for a look at a doubtful snapshot."""

from __future__ import annotations

from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.matching import merge, qualifies
from callcenter.routing.pool import Pool
from callcenter.routing.work_class import Waiter, WorkClass

VOICE_CAPACITY = 1


def check(pool: Pool) -> None:
    """AssertionError, naming the agent, contact or queue, when something does not hold."""
    for contact, waiter in pool.waiters.items():
        _check_waiter(pool, contact, waiter)
    for agent, slot in pool.agents.items():
        _check_agent(pool, agent, slot)
    for queue in pool.queues.values():
        for work in queue.classes.values():
            _check_class(pool, work)
    assert pool.signed_in == sum(slot.state is not AgentState.LOGGED_OUT for slot in pool.agents.values())
    for name, queue in pool.queues.items():
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
    assert work is not None
    assert work is pool.queues[waiter.queue].classes[work.needs]
    assert sum(entry is waiter.entry for entry in work.waiting) == 1, f"{contact} is not once in its heap"
    for slot in work.members:
        idle = slot.state is AgentState.AVAILABLE
        assert not (idle and waiter.allows(slot.id)), f"{contact} waits while {slot.id} is free for it"


def _check_agent(pool: Pool, agent: str, slot: AgentSlot) -> None:
    state = slot.state
    assert slot.id == agent
    assert (slot.offer is not None) == (state is AgentState.OFFERED), f"{agent}: offer and state differ"
    assert bool(slot.contacts) == (state is AgentState.BUSY), f"{agent}: contacts and state differ"
    assert bool(slot.wrap_up_contact) == (state is AgentState.WRAP_UP), f"{agent}: wrap-up and state differ"
    assert bool(slot.idle_seq) == (state is AgentState.AVAILABLE), f"{agent}: idle order and state differ"
    assert len(slot.contacts) + (slot.offer is not None) <= VOICE_CAPACITY, f"{agent} has more than they can take"
    working = state in (AgentState.OFFERED, AgentState.BUSY, AgentState.WRAP_UP)
    assert slot.next_state is None or working, f"{agent}: a next state without present work"
    assert slot.offer is None or pool.waiters.get(slot.offer.contact) is slot.offer, f"{agent}: the offer is stale"


def _check_class(pool: Pool, work: WorkClass) -> None:
    queue = pool.queues[work.queue]
    extra = next(skills for skills, found in queue.by_skills.items() if found is work)
    assert work.needs == merge(queue.config.skills, extra)
    members = [slot for _, slot in sorted(pool.agents.items()) if qualifies(slot.config, work.queue, work.needs)]
    assert sorted(slot.id for slot in work.members) == [slot.id for slot in members], f"{work.queue}: members differ"
    assert all(work in slot.classes for slot in members)
    assert work.signed_in == sum(slot.state is not AgentState.LOGGED_OUT for slot in members)
    assert work.live == sum(entry[2].entry is entry for entry in work.waiting)
    assert len(work.waiting) <= 2 * work.live + 34, f"{work.queue}: the heap of contacts grows"
    assert len(work.idle) <= 2 * len(members) + 34, f"{work.queue}: the heap of agents grows"
    heaps: tuple[list[Any], ...] = (work.waiting, work.idle)
    for heap in heaps:
        assert all(heap[(i - 1) // 2] <= heap[i] for i in range(1, len(heap))), f"{work.queue}: heap out of order"
    listed = [entry[3].id for entry in work.idle if entry[2] == entry[3].idle_seq]
    assert sorted(listed) == [slot.id for slot in members if slot.idle_seq], f"{work.queue}: idle agents differ"
    if pool.explain:
        assert explain.counts_of(work, kept=True) == explain.counts_of(work, kept=False), f"{work.queue}: counts"
