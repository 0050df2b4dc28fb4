"""A new configuration put in place under running work: nobody loses their place, nobody is cut off."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, QueueConfig
from callcenter.domain.contact import Why
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.decisions import Decision, Unserved
from callcenter.routing.policies import agent_policy
from callcenter.routing.pool import Pool
from callcenter.routing.work_class import QueueSlot


def configure(
    pool: Pool, out: list[Decision], queues: Mapping[str, QueueConfig], agents: Mapping[str, AgentConfig]
) -> None:
    """Add, change and remove; match again. ConfigError before anything changed when a policy is unknown."""
    for config in queues.values():
        agent_policy(config.agent_policy, config.id)
    _take_queues(pool, queues)
    gone = _take_agents(pool, agents)
    rebuild(pool)
    for slot in gone:
        _let_go(pool, out, slot)
    _match(pool, out)


def _take_queues(pool: Pool, queues: Mapping[str, QueueConfig]) -> None:
    """A removed queue stays, closed to newcomers, until the last contact has left it."""
    used = {waiter.queue for waiter in pool.waiters.values()}
    for queue in list(pool.queues):
        if queue not in queues:
            pool.queues[queue].retired = True
            if queue not in used:
                del pool.queues[queue]
    for queue, config in queues.items():
        if queue in pool.queues:
            pool.queues[queue].retired = False
            pool.queues[queue].take(config)
        else:
            pool.queues[queue] = QueueSlot(config)


def _take_agents(pool: Pool, agents: Mapping[str, AgentConfig]) -> list[AgentSlot]:
    """Take the new settings of agents; returns those who are no longer among them."""
    for agent, config in agents.items():
        slot = pool.agents.get(agent)
        if slot is None:
            pool.agents[agent] = AgentSlot(config, pool.now_ms)
        else:
            slot.config = config
            if slot.retired:
                slot.retired, slot.next_state = False, None
    return [slot for agent, slot in pool.agents.items() if agent not in agents]


def _let_go(pool: Pool, out: list[Decision], slot: AgentSlot) -> None:
    """A removed agent finishes the present talk and its wrap-up, then is gone."""
    slot.retired = True
    if slot.state is AgentState.LOGGED_OUT:
        pool.forget(slot)
    elif slot.state in (AgentState.BUSY, AgentState.WRAP_UP):
        slot.next_state, slot.next_reason = AgentState.LOGGED_OUT, ""
    else:
        sign_out_now(pool, out, slot, "agent_removed")


def sign_out_now(pool: Pool, out: list[Decision], slot: AgentSlot, code: str) -> None:
    """Sign out an agent who is not in talk or wrap-up; a standing offer goes back to its place."""
    waiter = slot.offer
    if waiter is not None:
        pool.withdraw(out, waiter, "withdrawn", Why(code))
    pool.log_out(out, slot)
    if waiter is not None:
        pool.requeue(out, waiter, Why(code))


def rebuild(pool: Pool) -> None:
    """Make all classes anew from the configuration and the contacts that wait."""
    listed = [waiter for waiter in pool.waiters.values() if waiter.entry is not None]
    for slot in pool.agents.values():
        slot.classes = []
        slot.label = explain.label(slot)
    for queue in pool.queues.values():
        queue.classes.clear()
        queue.by_skills.clear()
        queue.live = 0
        pool.class_for(queue, ())
    for waiter in pool.waiters.values():
        if not waiter.direct:
            queue = pool.queues[waiter.queue]
            waiter.work = pool.class_for(queue, waiter.skills)
            if not waiter.front:
                waiter.key = queue.place_in_time(waiter.arrived_ms, waiter.priority)
    for waiter in listed:
        assert waiter.work is not None
        waiter.work.add(waiter)


def _match(pool: Pool, out: list[Decision]) -> None:
    """Offer what the new configuration allows, first come first; name whom nobody could serve."""
    waiting = [waiter for waiter in pool.waiters.values() if waiter.entry is not None]
    for waiter in sorted(waiting, key=lambda waiter: (waiter.key, waiter.seq)):
        work = waiter.work
        assert work is not None
        slot = work.first_idle(waiter)
        if slot is not None:
            work.drop(waiter)
            pool.offer(out, waiter, slot, explain.best_agent(pool, waiter, slot) if pool.explain else waiter.why)
        elif not pool.could_serve(waiter, work):
            out.append(Unserved(waiter.contact, work.queue, explain.unserved(work)))
