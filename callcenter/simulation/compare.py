"""What if: two scenarios that meet the same customers, and what the second changes, with intervals of the difference.

Each customer's arrival, handling time and patience are the same on both sides, so the difference is taken run by run
(a paired t-interval); it is far narrower than what two separate intervals would tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callcenter.simulation.figures import Figures, Result, Summary, summary_json
from callcenter.simulation.replicate import Told, repeat, sum_up, summary
from callcenter.simulation.scenario import Scenario

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides, and ``after`` less ``before`` by queue (those in both) and in ``total``."""

    before: Result
    after: Result
    queues: dict[str, Summary]
    total: Summary

    def to_json(self) -> dict[str, Any]:
        """JSON values; the same scenarios and seed give the same."""
        return {
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "difference": {
                "queues": {name: summary_json(found) for name, found in self.queues.items()},
                TOTAL: summary_json(self.total),
            },
        }


def compare(
    before: Scenario,
    after: Scenario,
    seed: int,
    replications: int | None = None,
    confidence: float = 0.95,
    told: Told = lambda: None,
) -> Comparison:
    """Simulate both. ``replications`` overrides the first scenario's own number; ``told`` is called after each run."""
    count = replications or before.replications
    first, second = repeat(before, seed, count, told), repeat(after, seed, count, told)
    return Comparison(
        before=sum_up(before, seed, first, confidence),
        after=sum_up(after, seed, second, confidence),
        queues={
            name: summary(_differences(runs, second.queues[name]), confidence)
            for name, runs in first.queues.items()
            if name in second.queues
        },
        total=summary(_differences(first.totals, second.totals), confidence),
    )


def _differences(before: list[Figures], after: list[Figures]) -> list[Figures]:
    return [{name: new[name] - old[name] for name in old} for old, new in zip(before, after, strict=True)]
