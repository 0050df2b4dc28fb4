"""The last half hour of a queue, and what the product complained of."""

from __future__ import annotations

from callcenter.core.floor_trend import WINDOW_MS, FloorTrend
from callcenter.core.troubles import KEPT, Troubles
from callcenter.domain.effects import AlarmRaised
from callcenter.domain.events import TelephonyLost
from callcenter.domain.journal import JournalEntry
from callcenter.domain.views import FloorView, QueueView

NOW = 1_800_000_000_000
MINUTE = 60_000


def floor(at_ms: int, waiting: int) -> FloorView:
    return FloorView(at_ms, True, (QueueView("cards", {}, waiting, 0, None, 0, 0),), ())


def test_only_the_last_half_hour_is_kept() -> None:
    trend = FloorTrend()
    for minute in range(61):
        trend.note(floor(NOW + minute * MINUTE, minute))
    assert trend.waiting("cards") == tuple(range(60 - WINDOW_MS // MINUTE, 61))


def test_a_short_peak_is_seen_and_gone_queues_are_forgotten() -> None:
    trend = FloorTrend()
    for second, waiting in ((0, 0), (20, 9), (40, 1), (60, 2), (90, 3), (119, 0)):
        trend.note(floor(NOW + second * 1_000, waiting))
    assert trend.waiting("cards") == (9, 3)
    trend.note(FloorView(NOW + MINUTE, True, (), ()))
    assert trend.waiting("cards") == ()


def test_troubles_are_counted_kept_within_bounds_and_looked_after() -> None:
    troubles = Troubles()

    def complain(code: str, at_ms: int, **detail: str) -> None:
        troubles.note(JournalEntry(1, at_ms, TelephonyLost(), (AlarmRaised(code=code, detail=dict(detail)),)))

    complain("core_failed", NOW, event="LegEnded")
    complain("core_failed", NOW + 5, event="LegEnded")
    complain("core_failed", NOW + 7, event="LegAnswered")
    assert [(t.id, t.count, t.first_ms, t.last_ms) for t in troubles.all()] == [
        ("core_failed:LegEnded", 2, NOW, NOW + 5),
        ("core_failed:LegAnswered", 1, NOW + 7, NOW + 7),
    ]
    assert troubles.acknowledge("core_failed:LegEnded")
    assert not troubles.acknowledge("core_failed:LegEnded")
    for number in range(KEPT + 5):
        complain("prompt_failed", NOW + number, step=str(number))
    assert len(troubles.all()) == KEPT
