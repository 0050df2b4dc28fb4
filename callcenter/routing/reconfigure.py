"""A new configuration put in place under running work: nobody loses their place, nobody is cut off."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.domain.agent import AgentInput, AgentState
from callcenter.domain.config import AgentConfig, ChannelConfig, QueueConfig
from callcenter.domain.contact import Why
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.decisions import Decision
from callcenter.routing.matching import steps_due
from callcenter.routing.policies import agent_policy, contact_policy
from callcenter.routing.pool import Pool
from callcenter.routing.work_class import QueueSlot


def configure(
    pool: Pool,
    out: list[Decision],
    queues: Mapping[str, QueueConfig],
    agents: Mapping[str, AgentConfig],
    channels: Mapping[str, ChannelConfig],
) -> None:
    """Add, change and remove; match again. ConfigError before anything changed when a policy is unknown."""
    for config in queues.values():
        agent_policy(config.agent_policy, config.id)
        contact_policy(config.contact_policy, config.id)
    pool.channels = dict(channels)
    _take_queues(pool, queues)
    gone = _take_agents(pool, agents)
    rebuild(pool)
    for slot in gone:
        _let_go(pool, out, slot)
    _match(pool, out)


def _take_queues(pool: Pool, queues: Mapping[str, QueueConfig]) -> None:
    """A removed queue stays, closed to newcomers, while a contact waits in it or an agent has one of its in hand."""
    used = {waiter.queue for waiter in pool.waiters.values()}
    used |= {engagement.queue for slot in pool.agents.values() for engagement in slot.engaged.values()}
    for queue in list(pool.queues):
        if queue not in queues:
            pool.queues[queue].retire()
            if queue not in used:
                del pool.queues[queue]
    for queue, config in queues.items():
        if queue in pool.queues:
            pool.queues[queue].take(config)
        else:
            pool.queues[queue] = QueueSlot(config)


def _take_agents(pool: Pool, agents: Mapping[str, AgentConfig]) -> list[AgentSlot]:
    """Take the new settings of agents; returns those no longer among them, with their own under the new channels."""
    for agent, config in agents.items():
        slot = pool.agents.get(agent)
        if slot is None:
            pool.agents[agent] = AgentSlot(config, pool.channels, pool.now_ms)
        else:
            slot.configure(config, pool.channels)
            if slot.retired:
                slot.retired, slot.next_state = False, None
    gone = [slot for agent, slot in pool.agents.items() if agent not in agents]
    for slot in gone:
        slot.configure(slot.config, pool.channels)
    return gone


def _let_go(pool: Pool, out: list[Decision], slot: AgentSlot) -> None:
    """A removed agent finishes the present talk and its wrap-up, then is gone."""
    slot.retired = True
    if slot.state is AgentState.LOGGED_OUT:
        pool.forget(slot)
    else:
        sign_out(pool, out, slot, "agent_removed")


def sign_out(pool: Pool, out: list[Decision], slot: AgentSlot, code: str) -> None:
    """Sign out an agent, after what they have in hand; a standing offer goes back to its place at once."""
    waiter = slot.offer
    if waiter is not None:
        pool.withdraw(out, waiter, "withdrawn", Why(code))
    if slot.engaged:
        slot.next_state, slot.next_reason = AgentState.LOGGED_OUT, ""
        if waiter is not None:
            pool.settle(out, slot, AgentInput.OFFER_ENDS)
        pool.reopen(out, slot)
    else:
        pool.log_out(out, slot)
    if waiter is not None:
        pool.requeue(out, waiter, Why(code))


def rebuild(pool: Pool) -> None:
    """Make all classes anew from the configuration and the contacts that wait."""
    listed = [waiter for waiter in pool.waiters.values() if waiter.entry is not None]
    pool.holders.clear()
    for _, slot in sorted(pool.agents.items()):
        slot.classes, slot.reserves, slot.counted = [], [], []
        slot.label = explain.label(slot)
        if bool(slot.idle_seq) != slot.open:
            pool.seq += slot.open
            slot.idle_seq = pool.seq if slot.open else 0
        for skill in slot.config.skills:
            pool.holders.setdefault(skill, []).append(slot)
    for queue in pool.queues.values():
        queue.classes.clear()
        queue.by_skills.clear()
        queue.free = 0
        for line in queue.lines.values():
            line.live = 0
        base = pool.base(queue)
        for slot in base.members if queue.reserve else ():
            slot.reserves.append(queue)
            if slot.idle_seq and slot.fits(base.channel, base.weight):
                slot.counted.append(queue)
                queue.free += 1
    pool.choose_by()
    for waiter in pool.waiters.values():
        if not waiter.direct:
            queue = pool.queues[waiter.queue]
            if not waiter.only:
                waiter.step = steps_due(queue.config, pool.now_ms - waiter.arrived_ms)
            pool.sort_in(waiter)
            if not waiter.front:
                waiter.key = queue.place_in_time(waiter.arrived_ms, waiter.priority)
    for waiter in listed:
        assert waiter.work is not None
        waiter.work.add(waiter)
    for waiter in pool.waiters.values():
        if waiter.work is not None:
            pool.retire(waiter.work)


def _match(pool: Pool, out: list[Decision]) -> None:
    """Offer what the new configuration allows, first come first; name whom nobody could serve."""
    for *_, waiter in sorted(waiter.entry for waiter in pool.waiters.values() if waiter.entry is not None):
        work = waiter.work
        assert work is not None
        slot = pool.first_free(work, waiter)
        if slot is not None:
            work.drop(waiter)
            pool.retire(work)
            pool.offer(out, waiter, slot, explain.best_agent(pool, waiter, slot) if pool.explain else waiter.why)
        elif pool.is_unserved(waiter):
            out.append(pool.unserved(waiter))
