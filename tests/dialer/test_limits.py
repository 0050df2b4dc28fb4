"""What limits and budget leave of a campaign's calls, and when its day of calling ends."""

from __future__ import annotations

import pytest

from callcenter.domain.campaign_records import CampaignSpec, Funnel, Window
from dialer.campaign.hours import last_close_ms
from dialer.campaign.limits import calls_left, spent, stopped_by

MINUTE, HOUR = 60_000, 3_600_000
FUNNEL = Funnel(dialled=100, outcomes={"busy": 100}, today={"busy": 40}, line_ms=200 * MINUTE)


@pytest.mark.parametrize(
    ("limits", "being_called", "left", "stopped"),
    [
        ({"daily_limit": 45}, 2, 3, ""),
        ({"daily_limit": 40}, 0, 0, "daily_limit"),
        ({"total_limit": 101}, 1, 0, ""),
        ({"total_limit": 100, "daily_limit": 40}, 0, 0, "total_limit"),
        ({"budget": 26.25, "price_minute": 0.125}, 0, 5, ""),
        ({"budget": 26.25, "price_minute": 0.125}, 4, 1, ""),
        ({"budget": 25.0, "price_minute": 0.125}, 0, 0, "budget"),
        ({"budget": 24.0, "price_minute": 0.125, "daily_limit": 40}, 7, 0, "budget"),
        ({"daily_limit": 3}, 9, 0, "daily_limit"),
    ],
)
def test_the_tightest_limit_holds(limits: dict[str, float], being_called: int, left: int, stopped: str) -> None:
    spec = CampaignSpec(names={}, **limits)  # type: ignore[arg-type]
    assert calls_left(spec, FUNNEL, being_called) == left
    assert stopped_by(spec, FUNNEL) == stopped


def test_before_the_first_call_a_budget_says_nothing_of_their_price() -> None:
    spec = CampaignSpec(names={}, budget=1.0, price_minute=0.5)
    assert calls_left(spec, Funnel(), 3) > 1_000
    assert spent(spec, FUNNEL) == 100.0
    assert calls_left(CampaignSpec(names={}), FUNNEL, 3) > 1_000


def test_the_day_of_calling_ends_with_its_last_hours() -> None:
    windows = (Window(0, "09:00", "12:00"), Window(0, "14:00", "20:30"), Window(1, "00:00", "24:00"))
    spec, midnight = CampaignSpec(names={}, windows=windows), 1_000 * HOUR
    assert last_close_ms(spec, midnight, 0, midnight + HOUR) == midnight + 20 * HOUR + 30 * MINUTE
    assert last_close_ms(spec, midnight, 0, midnight + 22 * HOUR) == midnight + 22 * HOUR
    assert last_close_ms(spec, midnight, 1, midnight) == midnight + 24 * HOUR - MINUTE
    assert last_close_ms(spec, midnight, 2, midnight + 5) == midnight + 5
