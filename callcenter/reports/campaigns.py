"""A campaign's day by quarter of an hour: how busy its agents are, and its abandoned calls against the cap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callcenter.domain.campaign_records import CampaignQuarter
from callcenter.domain.campaigns import PICKED_UP, TALKED, Outcome
from callcenter.reports.estimates import wilson


@dataclass(frozen=True, slots=True)
class PacingPoint:
    """One quarter of an hour, and the counting period up to its end.

    ``busy`` and ``ahead`` are shares of this quarter: agents' time that was busy, and that was dialled predictively;
    None where nobody was there. ``answers`` and ``abandoned`` count from the period's beginning: people who answered,
    and those of them who found no agent. ``low`` and ``high`` are Wilson's 95 % interval of their share.
    """

    quarter_ms: int
    busy: float | None
    ahead: float | None
    answers: int
    abandoned: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        """Abandoned ÷ answered so far in the period; None before anybody answered."""
        return self.abandoned / self.answers if self.answers else None


def pacing_points(quarters: Iterable[CampaignQuarter]) -> Sequence[PacingPoint]:
    """One point for each quarter in which something happened; the counting period begins with the first."""
    found, answers, abandoned = [], 0, 0
    for one in quarters:
        answers += picked_up(one.outcomes)
        abandoned += one.outcomes.get(Outcome.ABANDONED, 0)
        low, high = wilson(abandoned, answers) if answers else (None, None)
        busy = one.busy_ms / one.present_ms if one.present_ms else None
        ahead = one.ahead_ms / one.present_ms if one.present_ms else None
        found.append(PacingPoint(one.quarter_ms, busy, ahead, answers, abandoned, low, high))
    return found


def busy_share(quarters: Iterable[CampaignQuarter]) -> float | None:
    """Agents' busy time ÷ their time signed in and not on a break; None where nobody was there."""
    sums = [(one.busy_ms, one.present_ms) for one in quarters]
    present = sum(there for _, there in sums)
    return sum(busy for busy, _ in sums) / present if present else None


def picked_up(outcomes: dict[str, int]) -> int:
    """Attempts in which a person answered."""
    return sum(outcomes.get(outcome, 0) for outcome in PICKED_UP)


def talked(outcomes: dict[str, int]) -> int:
    """Attempts in which somebody spoke with the person."""
    return sum(outcomes.get(outcome, 0) for outcome in TALKED)
