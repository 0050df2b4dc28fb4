"""The store of leads: who is called next, what becomes of each, and that choosing never reads the whole list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from callcenter.domain.errors import ProviderError
from callcenter.domain.lead_lists import RejectedRow
from callcenter.domain.leads import (
    FurtherNumber,
    Lead,
    LeadBarred,
    LeadClaimed,
    LeadEnded,
    LeadList,
    LeadPutOff,
    LeadState,
    LeadWaits,
    ListState,
    NewLead,
    NumberOptedOut,
    OwnerCount,
    StateCount,
)
from callcenter.storage import Storage
from callcenter.storage.database import parse_url, sync_engine
from callcenter.storage.lead_writer import Known, LeadWriter
from callcenter.storage.leads import next_statements


def number(row: int) -> str:
    return f"+86138{row:08d}"


async def filled(storage: Storage, url: str, leads: Sequence[NewLead], campaign: str = "loan") -> LeadList:
    made = await storage.leads.add_list(campaign, "June", "june.csv", f"hash of {campaign}", "leader", 5)
    writer = LeadWriter(url, campaign, made.id)
    await asyncio.to_thread(writer.add, leads, (), len(leads))
    writer.close()
    return made


def new(row: int, **more: object) -> NewLead:
    return NewLead(row, number(row), **more)  # type: ignore[arg-type]


def rows(leads: Sequence[Lead]) -> list[int]:
    return [lead.row for lead in leads]


async def test_a_lead_is_kept_as_it_came(storage: Storage, url: str) -> None:
    came = NewLead(
        2,
        "+862287654321",
        extension="801",
        further=(FurtherNumber("+8613912345678"),),
        name="王小明\x00",
        variables={"额度": "50000", "quote": "'\""},
        region="CN",
        zones=("Asia/Shanghai",),
        number_type="landline",
        priority=7,
        owner="team:cards",
        verdict='{"rule":"x"}',
    )
    made = await filled(storage, url, [came])
    (kept,) = await storage.leads.next_due("loan", 0, 5, teams=["cards"])
    assert (kept.campaign, kept.list, kept.attempts, kept.last_attempt_ms) == ("loan", made.id, 0, None)
    assert kept.name == "王小明"
    same = [name for name in NewLead.__struct_fields__ if name != "name"]
    assert {name: getattr(kept, name) for name in same} == {name: getattr(came, name) for name in same}
    assert await storage.leads.get(kept.id) == kept
    assert await storage.leads.get(kept.id + 1) is None


async def test_the_due_come_first_and_then_the_ready_by_priority_and_row(storage: Storage, url: str) -> None:
    waiting = {"state": LeadState.WAITING}
    leads = [
        new(1),
        new(2, priority=10),
        new(3, due_ms=900, **waiting),
        new(4, due_ms=500, **waiting),
        new(5, due_ms=500, priority=1, **waiting),
        new(6, due_ms=1_001, **waiting),
        new(7, priority=10),
        new(8, state=LeadState.SUSPENDED),
    ]
    await filled(storage, url, leads)
    await filled(storage, url, [new(1)], "other")
    store = storage.leads
    assert rows(await store.next_due("loan", 1_000, 50)) == [5, 4, 3, 2, 7, 1]
    assert rows(await store.next_due("loan", 1_000, 4)) == [5, 4, 3, 2]
    assert rows(await store.next_due("loan", 1_001, 4)) == [5, 4, 3, 6]
    assert (await store.waiting_due("loan", 1_000), await store.waiting_due("loan", 499)) == (3, 0)


async def test_the_own_come_before_the_teams_and_those_before_nobodys(storage: Storage, url: str) -> None:
    leads = [
        new(1),
        new(2, owner="team:cards"),
        new(3, owner="agent:1001"),
        new(4, owner="agent:1002"),
        new(5, priority=9),
    ]
    await filled(storage, url, leads)
    store = storage.leads
    assert rows(await store.next_due("loan", 0, 9, "1001", ["cards"])) == [3, 2, 5, 1]
    assert rows(await store.next_due("loan", 0, 9, "1001")) == [3, 5, 1]
    assert rows(await store.next_due("loan", 0, 9)) == [5, 1]


async def test_an_attempt_is_claimed_once_and_settled_by_its_name(storage: Storage, url: str) -> None:
    await filled(storage, url, [new(1)])
    store = storage.leads
    (lead,) = await store.next_due("loan", 0, 1)
    await store.settle([LeadClaimed(lead.id, "a1", 10), LeadClaimed(lead.id, "a2", 11)])
    claimed = await store.get(lead.id)
    assert claimed is not None
    assert (claimed.state, claimed.attempt, claimed.attempts, claimed.last_attempt_ms) == ("in_attempt", "a1", 1, 10)
    assert await store.next_due("loan", 0, 1) == []

    await store.settle([LeadEnded(lead.id, "a2", "sold")])  # an attempt that never was
    await store.settle([LeadWaits(lead.id, "a1", "busy", "retry", 600, owner="agent:1001")])
    assert await store.next_due("loan", 599, 1, "1001") == []
    (again,) = await store.next_due("loan", 600, 1, "1001")
    assert (again.last_outcome, again.reason, again.state) == ("busy", "retry", LeadState.WAITING)

    await store.settle([LeadClaimed(lead.id, "a3", 700), LeadEnded(lead.id, "a3", "sold", "agreed")])
    ended = await store.get(lead.id)
    assert ended is not None
    assert (ended.state, ended.last_outcome, ended.attempts, ended.owner) == ("done", "sold", 2, "agent:1001")
    await store.settle([LeadClaimed(lead.id, "a4", 800), LeadPutOff(lead.id, "x", 1), LeadBarred(lead.id, "x")])
    assert await store.get(lead.id) == ended


async def test_put_off_and_barred_are_no_attempts(storage: Storage, url: str) -> None:
    await filled(storage, url, [new(1), new(2)])
    store = storage.leads
    one, two = await store.next_due("loan", 0, 2)
    await store.settle([LeadPutOff(one.id, "cn_mkt_hours", 50), LeadBarred(two.id, "uk_no_call", verdict="{}")])
    assert await store.next_due("loan", 49, 2) == []
    (kept,) = await store.next_due("loan", 50, 2)
    assert (kept.id, kept.attempts) == (one.id, 0)
    assert await store.counts("loan") == [
        StateCount(LeadState.REFUSED, "uk_no_call", 1),
        StateCount(LeadState.WAITING, "cn_mkt_hours", 1),
    ]


async def test_who_opts_out_is_called_by_no_campaign(storage: Storage, url: str) -> None:
    """By the number called or by a further one; an attempt that runs keeps its outcome and changes nothing back."""
    await filled(storage, url, [new(1), new(2, further=(FurtherNumber(number(1)),)), new(3)])
    await filled(storage, url, [new(1)], "other")
    store = storage.leads
    (running,) = await store.next_due("other", 0, 1)
    await store.settle([LeadClaimed(running.id, "a1", 1), NumberOptedOut(number(1))])
    await store.settle([LeadWaits(running.id, "a1", "cancelled", "retry", 2)])
    assert rows(await store.next_due("loan", 99, 9)) == [3]
    assert await store.next_due("other", 99, 9) == []
    told = await store.get(running.id)
    assert told is not None
    assert (told.state, told.last_outcome, told.reason) == ("opted_out", "cancelled", "opted_out")


async def test_settling_is_all_or_none(storage: Storage, url: str) -> None:
    await filled(storage, url, [new(1)])
    (lead,) = await storage.leads.next_due("loan", 0, 1)
    with pytest.raises(KeyError):
        await storage.leads.settle([LeadClaimed(lead.id, "a1", 1), object()])  # type: ignore[list-item]
    assert await storage.leads.get(lead.id) == lead


async def test_counts_are_of_a_campaign_or_of_a_list(storage: Storage, url: str) -> None:
    first = await filled(storage, url, [new(1), new(2, state=LeadState.REFUSED, reason="r1")])
    await filled(storage, url, [new(3)])
    store = storage.leads
    ready = StateCount(LeadState.READY, "", 2)
    assert await store.counts("loan") == [ready, StateCount(LeadState.REFUSED, "r1", 1)]
    assert await store.counts("loan", first.id) == [
        StateCount(LeadState.READY, "", 1),
        StateCount(LeadState.REFUSED, "r1", 1),
    ]
    assert await store.counts("nothing") == []
    kept = await store.list_of(first.id)
    assert kept is not None
    assert (kept.accepted, kept.refused, kept.rows_read, kept.rejected) == (1, 1, 2, 0)


async def test_a_number_is_once_in_a_campaign_and_found_in_all(storage: Storage, url: str) -> None:
    first = await filled(storage, url, [new(1), NewLead(2, number(1), extension="8")])
    second = await filled(storage, url, [new(1)], "other")
    writer = LeadWriter(url, "loan", first.id)
    assert await asyncio.to_thread(writer.known, [number(1), number(1), number(9)]) == [
        Known("loan", first.id, 1, number(1), "", LeadState.READY),
        Known("loan", first.id, 2, number(1), "8", LeadState.READY),
        Known("other", second.id, 1, number(1), "", LeadState.READY),
    ]
    with pytest.raises(ProviderError, match=r"(?i)unique"):
        await asyncio.to_thread(writer.add, [new(7), new(1)])
    writer.close()
    assert rows(await storage.leads.next_due("loan", 0, 9)) == [1, 2]


async def test_lists_are_the_newest_first_and_know_their_file(storage: Storage) -> None:
    store = storage.leads
    first = await store.add_list("loan", "一", "a.csv", "h1", "leader", 1)
    second = await store.add_list("loan", "二", "b.xlsx", "h2", "leader", 2)
    await store.add_list("other", "三", "a.csv", "h1", "leader", 3)
    assert [one.name for one in await store.lists("loan")] == ["二", "一"]
    assert await store.same_file("loan", "h1") == first
    await store.set_list(first.id, ListState.FAILED, "no_number_column")
    assert await store.same_file("loan", "h1") is None
    failed = await store.list_of(first.id)
    assert failed is not None
    assert (failed.state, failed.failure) == (ListState.FAILED, "no_number_column")
    assert await store.list_of(second.id + 99) is None


async def test_the_next_lead_comes_from_an_index_alone(storage: Storage, url: str) -> None:
    """Neither database sorts or scans: the plan is a walk of the partial index from its first entry."""
    await filled(
        storage,
        url,
        [new(row, due_ms=row, state=LeadState.WAITING if row % 2 else LeadState.READY) for row in range(4_000)],
    )
    engine = sync_engine(parse_url(url))
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.execute(sa.text("ANALYZE leads"))
        for statement, index in zip(next_statements("loan", "", 9_999, 5), ("waiting", "ready"), strict=True):
            text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
            plan = connection.execute(sa.text(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + text)).fetchall()
            said = " ".join(str(row) for row in plan)
            assert f"ix_leads_{index}" in said, said
            assert "TEMP B-TREE" not in said
            assert "Sort" not in said
            assert "Seq Scan" not in said
    engine.dispose()


async def test_pages_go_on_where_the_last_one_ended(storage: Storage, url: str) -> None:
    first = await filled(storage, url, [new(row) for row in range(1, 6)])
    second = await filled(storage, url, [new(row, state=LeadState.REFUSED, reason="r1") for row in range(6, 9)])
    store = storage.leads
    page = await store.page("loan", limit=4)
    assert rows(page) == [1, 2, 3, 4]
    assert rows(await store.page("loan", after=page[-1].id, limit=4)) == [5, 6, 7, 8]
    assert rows(await store.page("loan", list_id=second.id, limit=2)) == [6, 7]
    refused = (LeadState.REFUSED, "r1")
    last = (await store.page("loan", standing=refused, limit=1))[0].id
    assert rows(await store.page("loan", standing=refused, after=last)) == [7, 8]
    assert await store.page("loan", list_id=first.id, standing=refused) == []


async def test_numbers_are_found_by_their_end(storage: Storage, url: str) -> None:
    await filled(storage, url, [new(1_234), new(5_678), new(91_234)])
    store = storage.leads
    assert rows(await store.search("loan", "1234")) == [1_234, 91_234]
    assert rows(await store.search("loan", "138 0000 5678")) == [5_678]
    assert rows(await store.search("loan", "+86 13800091234")) == [91_234]
    assert rows(await store.search("loan", "1234", limit=1)) == [1_234]
    assert await store.search("other", "1234") == []


async def test_leads_are_handed_out_in_turn_and_taken_back(storage: Storage, url: str) -> None:
    promised = {"state": LeadState.WAITING, "reason": "promised", "due_ms": 9, "owner": "agent:1001"}
    await filled(storage, url, [*[new(row) for row in range(1, 8)], new(8, **promised), new(9, state=LeadState.DONE)])
    store = storage.leads
    assert await store.hand_out("loan", [("agent:1001", 3), ("team:cards", 2)]) == 5
    assert await store.owners("loan") == [OwnerCount("", 2), OwnerCount("agent:1001", 4), OwnerCount("team:cards", 2)]
    assert rows(await store.next_due("loan", 0, 9, "1001")) == [1, 3, 4, 6, 7]
    assert rows(await store.next_due("loan", 0, 9, teams=["cards"]))[:2] == [2, 5]
    assert await store.take_back("loan", "agent:1001") == 3
    assert await store.owners("loan") == [OwnerCount("", 5), OwnerCount("agent:1001", 1), OwnerCount("team:cards", 2)]
    assert await store.hand_out("loan", [("agent:1002", 99)]) == 5


async def test_more_than_a_chunk_is_handed_out_whole(storage: Storage, url: str) -> None:
    await filled(storage, url, [new(row) for row in range(1, 2_502)])
    assert await storage.leads.hand_out("loan", [("agent:1", 1_500), ("agent:2", 900)]) == 2_400
    assert [one.leads for one in await storage.leads.owners("loan")] == [101, 1_500, 900]
    assert await storage.leads.take_back("loan", "agent:1") == 1_500


async def test_a_recalled_list_is_dialled_no_more_and_may_come_back(storage: Storage, url: str) -> None:
    made = await filled(
        storage, url, [new(1), new(2, state=LeadState.WAITING, due_ms=50, reason="retry"), new(3, priority=9)]
    )
    await filled(storage, url, [new(4)])
    store = storage.leads
    running = (await store.next_due("loan", 0, 1))[0]
    await store.settle([LeadClaimed(running.id, "a1", 5)])
    assert await store.recall(made.id) == 2
    assert rows(await store.next_due("loan", 99, 9)) == [4]
    await store.settle([LeadWaits(running.id, "a1", "busy", "retry", 60)])
    assert rows(await store.next_due("loan", 99, 9)) == [4]
    recalled = await store.list_of(made.id)
    assert recalled is not None
    assert recalled.state is ListState.RECALLED
    assert await store.put_back(made.id) == 3
    assert rows(await store.next_due("loan", 55, 9)) == [2, 1, 4]
    assert rows(await store.next_due("loan", 60, 9)) == [2, 3, 1, 4]


async def test_rejected_rows_come_page_by_page(storage: Storage, url: str) -> None:
    made = await filled(storage, url, [])
    given = [RejectedRow(row, "手机号", "twice_in_list", {"first": 2}, ("王", "138")) for row in (7, 3, 5)]
    writer = LeadWriter(url, "loan", made.id)
    await asyncio.to_thread(writer.add, [], given, 7)
    writer.close()
    page = await storage.leads.rejects(made.id, limit=2)
    assert page == [given[1], given[2]]
    assert await storage.leads.rejects(made.id, after=page[-1].row) == [given[0]]
