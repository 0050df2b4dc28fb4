"""The page of figures says what the journal says, to whom it may, and what it can't show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callcenter.domain import effects as fx
from callcenter.domain.access import Reach, Scope
from callcenter.domain.figures import AgentSums, QueueSums
from callcenter.web.app import create_app
from callcenter.web.figures.asking import asked
from callcenter.web.figures.columns import AGENT_COLUMNS, QUEUE_COLUMNS, Kind
from tests.web import figure_samples, samples
from tests.web.conftest import Browser
from tests.web.houses import HOUSES

CHINA = ZoneInfo("Asia/Shanghai")
WEEK = {"from": "2026-03-03", "to": "2026-03-09"}


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """Over the week of the gallery, in a real database."""
    async with HOUSES["daily"](tmp_path) as services:
        app = create_app(services)
        made = Browser(app)
        yield made
        await made.http.aclose()
        await app.state.hub.close()


def table_in(html: str, number: int) -> dict[str, list[str]]:
    """The cells of a table's rows, by what stands in front."""
    part = html.split('<div class="table-frame"')[number]
    rows = re.findall(r"<tr[^>]*><th scope=\"row\">(.*?)</th>(.*?)</tr>", part, re.DOTALL)
    bare = re.compile(r"<[^>]+>")
    return {
        unescape(bare.sub("", name)): [unescape(cell) for cell in re.findall(r'<td class="num[^"]*">(.*?)</td>', cells)]
        for name, cells in rows
    }


def counted(kind: type[fx.Effect], **wanted: object) -> int:
    facts = [fact for entry in figure_samples.journal() for fact in entry.effects if type(fact) is kind]
    return sum(all(getattr(fact, name) == value for name, value in wanted.items()) for fact in facts)


async def test_each_queue_and_the_total_are_those_of_the_journal(browser: Browser) -> None:
    await browser.sign_in("ops")
    page = (await browser.get("/figures", params=WEEK)).text
    groups = table_in(page, 1)
    assert list(groups) == ["Credit cards", "Accounts", "Card loss", "Elder line", "Regulator line", "All"]
    assert groups["Credit cards"][0] == f"{counted(fx.QueueJoined, queue='cards'):,}"
    assert groups["Card loss"][2] == f"{counted(fx.QueueLeft, queue='loss', outcome='abandoned'):,}"
    assert groups["All"][1] == f"{counted(fx.QueueLeft, outcome='connected'):,}"


async def test_the_stretches_add_up_to_the_days(browser: Browser) -> None:
    await browser.sign_in("ops")
    offered = Counter[str]()
    for every in ("15", "30", "60", "1440"):
        page = (await browser.get("/figures", params={**WEEK, "every": every, "only": "queue:cards"})).text
        offered[every] = sum(int(cells[0]) for cells in table_in(page, 2).values())
    assert set(offered.values()) == {counted(fx.QueueJoined, queue="cards")}


@pytest.mark.parametrize(("name", "seen"), [("ops", 12), ("liqiang", 6)])
async def test_agents_are_seen_as_far_as_the_floor_is(browser: Browser, name: str, seen: int) -> None:
    """A leader sees their own team and its sums; somebody else's agent asked for by hand gives nothing."""
    await browser.sign_in(name)
    agents = table_in((await browser.get("/figures", params={**WEEK, "by": "agent"})).text, 1)
    assert len(agents) == seen + 1
    other = (await browser.get("/figures", params={**WEEK, "by": "agent", "only": "agent:1012"})).text
    assert ("Nothing was counted here" in other) == (name == "liqiang")
    assert ("Agents as far as your teams go" in other) == (name == "liqiang")


async def test_who_does_not_watch_the_floor_sees_no_figures(browser: Browser) -> None:
    await browser.sign_in("wangfang")
    assert (await browser.get("/figures")).status_code == 403
    assert "/figures" not in (await browser.get("/agent")).text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"from": "yesterday"}, "Write a date such as"),
        ({"to": "9999-12-31"}, "Write a date such as"),
        ({"from": "2026-03-09", "to": "2026-03-08"}, "The last day lies before the first."),
        ({"from": "2025-01-01", "to": "2026-03-08"}, "At most 92 days at once."),
        ({"from": "2026-02-01", "to": "2026-03-09", "every": "15"}, "Too many rows for a page."),
        ({"from": "2026-01-01", "to": "2026-01-02"}, "Nothing was counted in these days."),
        ({"only": "queue:no-such\x00queue"}, "Nothing was counted here in these days."),
        ({"only": "queue:<script>alert(1)</script>"}, "&lt;script&gt;alert(1)"),
        ({"every": "7", "by": "colour", "figure": "mood"}, "Over time"),
    ],
)
async def test_what_can_not_be_shown_is_said(browser: Browser, given: dict[str, str], said: str) -> None:
    await browser.sign_in("ops")
    answer = await browser.get("/figures", params=given)
    assert answer.status_code == 200
    assert said in answer.text


def test_the_usual_question_is_today_in_the_centres_zone() -> None:
    just_after_midnight = int(samples.NOW - samples.NOW % 86_400_000 + 16 * 3_600_000)
    wanted = asked({}, CHINA, just_after_midnight)
    query = wanted.in_time(CHINA, Reach(Scope.ALL))
    assert query.starts[0] == just_after_midnight
    assert query.end_ms - query.starts[0] == 86_400_000
    assert len(query.starts) == 24
    before = asked({}, CHINA, just_after_midnight - 1)
    assert before.first == wanted.first - timedelta(days=1) < date(2026, 3, 11)


def test_every_column_can_say_nothing() -> None:
    """A stretch without anything has dashes for what would be divided by nought, and nought for counts."""
    for columns, sums in ((QUEUE_COLUMNS, QueueSums()), (AGENT_COLUMNS, AgentSums())):
        for column in columns:
            assert column.shown(sums) in (("–",) if column.kind is Kind.SHARE else ("–", "0", "0:00")), column.name
        assert len({column.name for column in columns}) == len(columns)
