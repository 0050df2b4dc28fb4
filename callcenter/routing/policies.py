"""Which of several free agents is asked first. A policy gives a number when an agent becomes free; the lowest wins.

The number must stay true while the agent is idle: then a heap keeps the order and a decision costs one comparison
of heads. Equal numbers go to whoever has been idle longest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from callcenter.domain.errors import ConfigError
from callcenter.routing.matching import level_score

if TYPE_CHECKING:
    from callcenter.routing.agent_slot import AgentSlot
    from callcenter.routing.work_class import WorkClass

AgentPolicy = Callable[["AgentSlot", "WorkClass"], int]


def longest_idle(agent: AgentSlot, work: WorkClass) -> int:
    """Whoever became free first: the moment of it (ms)."""
    return agent.idle_since_ms


def least_occupied(agent: AgentSlot, work: WorkClass) -> int:
    """Whoever has worked least since signing in: time in talk and wrap-up (ms)."""
    return agent.worked_ms


def highest_level(agent: AgentSlot, work: WorkClass) -> int:
    """Whoever has the highest levels in the skills asked for."""
    return -level_score(agent.config, work.needs)


def round_robin(agent: AgentSlot, work: WorkClass) -> int:
    """In turn: whoever's last offer is furthest back (its running number)."""
    return agent.last_offer


AGENT_POLICIES: dict[str, AgentPolicy] = {
    policy.__name__: policy for policy in (longest_idle, least_occupied, highest_level, round_robin)
}
"""The policies a queue may name in ``agent_policy``."""


def agent_policy(name: str, queue: str) -> AgentPolicy:
    """The policy called ``name``. ConfigError when there is none."""
    try:
        return AGENT_POLICIES[name]
    except KeyError:
        raise ConfigError(
            f"queue {queue}.agent_policy", f"no policy is called {name!r}", f"use one of {', '.join(AGENT_POLICIES)}"
        ) from None
