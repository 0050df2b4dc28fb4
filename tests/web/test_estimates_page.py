"""The page of expected waits says what the journal says of each queue."""

from __future__ import annotations

import statistics

import pytest

from callcenter.domain import effects as fx
from callcenter.reports.estimates import judge
from callcenter.web.figures import estimates
from callcenter.web.figures.estimates import Row
from tests.reports.test_estimates import wait
from tests.web.conftest import Browser
from tests.web.figure_samples import journal
from tests.web.test_figures_page import WEEK, browser, table_in

__all__ = ["browser"]
PATH = "/figures/estimates"


def left(queue: str) -> list[fx.QueueLeft]:
    facts = [fact for entry in journal() for fact in entry.effects if isinstance(fact, fx.QueueLeft)]
    return [fact for fact in facts if fact.queue == queue]


async def test_each_queue_is_held_against_what_came(browser: Browser) -> None:
    await browser.sign_in("liqiang")
    rows = table_in((await browser.get(PATH, params={**WEEK, "of": "expected"})).text, 1)
    assert list(rows) == ["Credit cards", "Accounts", "Card loss", "Elder line", "Regulator line", "All"]
    loss = [fact for fact in left("loss") if fact.outcome == "connected"]
    answered, share, _, error, _, abandoned, _, late = rows["Card loss"]
    assert int(answered) == len(loss)
    assert int(abandoned) == len(left("loss")) - len(loss)
    off = [fact.waited_ms - (fact.expected_wait_ms or 0) for fact in loss]
    near = sum(abs(o) <= max(60_000, (f.expected_wait_ms or 0) / 2) for o, f in zip(off, loss, strict=True))
    assert share == f"{100 * near / (len(loss) + int(late)):.0f} %"
    seconds = round(statistics.median(off) / 1_000)
    assert error == f"{'+' if seconds > 0 else '−'}0:{abs(seconds):02}"


async def test_what_was_told_is_judged_from_then_on(browser: Browser) -> None:
    await browser.sign_in("ops")
    page = (await browser.get(PATH, params={**WEEK, "only": "queue:cards"})).text
    told = [fact for fact in left("cards") if fact.told_wait_ms is not None and fact.outcome == "connected"]
    assert table_in(page, 1)["Credit cards"][0] == str(len(told))
    bands = table_in(page, 2)
    assert sum(int(cells[0]) for cells in bands.values()) == len(told)
    assert bands["0–1"][1] == "1:00", "whole minutes are told, the shortest is one"
    soon = [fact.waited_ms - fact.told_after_ms for fact in told if fact.told_wait_ms == 60_000]
    assert bands["0–1"][2] == f"0:{int(statistics.median(soon) / 1_000):02}"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"from": "2026-01-01", "to": "2026-01-01"}, "Nobody was told a time in these days."),
        ({"from": "2026-01-01", "to": "2026-01-01", "of": "expected"}, "No wait was expected in these days."),
        ({"from": "x"}, "Write a date such as"),
        ({**WEEK, "only": "queue:none"}, "Nothing was answered here in these days."),
        ({**WEEK, "of": "mood"}, "What customers were told"),
    ],
)
async def test_what_can_not_be_judged_is_said(browser: Browser, given: dict[str, str], said: str) -> None:
    await browser.sign_in("ops")
    answer = await browser.get(PATH, params=given)
    assert answer.status_code == 200
    assert said in answer.text


async def test_more_than_can_be_judged_is_said(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    await browser.sign_in("ops")
    monkeypatch.setattr(estimates, "MOST", 10)
    page = (await browser.get(PATH, params=WEEK)).text
    assert "Choose fewer days." in page
    row = table_in(page, 1).get("All") or next(iter(table_in(page, 1).values()))
    assert int(row[0]) + int(row[5]) + int(row[6]) == 10


def test_an_error_says_its_direction() -> None:
    def error(*pairs: tuple[int, int]) -> str:
        return Row("q", "Q", judge(wait(*pair) for pair in pairs)).error

    assert error((60, 95)) == "+0:35"
    assert error((95, 60)) == "−0:35"
    assert error((60, 60)) == "±0:00"
    assert error() == "–"
    nobody = Row("q", "Q", judge([]))
    assert (nobody.share, nobody.interval, nobody.miss) == ("–", "–", "–")
