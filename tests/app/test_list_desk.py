"""Files of leads are taken, read by a process of their own, told apart, and read on after the product was killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from callcenter.app.lists import desk as desks
from callcenter.app.lists import process
from callcenter.app.lists.desk import LeadListDesk, ListCampaign
from callcenter.app.lists.tasks import Read
from callcenter.domain.access_records import AuditQuery
from callcenter.domain.errors import Rejected
from callcenter.domain.leads import LeadState, ListState, StateCount
from callcenter.storage import Storage, upgrade
from dialer.lists.judging import CampaignRules
from scripts.benchmarks import leads_data as data
from tests.web.doubles import SetClock

TEXT = "姓名,手机号,工号\n王小明,13800001234,1001\n李雷,13900001234,\n韩梅,没有,\n"
LOAN = ListCampaign(("cn",), CampaignRules("marketing", "human", "own"))


async def chunks(text: str) -> AsyncIterator[bytes]:
    data = text.encode("gb18030")
    for start in range(0, len(data), 16):
        yield data[start : start + 16]


class World:
    def __init__(self, folder: Path, storage: Storage, url: str) -> None:
        self.folder, self.storage, self.url = folder, storage, url
        self.campaigns: dict[str, ListCampaign] = {"loan": LOAN}

    def desk(self, **more: Any) -> LeadListDesk:
        async def campaign_of(campaign: str) -> ListCampaign | None:
            return self.campaigns.get(campaign)

        store, audit = self.storage.leads, self.storage.audit
        given = {"campaign_of": campaign_of, "agents": lambda: ["1001"], **more}
        return LeadListDesk(self.url, self.folder, store, audit, SetClock(1_796_000_000_000), **given)

    async def acts(self) -> list[str]:
        return [row.record.act for row in await self.storage.audit.page(AuditQuery())][::-1]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'center.db'}"
    await asyncio.to_thread(upgrade, url)
    storage = await Storage.open(url)
    yield World(tmp_path / "lists", storage, url)
    await storage.close()


async def received(desk: LeadListDesk, text: str = TEXT, **more: Any) -> int:
    return (await desk.receive("loan", "六月", "june.csv", "leader", chunks(text), **more)).id


async def test_from_the_file_to_the_leads(world: World) -> None:
    desk = world.desk()
    listed = await received(desk)
    shown = await desk.preview(listed)
    assert (shown.mapping.encoding, shown.rows[0][1][0]) == ("gb18030", "王小明")
    await desk.begin(listed, shown.mapping, "leader")
    await desk.settled(listed)
    made = await world.storage.leads.list_of(listed)
    assert made is not None
    assert (made.state, made.accepted, made.rejected, made.failure) == (ListState.IMPORTED, 2, 1, "")
    (mine, theirs) = await world.storage.leads.next_due("loan", 0, 9, "1001")
    assert (mine.owner, mine.name, theirs.owner) == ("agent:1001", "王小明", "")
    assert await world.acts() == ["list_uploaded", "list_read"]
    assert not any(world.folder.iterdir())
    with pytest.raises(Rejected, match="list_gone"):
        await desk.begin(listed, shown.mapping, "leader")


async def test_the_same_file_is_told_and_taken_when_asked(world: World) -> None:
    desk = world.desk()
    first = await received(desk)
    with pytest.raises(Rejected, match="list_same_file"):
        await received(desk)
    second = await received(desk, again=True)
    for listed in (first, second):
        await desk.begin(listed, (await desk.preview(listed)).mapping, "leader")
        await desk.settled(listed)
    codes = [reject.code for reject in await world.storage.leads.rejects(second)]
    assert codes == ["in_campaign", "in_campaign", "not_a_number"]


@pytest.mark.parametrize(("text", "most", "code"), [("", 99, "list_empty"), (TEXT, 20, "list_too_large")])
async def test_a_file_that_is_no_list_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch, text: str, most: int, code: str
) -> None:
    monkeypatch.setattr(desks, "MAX_BYTES", most)
    with pytest.raises(Rejected, match=code):
        await received(world.desk(), text)
    assert not any(world.folder.iterdir())
    assert await world.storage.leads.lists("loan") == []


async def test_a_wrong_mapping_an_unknown_campaign_and_a_discarded_file(world: World) -> None:
    desk = world.desk()
    listed = await received(desk)
    mapping = (await desk.preview(listed)).mapping
    with pytest.raises(Rejected, match="no_number_column"):
        await desk.begin(listed, replace(mapping, uses=(mapping.uses[0],) * 3), "leader")
    world.campaigns.clear()
    with pytest.raises(Rejected, match="campaign_gone"):
        await desk.begin(listed, mapping, "leader")
    await desk.discard(listed, "leader")
    with pytest.raises(Rejected, match="list_gone"):
        await desk.preview(listed)
    with pytest.raises(Rejected, match="list_unreadable"):
        await desk.preview(listed, "rot13")


async def test_a_process_that_dies_leaves_the_list_failed_with_what_was_read(world: World) -> None:
    desk = world.desk(command=("false",))
    listed = await received(desk)
    await desk.begin(listed, (await desk.preview(listed)).mapping, "leader")
    await desk.settled(listed)
    made = await world.storage.leads.list_of(listed)
    assert made is not None
    assert (made.state, made.failure) == (ListState.FAILED, "list_broke_off")


async def test_reading_goes_on_after_the_product_ended_in_the_middle(world: World) -> None:
    desk = world.desk(command=("sleep", "600"))
    listed = await received(desk)
    await desk.begin(listed, (await desk.preview(listed)).mapping, "leader")
    await desk.close()
    (world.folder / "part-0").write_bytes(b"half an upload")
    (unfinished,) = await world.storage.leads.unfinished()
    assert unfinished.id == listed
    again = world.desk()
    await again.start()
    await again.settled(listed)
    made = await world.storage.leads.list_of(listed)
    assert made is not None
    assert (made.state, made.accepted) == (ListState.IMPORTED, 2)
    assert not any(world.folder.iterdir())


async def test_a_process_killed_in_the_middle_loses_no_row_and_reads_none_twice(world: World) -> None:
    rows = 20_000
    text = "手机号\n" + "".join(f"{data.mobile(n)}\n" for n in range(rows))
    desk = world.desk(command=("sleep", "600"))
    listed = await received(desk, text)
    mapping = (await desk.preview(listed)).mapping
    await desk.begin(listed, mapping, "leader")
    await desk.close()
    read = Read(world.url, str(world.folder / f"list-{listed}"), "loan", listed, mapping)
    reading = asyncio.create_task(process.answer_of(read, lambda progress: reading.cancel() and None))
    with pytest.raises(asyncio.CancelledError):  # which kills the process
        await reading
    (broken,) = await world.storage.leads.unfinished()
    assert 1_000 <= broken.rows_read < rows
    again = world.desk()
    await again.start()
    await again.settled(listed)
    made = await world.storage.leads.list_of(listed)
    assert made is not None
    assert (made.state, made.accepted, made.rejected, made.rows_read) == (ListState.IMPORTED, rows, 0, rows + 1)
    assert await world.storage.leads.counts("loan") == [StateCount(LeadState.READY, "", rows)]


async def test_a_double_click_reads_a_list_once(world: World) -> None:
    desk = world.desk()
    listed = await received(desk)
    mapping = (await desk.preview(listed)).mapping
    clicks = await asyncio.gather(*(desk.begin(listed, mapping, "leader") for _ in range(2)), return_exceptions=True)
    assert [getattr(click, "code", "") for click in clicks] == ["", "list_gone"]
    await desk.settled(listed)
    assert await world.acts() == ["list_uploaded", "list_read"]
