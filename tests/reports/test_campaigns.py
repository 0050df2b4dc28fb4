"""A campaign's day by quarter of an hour, and the chart drawn of it."""

from __future__ import annotations

import pytest

from callcenter.domain.campaign_records import CampaignQuarter
from callcenter.reports.campaigns import busy_share, pacing_points
from callcenter.web.band_chart import band

QUARTER = 900_000


def test_the_share_of_abandoned_counts_from_the_beginning_of_the_period_with_its_interval() -> None:
    first = CampaignQuarter(0, {"answered": 97, "abandoned": 3, "busy": 50}, present_ms=100, busy_ms=80, ahead_ms=25)
    quiet = CampaignQuarter(QUARTER, {"busy": 4})
    second = CampaignQuarter(2 * QUARTER, {"promised": 100}, present_ms=300, busy_ms=270)
    one, two, three = pacing_points([first, quiet, second])
    assert (one.answers, one.abandoned, one.share, one.busy, one.ahead) == (100, 3, 0.03, 0.8, 0.25)
    # Wilson 1927 for 3 of 100 at z = 1.96.
    assert (one.low, one.high) == (pytest.approx(0.01025, abs=1e-4), pytest.approx(0.0845, abs=1e-4))
    assert (two.busy, two.share) == (None, 0.03)
    assert (three.share, three.busy) == (0.015, 0.9)
    assert busy_share([first, quiet, second]) == 350 / 400


def test_before_anybody_answered_there_is_no_share() -> None:
    (point,) = pacing_points([CampaignQuarter(0, {"no_answer": 7})])
    assert (point.share, point.low, point.high) == (None, None, None)
    assert busy_share([]) is None


def test_a_chart_is_split_where_values_are_missing_and_holds_its_cap() -> None:
    rows = [("08:00", 1.0, 0.2, 40.0), ("08:15", 2.0, 1.0, 3.0), ("08:30", None, None, None), ("08:45", 2.5, 2.0, 3.0)]
    chart = band(rows, goal=3.0)
    assert len(chart.lines) == 1
    assert len(chart.bands) == 1
    assert len(chart.dots) == 1, "the last value stands alone"
    heights = [float(point.split(",")[1]) for point in chart.bands[0].split()]
    assert min(heights) >= chart.ticks[-1].at, "a band that reaches beyond the scale ends at its edge"
    assert chart.goal is not None
    assert chart.ticks[-1].at < chart.goal < chart.ticks[0].at
    assert band([], goal=3.0).lines == []
