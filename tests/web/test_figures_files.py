"""Downloads of figures: what the page shows, as numbers, and nothing a spreadsheet would carry out."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from html import unescape
from pathlib import Path

import msgspec
import pytest

from callcenter.domain import effects as fx
from callcenter.web.app import create_app
from callcenter.web.figures import files
from callcenter.web.services import WebServices
from callcenter.web.spreadsheets import Field, Form, csv_text, excel_file
from tests.web.conftest import Browser
from tests.web.doubles import DeskDouble
from tests.web.houses import HOUSES
from tests.web.test_figures_page import WEEK, counted

EVIL = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WebServices]:
    async with HOUSES["daily"](tmp_path) as services:
        desk = services.desk
        assert isinstance(desk, DeskDouble)
        cards = msgspec.structs.replace(desk.center.queues["cards"], names={"en": EVIL})
        desk.center = msgspec.structs.replace(desk.center, queues={**desk.center.queues, "cards": cards})
        yield services


@pytest.fixture
async def browser(house: WebServices) -> AsyncIterator[Browser]:
    app = create_app(house)
    made = Browser(app)
    yield made
    await made.http.aclose()
    await app.state.hub.close()


def cells_of(data: bytes) -> list[list[str]]:
    """The sheet's values as they stand in the file, text or number; a formula would have an element of its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        if "xl/sharedStrings.xml" in archive.namelist():
            assert "<si>" not in archive.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    rows = re.findall(r"<row [^>]*>(.*?)</row>", sheet, re.DOTALL)
    value = re.compile(r'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>(?:<is><t[^>]*>(.*?)</t></is>|<v>(.*?)</v>)</c>)', re.DOTALL)
    found = [{place: unescape(text or number) for place, text, number in value.findall(row)} for row in rows]
    places = list(found[0])
    return [[row.get(place, "") for place in places] for row in found]


async def test_a_csv_file_has_the_rows_of_the_journal(browser: Browser) -> None:
    await browser.sign_in("ops")
    answer = await browser.get("/figures/download/csv", params={**WEEK, "every": "1440"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="figures-queue-2026-03-03-2026-03-09-1440min.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    cards = [row for row in rows if row["Id"] == "cards"]
    assert len(cards) == 7
    assert {row["Queue"] for row in cards} == {"'" + EVIL}
    assert sum(int(row["Offered"]) for row in rows) == counted(fx.QueueJoined)
    answered = [fact.waited_ms for fact in _left() if fact.queue == "cards" and fact.outcome == "connected"]
    told = sum(int(row["ASA (s)"]) * int(row["Answered"]) for row in cards)
    assert told == pytest.approx(sum(answered) / 1_000, rel=0.05)
    assert all(0 <= float(row["Service level"]) <= 1 for row in rows)


def _left() -> list[fx.QueueLeft]:
    from tests.web.figure_samples import journal

    return [fact for entry in journal() for fact in entry.effects if isinstance(fact, fx.QueueLeft)]


async def test_an_excel_file_says_the_same_and_carries_nothing_out(browser: Browser) -> None:
    await browser.sign_in("ops")
    wanted = {**WEEK, "every": "60"}
    excel = cells_of((await browser.get("/figures/download/xlsx", params=wanted)).content)
    plain = list(csv.reader(io.StringIO((await browser.get("/figures/download/csv", params=wanted)).text[1:])))
    assert len(excel) == len(plain)
    heading = [title.removesuffix(" (s)") for title in plain[0]]
    assert excel[0] == heading
    offered, level, aht = (heading.index(name) for name in ("Offered", "Service level", "AHT"))
    for numbers, texts in zip(excel[1:], plain[1:], strict=True):
        assert numbers[1] == texts[1].removeprefix("'")
        assert numbers[offered] == texts[offered]
        if texts[aht]:
            assert float(numbers[aht]) * 86_400 == pytest.approx(float(texts[aht]), abs=0.51)
        if texts[level]:
            assert float(numbers[level]) == pytest.approx(float(texts[level]), abs=1e-4)
    assert EVIL in {row[1] for row in excel}


@pytest.mark.parametrize(("name", "agents"), [("ops", 12), ("liqiang", 6)])
async def test_a_file_reaches_as_far_as_the_page(browser: Browser, name: str, agents: int) -> None:
    await browser.sign_in(name)
    text = (await browser.get("/figures/download/csv", params={**WEEK, "by": "agent", "every": "1440"})).text
    assert len({row["Id"] for row in csv.DictReader(io.StringIO(text[1:]))}) == agents


async def test_what_can_not_be_filed_is_said(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    await browser.sign_in("ops")
    assert (await browser.get("/figures/download/pdf")).status_code == 404
    wrong = await browser.get("/figures/download/csv", params={"from": "never"})
    assert (wrong.status_code, wrong.headers["location"].split("?")[0]) == (303, "/figures")
    monkeypatch.setattr(files, "MOST_ROWS", 10)
    refused = await browser.get("/figures/download/xlsx", params=WEEK)
    assert refused.status_code == 409
    assert "Choose a longer interval or fewer days." in refused.text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠SUM(A1)"])
def test_no_text_is_a_formula(text: str) -> None:
    read = next(csv.reader(io.StringIO(csv_text([text], [])[1:], newline="")))
    assert read == ["'" + text]
    sheet = cells_of(excel_file("s", [Field("a")], [[text]], datetime(2026, 3, 9)))
    assert sheet[1][0].replace("_x000D_", "\r").strip() == text.strip()


def test_numbers_below_nought_stay_numbers() -> None:
    fields = [Field("a"), Field("b", Form.TIME)]
    assert csv_text(["a"], [[-5]]).splitlines()[1] == "-5"
    assert cells_of(excel_file("s", fields, [[-5, 43_200_000], [None, None]], datetime(2026, 3, 9)))[1] == ["-5", "0.5"]
