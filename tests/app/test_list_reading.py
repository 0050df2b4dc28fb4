"""Files of leads as they come: any encoding, any dirt; every row ends as a lead or as a reject with its reason."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
import xlsxwriter

from callcenter.app.lists import files, text_file, worker
from callcenter.app.lists.tasks import Done, Failed, Line, Progress, Read
from callcenter.domain.errors import Rejected
from callcenter.domain.leads import FurtherNumber, LeadBarred, NewLead, NumberOptedOut
from callcenter.storage import Storage, upgrade
from callcenter.storage.database import parse_url, sync_engine
from callcenter.storage.lead_rows import list_of
from callcenter.storage.lead_writer import LeadWriter
from callcenter.storage.tables import lead_lists, lead_rejects, leads
from dialer.lists.judging import CampaignRules
from scripts.benchmarks import leads_data as data

TEXT = "姓名,手机号,额度\n王小明,13800001234,5万\n欧阳娜娜,13900001234,3万\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lists") / "center.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def url(template: Path, tmp_path: Path) -> str:
    shutil.copy(template, tmp_path / "center.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'center.db'}"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        *(("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030")),
        *(("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, found: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode(encoding))
    shown = files.preview(path, "CN")
    assert shown.mapping.encoding == shown.encodings[0] == found
    assert shown.mapping.headings == ("姓名", "手机号", "额度")
    assert shown.rows[1] == (3, ("欧阳娜娜", "13900001234", "3万"))


def test_one_broken_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode() + "李\udcff,13700001234,1万\n".encode(errors="surrogateescape"))
    assert text_file.encoding_of(path) == "utf-8"
    assert list(text_file.rows(path, "utf-8", ","))[-1] == (4, None)


@pytest.mark.parametrize("delimiter", text_file.DELIMITERS)
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(TEXT.replace(",", delimiter), encoding="utf-8")
    assert files.preview(path, "CN").rows[0] == (2, ("王小明", "13800001234", "5万"))


def test_an_unclosed_quote_costs_one_row_and_a_cell_may_have_lines(tmp_path: Path) -> None:
    lines = ["a,b", '"x', 'y",1', '"open,2', *[f"row{number},{number}" for number in range(30)]]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    read = list(text_file.rows(path, "utf-8", ","))
    assert read[:4] == [(1, ["a", "b"]), (2, ["x\ny", "1"]), (3, None), (4, ["row0", "0"])]
    assert len(read) == 33


def test_a_spreadsheet_shows_cells_as_one_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        hidden, sheet = book.add_worksheet("hidden"), book.add_worksheet("名单")
        hidden.write(0, 0, "secret")
        sheet.activate()
        sheet.set_first_sheet()
        hidden.hide()
        sheet.write_row(0, 0, ["姓名", "手机号", "生日", "比例", "有效", ""])
        sheet.write_row(1, 0, ["王", 13800001234])
        sheet.write_datetime(
            1, 2, datetime.combine(date(1990, 5, 1), datetime.min.time()), book.add_format({"num_format": "yyyy-mm-dd"})
        )
        sheet.write(1, 3, 0.5)
        sheet.write(1, 4, True)
        sheet.write(3, 0, "李")
    shown = files.preview(path, "CN")
    assert shown.mapping.headings == ("姓名", "手机号", "生日", "比例", "有效")
    assert shown.encodings == ()
    assert shown.rows[0] == (2, ("王", "13800001234", "1990-05-01", "0.5", "TRUE"))
    assert [number for number, _cells in shown.rows] == [2, 3, 4]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "list_no_heading"),
        (b"\n\n1\n", "list_no_heading"),
        (b"PK\x03\x04 not really", "list_unreadable"),
        (b"a," * 300 + b"b\n", "list_too_wide"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "list_unreadable"),
    ],
)
def test_a_file_that_is_no_list_says_so(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(Rejected) as refused:
        files.preview(path, "CN")
    assert refused.value.code == code


def test_a_spreadsheet_that_unpacks_too_far_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.xlsx"
    data.write_excel(path, data.clean_rows(50))
    monkeypatch.setattr(files, "MAX_UNPACKED", 100)
    with pytest.raises(Rejected, match="list_too_large"):
        files.preview(path, "CN")


# --- into the database


async def a_list(url: str, campaign: str = "loan") -> int:
    storage = await Storage.open(url)
    try:
        return (await storage.leads.add_list(campaign, "名单", "list.csv", campaign, "leader", 1)).id
    finally:
        await storage.close()


def read(url: str, path: Path, list_id: int, **more: object) -> list[Line]:
    told: list[Line] = []
    mapping = files.preview(path, "CN").mapping
    task = Read(url, str(path), "loan", list_id, mapping)
    worker.work(msgspec.structs.replace(task, **more), told.append)
    return told


def kept(url: str, table: sa.Table) -> Sequence[sa.Row[tuple[object, ...]]]:
    engine = sync_engine(parse_url(url))
    try:
        with engine.connect() as connection:
            return connection.execute(table.select().order_by(table.c.row if "row" in table.c else table.c.id)).all()
    finally:
        engine.dispose()


async def test_a_hundred_thousand_rows_with_every_kind_of_dirt(url: str, tmp_path: Path) -> None:
    """Each row has the very end that its dirt calls for, none is lost, and none is there twice."""
    path, expected = tmp_path / "dirty.csv", []

    def rows() -> object:
        for code, cells in data.dirty_rows(100_000, seed=7):
            expected.append(code)
            yield cells

    data.write_csv(path, rows(), "utf-8-sig")  # type: ignore[arg-type]
    list_id = await a_list(url)
    told = read(url, path, list_id)
    assert told[-1] == Done(100_001)
    rejects = {reject.row: reject for reject in kept(url, lead_rejects)}
    found = {lead.row: lead for lead in kept(url, leads)}
    assert [rejects[row].code if row in rejects else "" for row in range(2, 100_002)] == expected
    assert set(found) == {row for row, code in enumerate(expected, 2) if not code}
    assert len({lead.number for lead in found.values()}) == len(found)
    assert set(Counter(expected)) == {"", "twice_in_list", *(code for code, _spoil in data.FATAL.values())}
    (made,) = kept(url, lead_lists)
    end = list_of(made)
    assert (end.rows_read, end.accepted, end.rejected) == (100_001, len(found), len(rejects))
    first = next(row for row, code in enumerate(expected, 2) if code == "twice_in_list")
    assert found[msgspec.json.decode(rejects[first].more)["first"]].number in {
        "+86" + cell for cell in msgspec.json.decode(rejects[first].cells)
    }


@pytest.mark.parametrize("excel", [False, True])
async def test_csv_and_excel_give_the_same_leads(url: str, tmp_path: Path, excel: bool) -> None:
    path = tmp_path / "list"
    (data.write_excel if excel else data.write_csv)(path, data.clean_rows(300, 3))
    assert read(url, path, await a_list(url))[-1] == Done(301)
    expected = list(data.clean_rows(300, 3))
    assert [(lead.name, lead.number) for lead in kept(url, leads)] == [
        (cells[0], f"+86{cells[1]}") for cells in expected
    ]


async def test_reading_goes_on_where_it_broke_off(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leads and progress are one transaction, so nothing is read twice and nothing left out."""
    monkeypatch.setattr(worker, "BATCH", 10)
    path = tmp_path / "list.csv"
    data.write_csv(path, data.clean_rows(95, 3))
    list_id = await a_list(url)

    class Gone(Exception):
        pass

    def dies(line: Line) -> None:
        if line == Progress(41):
            raise Gone

    mapping = files.preview(path, "CN").mapping
    with pytest.raises(Gone):
        worker.work(Read(url, str(path), "loan", list_id, mapping), dies)
    (made,) = kept(url, lead_lists)
    assert made.rows_read == 41
    assert read(url, path, list_id, after=made.rows_read)[-1] == Done(96)
    assert [lead.row for lead in kept(url, leads)] == list(range(2, 97))


async def test_known_numbers_are_barred_and_those_who_opted_out_stay_so(url: str, tmp_path: Path) -> None:
    other = await a_list(url, "cards")
    first = await a_list(url)
    storage = await Storage.open(url)
    cards = LeadWriter(url, "cards", other)
    cards.add(
        [
            NewLead(2, "+8613800000001"),
            NewLead(3, "+8613800000002"),
            NewLead(4, "+8613800000003", further=(FurtherNumber("+8613800000005"),)),
        ]
    )
    cards.close()
    loan = LeadWriter(url, "loan", first)
    loan.add([NewLead(2, "+8613800000004")])
    loan.close()
    one, _two, _three = await storage.leads.next_due("cards", 0, 5)
    await storage.leads.settle([LeadBarred(one.id, "r"), NumberOptedOut("+8613800000005")])
    await storage.close()
    path = tmp_path / "list.csv"
    path.write_text(
        "手机号,备用电话\n" + "".join(f"1380000000{n},\n" for n in range(1, 6)) + "13800000006,13800000005\n"
    )
    told = read(
        url,
        path,
        await a_list(url),
        others=("cards",),
        packs=("cn",),
        rules=CampaignRules("marketing", "human", "own"),
    )
    assert told[-1] == Done(7)
    assert [(reject.row, reject.code) for reject in kept(url, lead_rejects)] == [
        (3, "in_other_campaign"),
        (5, "in_campaign"),
    ]
    states = {lead.number[-1]: (lead.state, lead.reason) for lead in kept(url, leads) if lead.list == 3}
    assert states == {
        "1": ("ready", ""),
        "3": ("opted_out", "opted_out"),
        "5": ("opted_out", "opted_out"),
        "6": ("opted_out", "opted_out"),
    }


async def test_a_list_that_is_too_long_ends_with_what_was_read(url: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    data.write_csv(path, data.clean_rows(2_500))
    told = read(url, path, await a_list(url), max_rows=1_500)
    assert told[-1] == Failed("list_too_long")
    assert len(kept(url, leads)) == 1_000
