"""Agents kept free: which queues' reserves a piece of work would touch."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.work_class import QueueSlot, WorkClass


def spare(slot: AgentSlot, work: WorkClass) -> bool:
    """Whether the agent may serve ``work`` without touching what other queues reserve."""
    return next(touched(slot, work), None) is None


def touched(slot: AgentSlot, work: WorkClass) -> Iterator[QueueSlot]:
    """The queues that keep the agent from ``work``, because they would have fewer free agents than they reserve.

    A contact beside which the agent could still take one of the reserving queue touches nothing.
    """
    taken = (work.channel, work.weight)
    for queue in slot.reserves:
        if queue.id == work.queue or queue.free - (queue in slot.counted) >= queue.reserve:
            continue
        channel = queue.config.channel
        if slot.fits(channel, 1) and not slot.fits(channel, 1, beside=taken):
            yield queue


def uncount(slot: AgentSlot) -> None:
    """The agent, no longer listed as free, counts for no queue that keeps agents free."""
    for queue in slot.counted:
        queue.free -= 1
    slot.counted = []
