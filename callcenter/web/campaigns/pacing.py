"""The pacing chart of a campaign's page: busy agents, and abandoned calls against the cap with their band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from callcenter.domain.campaign_records import CampaignQuarter, CampaignSpec
from callcenter.domain.campaigns import CampaignMode
from callcenter.reports.campaigns import PacingPoint, busy_share, pacing_points
from callcenter.web.band_chart import BandChart, band
from callcenter.web.wording.words import Words


@dataclass(frozen=True, slots=True)
class PacingRow:
    """A row of the table below the chart; texts as people read them."""

    time: str
    busy: str
    ahead: str
    answers: int
    abandoned: int
    share: str
    between: str


def pacing_values(words: Words, spec: CampaignSpec, quarters: Sequence[CampaignQuarter]) -> dict[str, Any] | None:
    """What the template needs; None where no agents' time was seen today."""
    points = pacing_points(quarters)
    if spec.mode is CampaignMode.FLOW or not any(point.busy is not None for point in points):
        return None
    predictive = spec.mode is CampaignMode.PREDICTIVE
    return {
        "busy": _busy(words, points),
        "abandoned": _abandoned(words, points, spec.cap) if predictive else None,
        "cap": f"{100 * spec.cap:g} %",
        "busy_today": percent(busy_share(quarters)),
        "abandoned_today": percent(points[-1].share, 2),
        "over": predictive and points[-1].share is not None and points[-1].share > spec.cap,
        "rows": [_row(words, point) for point in reversed(points)],
        "predictive": predictive,
    }


def percent(share: float | None, digits: int = 1) -> str:
    """A share as people read it; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def _busy(words: Words, points: Sequence[PacingPoint]) -> BandChart:
    rows = [(words.clock(p.quarter_ms)[:5], None if p.busy is None else 100 * p.busy, None, None) for p in points]
    return band(rows, highest=100)


def _abandoned(words: Words, points: Sequence[PacingPoint], cap: float) -> BandChart:
    def of(value: float | None) -> float | None:
        return None if value is None else 100 * value

    rows = [(words.clock(p.quarter_ms)[:5], of(p.share), of(p.low), of(p.high)) for p in points]
    return band(rows, goal=100 * cap)


def _row(words: Words, point: PacingPoint) -> PacingRow:
    between = "–" if point.low is None else f"{100 * point.low:.2f} – {percent(point.high, 2)}"
    return PacingRow(
        words.clock(point.quarter_ms)[:5],
        percent(point.busy),
        percent(point.ahead, 0),
        point.answers,
        point.abandoned,
        percent(point.share, 2),
        between,
    )
