"""Bad days: a locked or full database, a user deleted while on a call, a session over in the middle of wrap-up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from callcenter.domain import effects as fx
from callcenter.domain.agent import AgentState
from callcenter.storage import database
from callcenter.web.sessions import token_hash
from tests.attack.client import Client
from tests.attack.house import House, house


@pytest.fixture
async def busy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A house with calls whose database does not wait long for a lock."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 100)
    async with house() as made:
        yield made


@contextmanager
def locked(made: House) -> Any:
    """Another program holds the database."""
    other = sqlite3.connect(made.product.settings.data / "callcenter.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(made: House) -> Any:
    """The disk takes no more pages, for any of the repositories' connections."""
    engine = made.product.storage._database._engine.sync_engine

    most = 1  # SQLite takes what is there already for the least

    def bound(connection: Any, *_: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={most}")
        cursor.close()

    event.listen(engine, "checkout", bound)
    try:
        yield
    finally:
        most = 1_073_741_823


async def filed(made: House) -> list[fx.WrapUpFiled]:
    """The results in the journal."""
    entries = [entry async for entry in made.product.storage.journal.read()]
    return [e for entry in entries for e in entry.effects if isinstance(e, fx.WrapUpFiled) and e.contact in _live(made)]


def _live(made: House) -> set[str]:
    return set(made.live.values())


async def into_wrap_up(made: House, client: Client) -> dict[str, Any]:
    """The agent's call ends; returns the result they are about to send."""
    over = {"act": "hang_up", "contact": made.live["live-a"], "command": "end-1", "desk": "desk-a1"}
    assert (await client.post("/agent/commands", json=over)).status == 200
    desk = made.product.desk
    await made.until(lambda: desk.desk_view("a1").state is AgentState.WRAP_UP, "wrap-up")  # type: ignore[union-attr]
    result = {"act": "wrap_up", "contact": made.live["live-a"], "disposition": "solved", "note": "重要记录 important"}
    return {**result, "command": "result-1", "desk": "desk-a1"}


async def test_a_note_written_while_the_database_is_locked_is_kept_once(busy: House) -> None:
    anna = await busy.client("anna")
    result = await into_wrap_up(busy, anna)
    with locked(busy):
        sending = asyncio.create_task(anna.post("/agent/commands", json=result))
        done, _ = await asyncio.wait({sending}, timeout=0.5)
        assert not done, "nothing is acknowledged before it is kept"
        assert await filed(busy) == []
        assert (await anna.get("/contacts")).status == 200, "reading goes on"
    answer = await sending
    assert answer.status == 200
    again = await anna.post("/agent/commands", json=result)
    assert again.status == 200, "the page tries again when it heard nothing"
    assert [one.note for one in await filed(busy)] == ["重要记录 important"]


@pytest.mark.parametrize("trouble", [locked, full])
async def test_what_can_not_be_put_on_record_is_not_done_and_said(busy: House, trouble: Any) -> None:
    lead, admin = await busy.client("lead_a"), await busy.client("admin")
    say = {"act": "message", "to": "all", "text": "hello " * 150, "command": "say-1"}
    user = {"name": "new.one", "display_name": "N" * 50, "role": "quality", "language": "en"}
    with trouble(busy):
        said, added = None, None
        for _ in range(100):  # a full disk has room in its last page
            said = await lead.post("/floor/commands", json=say)
            if said.status != 200:
                break
        added = await admin.post("/users", data=user)
        assert said is not None
        assert said.status == 503
        assert said.json()["message"].startswith("A part of the system does not answer")
        assert trouble is full or added.status == 503
        assert "Traceback" not in added.text
        assert "sqlite" not in added.text
        assert (await lead.get("/contacts")).status == 200, "reading goes on"
    assert (await lead.post("/floor/commands", json={**say, "command": "say-2"})).status == 200
    check = await busy.product.storage.audit.verify()
    assert check.broken_at is None


async def test_a_user_deleted_while_on_a_call(busy: House) -> None:
    anna, admin = await busy.client("anna"), await busy.client("admin")
    desk = busy.product.desk
    answer = await admin.post(f"/users/{busy.users['anna'].id}/delete")
    assert answer.status in (200, 303), answer
    assert (await anna.get("/agent")).to.startswith("/sign-in")
    talking = [c for c in desk.floor_view().contacts if c.id == busy.live["live-a"]]
    assert [c.place.value for c in talking] == ["talking"], "the customer is not cut off"
    lead = await busy.client("lead_a")
    assert (await lead.get("/floor/agents/a1")).status == 200
    phones = busy.product.pbx.telephony.network
    for leg in [leg for leg in phones.legs.values() if leg.contact == busy.live["live-a"] and not leg.originated]:
        leg.party.hang_up()
    await busy.until(lambda: not any(c.id == busy.live["live-a"] for c in desk.floor_view().contacts), "it is over")
    after = desk.desk_view("a1")
    assert after is not None
    assert AgentState.LOGGED_OUT in (after.state, after.next_state), "no further call comes to a desk nobody sits at"


async def test_a_session_over_in_the_middle_of_wrap_up(busy: House) -> None:
    anna = await busy.client("anna")
    result = await into_wrap_up(busy, anna)
    await busy.product.web.users.end_session(token_hash(anna.cookies["cc_session"]))
    refused = await anna.post("/agent/commands", json=result)
    assert (refused.status, refused.json()["code"]) == (401, "sign_in")
    assert "what you typed is kept" in refused.json()["message"]
    assert await filed(busy) == []
    back = await busy.client("anna")
    assert (await back.post("/agent/commands", json=result)).status == 200
    assert [one.note for one in await filed(busy)] == ["重要记录 important"]
