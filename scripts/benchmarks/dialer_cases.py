"""The cases of the dialer's benchmark: days of eight hours, each with what pacing is wanted to reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CAPS = (0.03, 0.01)
_PEOPLE: dict[str, Any] = {
    "answers": 0.3,
    "ring": {"gamma": {"mean": "9s", "sd": "4s"}},
    "refused": 0.25,
    "talk": {"lognormal": {"mean": "120s", "sigma": 0.8}},
    "wrap_up": {"lognormal": {"mean": "20s", "sigma": 0.5}},
}
_LUNCH = [{"at": "4h", "length": "1h"}]
_DETECTION = {"takes": "2s", "found": 0.9, "mistaken": 0.005}


@dataclass(frozen=True, slots=True)
class Case:
    """One case. ``wanted`` is the busy share in percent at each of :data:`CAPS`, where one is wanted."""

    name: str
    agents: list[dict[str, Any]]
    campaigns: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    more: dict[str, Any] = field(default_factory=dict)
    wanted: tuple[float, float] | None = None

    def scenario(self, cap: float, hours: float) -> dict[str, Any]:
        """The case as a scenario file would say it."""
        campaigns = {
            f"c{number}": {**_PEOPLE, **changes, "cap": cap} for number, changes in enumerate(self.campaigns, 1)
        }
        return {"name": self.name, "horizon": f"{hours}h", "campaigns": campaigns, "agents": self.agents, **self.more}


CASES = (
    Case("50 agents, steady", [{"count": 50}], wanted=(94.0, 92.0)),
    Case(
        "answer rate drifting 18–42 %",
        [{"count": 50}],
        [{"answers": {"wave": {"low": 0.18, "high": 0.42, "every": "4h"}}}],
        wanted=(94.0, 91.7),
    ),
    Case(
        "rate halves at hour 3, back at 5",
        [{"count": 50}],
        [{"answers": {"steps": [{"since": n, "share": s} for n, s in (("0h", 0.3), ("3h", 0.15), ("5h", 0.3))]}}],
        wanted=(93.7, 91.7),
    ),
    Case("half leave for lunch", [{"count": 25, "breaks": _LUNCH}, {"count": 25}], wanted=(93.8, 91.8)),
    Case(
        "short talk (mean 40 s)",
        [{"count": 50}],
        [{"talk": {"lognormal": {"mean": "40s", "sigma": 0.8}}}],
        wanted=(92.6, 89.4),
    ),
    Case(
        "two campaigns (15 % and 45 %), 30 agents",
        [{"count": 30}],
        [{"answers": 0.15}, {"answers": 0.45}],
        wanted=(90.9, 87.3),
    ),
    Case("200 agents", [{"count": 200}], wanted=(98.0, 97.0)),
    Case("10 agents", [{"count": 10}], wanted=(85.0, 81.0)),
    Case("5 agents", [{"count": 5}], wanted=(80.0, 76.0)),
    Case("trunk of 70 lines, 2 calls a second", [{"count": 50}], more={"trunk": {"lines": 70, "calls_per_second": 2}}),
    Case("machines (25 %) with errors", [{"count": 50}], [{"machines": {"share": 0.25, "detection": _DETECTION}}]),
    Case(
        "blended: 60 calls an hour come in",
        [{"count": 50}],
        more={"inbound": {"per_hour": 60, "handling": {"exponential": "3m"}}},
    ),
    Case("agents of different pace", [{"count": 25, "pace": 0.7}, {"count": 25, "pace": 1.3}]),
    Case("cap counted each two hours", [{"count": 50}], [{"period": "2h"}]),
)
