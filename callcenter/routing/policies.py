"""Who is asked first of several free agents, and who comes first of several waiting contacts.

An **agent policy** gives a number when an agent becomes free; the lowest wins. The number must stay true while the
agent is idle: then a heap keeps the order and a decision costs one comparison of heads. Equal numbers go to whoever has
been idle longest.

A **contact policy** gives the head of each line a number at the moment an agent is free; the highest wins, equal
numbers go to the earlier place. All but ``fixed_queue_ratio`` count in ms of waiting, so that they can be compared; a
configuration in which an agent meets two of them is refused all the same, since no theory says what that would mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from callcenter.domain.errors import ConfigError
from callcenter.routing.matching import level_score

if TYPE_CHECKING:
    from callcenter.routing.agent_slot import AgentSlot
    from callcenter.routing.pool import Pool
    from callcenter.routing.work_class import Waiter, WorkClass

AgentPolicy = Callable[["AgentSlot", "WorkClass"], int]
ContactPolicy = Callable[["Pool", "WorkClass", "Waiter"], int]
Policy = TypeVar("Policy")

A_STEP_MS = 60_000
"""What a step of ``ageing_by_class`` and a contact of ``fixed_queue_ratio`` count for."""
HANDLING_MS = 180_000
"""The handling time at which ``generalised_c_mu`` counts a wait as it is; also the guess before any was seen."""


def longest_idle(agent: AgentSlot, work: WorkClass) -> int:
    """Whoever became free first: the moment of it (ms)."""
    return agent.idle_since_ms


def least_occupied(agent: AgentSlot, work: WorkClass) -> int:
    """Whoever has worked least since signing in: time with contacts in hand, wrap-up included (ms)."""
    return agent.worked_ms


def highest_level(agent: AgentSlot, work: WorkClass) -> int:
    """Whoever has the highest levels in the skills asked for."""
    return -level_score(agent.config, work.needs)


def round_robin(agent: AgentSlot, work: WorkClass) -> int:
    """In turn: whoever's last offer is furthest back (its running number)."""
    return agent.last_offer


def priority(pool: Pool, work: WorkClass, waiter: Waiter) -> int:
    """The wait (ms), and for each step of priority as much more as the queue's ``ageing_ms``; all age alike."""
    return pool.now_ms - waiter.key


def longest_wait(pool: Pool, work: WorkClass, waiter: Waiter) -> int:
    """The wait alone (ms); priorities do not count."""
    return pool.now_ms - waiter.key


def ageing_by_class(pool: Pool, work: WorkClass, waiter: Waiter) -> int:
    """Priority that grows by a step for each ``ageing_ms`` of waiting, faster in some queues than in others."""
    return (pool.now_ms - waiter.key) * A_STEP_MS // max(1, work.home.config.ageing_ms)


def fixed_queue_ratio(pool: Pool, work: WorkClass, waiter: Waiter) -> int:
    """FQR: the queue furthest above its share of all who wait: queue length − share × everybody waiting.

    Source: Gurvich and Whitt, "Queue-and-Idleness-Ratio Controls in Many-Server Service Systems", 2009.
    """
    home = work.home
    return (home.live * pool.shares - home.config.share * pool.ratio_waiting()) * A_STEP_MS // max(1, pool.shares)


def generalised_c_mu(pool: Pool, work: WorkClass, waiter: Waiter) -> int:
    """Gcµ with a cost that grows with the square of the wait: its slope × service rate = cost × wait ÷ handling time.

    Source: van Mieghem, "Dynamic Scheduling with Convex Delay Costs: The Generalized cµ Rule", 1995.
    """
    handling_ms = work.line.estimate.handling_ms or HANDLING_MS
    return work.home.config.wait_cost * (pool.now_ms - waiter.key) * HANDLING_MS // max(1, handling_ms)


def _named(*policies: Policy) -> dict[str, Policy]:
    return {policy.__name__: policy for policy in policies}  # type: ignore[attr-defined]


AGENT_POLICIES: dict[str, AgentPolicy] = _named(longest_idle, least_occupied, highest_level, round_robin)
"""The policies a queue may name in ``agent_policy``."""
CONTACT_POLICIES: dict[str, ContactPolicy] = _named(
    priority, longest_wait, ageing_by_class, fixed_queue_ratio, generalised_c_mu
)
"""The policies a queue may name in ``contact_policy``."""
BY_PLACE = "priority"
"""The contact policy that compares places alone: no number needs to be worked out."""


def agent_policy(name: str, queue: str) -> AgentPolicy:
    """The agent policy called ``name``. ConfigError when there is none."""
    return _find(AGENT_POLICIES, name, f"queue {queue}.agent_policy")


def contact_policy(name: str, queue: str) -> ContactPolicy:
    """The contact policy called ``name``. ConfigError when there is none."""
    return _find(CONTACT_POLICIES, name, f"queue {queue}.contact_policy")


def _find(known: Mapping[str, Policy], name: str, place: str) -> Policy:
    try:
        return known[name]
    except KeyError:
        raise ConfigError(place, f"no policy is called {name!r}", f"use one of {', '.join(known)}") from None
