"""The page of expected waits: queue by queue, and how what came lay around what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.domain.figures import WaitPrediction
from callcenter.domain.waits import MINUTE_MS
from callcenter.reports.estimates import Band, Judgement, bands, judge
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words, short_time

MOST = 20_000
"""Waits that are judged at once."""
TOLD, EXPECTED = "told", "expected"
KINDS = {TOLD: N_("What customers were told"), EXPECTED: N_("What was expected on joining")}


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; both are yet to be translated."""

    title: str
    formula: str


COLUMNS = (
    Head(N_("Answered"), N_("Waits that an agent answered; they alone have an error")),
    Head(
        N_("Came true"),
        N_("Within a minute of what was expected or, if that is more, within half of it ÷ answered and too late"),
    ),
    Head(N_("95 % sure"), N_("Where the share lies with 95 % certainty: the fewer there are, the wider")),
    Head(N_("Median error"), N_("What came minus what was expected; + means longer")),
    Head(N_("Median distance"), N_("How far off, in either direction")),
    Head(N_("Hung up"), N_("Hung up while waiting")),
    Head(N_("Handed on"), N_("Overflow, closed queue or callback")),
    Head(N_("Of both too late"), N_("Had waited too long already; counted as not come true")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One queue, or all of them."""

    queue: str
    name: str
    found: Judgement

    @property
    def share(self) -> str:
        """``78 %``, or a dash."""
        return "–" if self.found.share is None else f"{100 * self.found.share:.0f} %"

    @property
    def interval(self) -> str:
        """``71–84 %``: where the share lies with 95 % certainty."""
        borders = self.found.interval
        return "–" if borders is None else f"{100 * borders[0]:.0f}–{100 * borders[1]:.0f} %"

    @property
    def error(self) -> str:
        """``+0:35``: people waited longer than expected."""
        value = self.found.error_ms
        if value is None:
            return "–"
        seconds = round(value / 1_000)
        return f"{'+' if seconds > 0 else '−' if seconds < 0 else '±'}{short_time(abs(seconds) * 1_000)}"

    @property
    def miss(self) -> str:
        """How far off by the median."""
        return short_time(self.found.miss_ms)


@dataclass(frozen=True, slots=True)
class Judged:
    """All of the page, worked out of the waits."""

    rows: Sequence[Row]
    total: Row
    bands: Sequence[Band]


def judged(words: Words, waits: Sequence[WaitPrediction], only: str) -> Judged:
    """Each queue, all of them, and the bands of the one that was chosen, or of all."""
    by_queue: dict[str, list[WaitPrediction]] = {}
    for wait in waits:
        by_queue.setdefault(wait.queue, []).append(wait)
    places = {queue: place for place, queue in enumerate(words.config.queues)}
    order = sorted(by_queue, key=lambda queue: (places.get(queue, len(places)), queue))
    rows = [Row(queue, words.queue(queue), judge(by_queue[queue])) for queue in order]
    shown = by_queue.get(only, []) if only else waits
    return Judged(rows, Row("", words.gettext("All"), judge(waits)), bands(shown))


def band_name(words: Words, band: Band) -> str:
    """``2–3`` minutes, or ``over 30``."""
    low = band.from_ms // MINUTE_MS
    return words.gettext("over %(minutes)s", minutes=low) if band.to_ms is None else f"{low}–{band.to_ms // MINUTE_MS}"


def drawn(words: Words, found: Sequence[Band]) -> list[tuple[str, float, float, float, float]]:
    """The bands as the chart takes them, in minutes."""
    return [
        (
            band_name(words, band),
            _minutes(band.expected_ms),
            _minutes(band.low_ms),
            _minutes(band.middle_ms),
            _minutes(band.high_ms),
        )
        for band in found
    ]


def _minutes(ms: float) -> float:
    return round(ms / MINUTE_MS, 2)
