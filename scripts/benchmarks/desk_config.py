"""The centre of the desk benchmark: many agents, four queues, the usual break reasons."""

from __future__ import annotations

from callcenter.domain.config import AgentConfig, CenterConfig, QueueConfig, Reason
from scripts.benchmarks.desk_plan import agent_id


def center_config(desks: int) -> CenterConfig:
    """Configuration with ``desks`` agents."""
    queues = {
        name: QueueConfig(id=name, names={"zh": name, "en": name}, wrap_up_ms=2_000)
        for name in ("cards", "accounts", "loss", "elder")
    }
    return CenterConfig(
        queues=queues,
        agents={agent_id(k): AgentConfig(id=agent_id(k), name=f"坐席{k:04}", team=f"{k % 20}") for k in range(desks)},
        numbers={"95000": "queue:cards"},
        break_reasons=(Reason("lunch", {"zh": "午餐", "en": "Lunch"}), Reason("rest", {"zh": "小休", "en": "Rest"})),
        dispositions=(Reason("solved", {"zh": "已解决", "en": "Solved"}),),
    )
