"""The router's state as JSON values, and back. Heaps are not stored: they follow from agents and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify
from typing import Any

import msgspec

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, ChannelConfig, QueueConfig, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.domain.errors import Corrupt
from callcenter.routing.agent_slot import AgentSlot, Engagement
from callcenter.routing.pool import WHILE_IN_HAND, Pool
from callcenter.routing.reconfigure import rebuild
from callcenter.routing.work_class import QueueSlot, Waiter

FORMAT = 3
AGENT_FIELDS = (
    "since_ms",
    "reason",
    "offer_expires_ms",
    "next_reason",
    "idle_seq",
    "idle_since_ms",
    "last_offer",
    "worked_ms",
    "work_since_ms",
    "retired",
)
WAITER_FIELDS = (
    "contact",
    "queue",
    "arrived_ms",
    "key",
    "seq",
    "priority",
    "front",
    "direct",
    "channel",
    "weight",
    "step",
    "only",
    "next_step_ms",
)


def dump(pool: Pool) -> dict[str, Any]:
    """Everything that decisions depend on."""
    return {
        "format": FORMAT,
        "now_ms": pool.now_ms,
        "seq": pool.seq,
        "queues": [
            {
                "estimates": {channel: line.estimate.dump() for channel, line in sorted(queue.lines.items())},
                "retired": queue.retired,
                "config": msgspec.to_builtins(queue.config),
            }
            for queue in pool.queues.values()
        ],
        "agents": [_dump_agent(slot) for slot in pool.agents.values()],
        "waiters": [_dump_waiter(waiter) for waiter in pool.waiters.values()],
    }


def _dump_agent(slot: AgentSlot) -> dict[str, Any]:
    data = {name: getattr(slot, name) for name in AGENT_FIELDS}
    data["config"] = msgspec.to_builtins(slot.config)
    data["state"] = slot.state.value
    data["next_state"] = None if slot.next_state is None else slot.next_state.value
    data["engaged"] = [[contact, *msgspec.to_builtins(e).values()] for contact, e in slot.engaged.items()]
    return data


def _dump_waiter(waiter: Waiter) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(waiter, name) for name in WAITER_FIELDS}
    data["why"] = msgspec.to_builtins(waiter.why)
    data["skills"] = msgspec.to_builtins(waiter.skills)
    data["excluded"] = sorted(waiter.excluded)
    data["barred"] = dict(sorted((waiter.barred or {}).items()))
    data["offered_to"] = waiter.offer.id if waiter.offer is not None else None
    return data


def load(
    pool: Pool,
    data: Any,
    queues: Mapping[str, QueueConfig],
    agents: Mapping[str, AgentConfig],
    channels: Mapping[str, ChannelConfig],
) -> None:
    """Fill an empty pool. What was being removed when the snapshot was taken brings its own settings along."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Corrupt("the router's snapshot is not of a known format")
    pool.now_ms, pool.seq, pool.channels = data["now_ms"], data["seq"], dict(channels)
    for stored in data["queues"]:
        config = msgspec.convert(stored["config"], QueueConfig)
        queue = pool.queues[config.id] = QueueSlot(queues.get(config.id, config))
        if stored["retired"]:
            queue.retire()
        for channel, estimate in stored["estimates"].items():
            queue.line(channel).estimate.load(estimate)
    for stored in data["agents"]:
        slot = _load_agent(pool, stored, agents)
        pool.agents[slot.id] = slot
        for contact in slot.engaged:
            pool.hands[contact] = (*pool.hands.get(contact, ()), slot.id)
    pool.signed_in = sum(slot.state is not AgentState.LOGGED_OUT for slot in pool.agents.values())
    waiters = [_load_waiter(pool, stored) for stored in data["waiters"]]
    pool.due = [
        (until, waiter.seq, agent, waiter.contact)
        for waiter in waiters
        for agent, until in (waiter.barred or {}).items()
        if until != WHILE_IN_HAND
    ]
    heapify(pool.due)
    for waiter in waiters:
        if waiter.offer is None:
            waiter.entry = (waiter.key, waiter.seq, waiter)
    rebuild(pool)


def _load_agent(pool: Pool, data: dict[str, Any], agents: Mapping[str, AgentConfig]) -> AgentSlot:
    config = msgspec.convert(data["config"], AgentConfig)
    slot = AgentSlot(agents.get(config.id, config), pool.channels, 0)
    for name in AGENT_FIELDS:
        setattr(slot, name, data[name])
    slot.state = AgentState(data["state"])
    slot.next_state = None if data["next_state"] is None else AgentState(data["next_state"])
    for contact, *facts in data["engaged"]:
        engagement = slot.engaged[contact] = Engagement(*facts)
        slot.load[engagement.channel] = slot.load.get(engagement.channel, 0) + engagement.weight
        slot.talks += not engagement.wrap_up_ends_ms
    return slot


def _load_waiter(pool: Pool, data: dict[str, Any]) -> Waiter:
    why = msgspec.convert(data["why"], Why)
    waiter = Waiter(**{name: data[name] for name in WAITER_FIELDS}, why=why)
    waiter.skills = msgspec.convert(data["skills"], tuple[SkillRequirement, ...])
    waiter.excluded = frozenset(data["excluded"])
    waiter.barred = dict(data["barred"]) or None
    if data["offered_to"] is not None:
        slot = waiter.offer = pool.agents[data["offered_to"]]
        slot.offer = waiter
    pool.waiters[waiter.contact] = waiter
    return waiter
