from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from callcenter.domain.errors import ConfigError, Corrupt, ProviderError
from callcenter.domain.records import ContactQuery
from callcenter.storage import Storage, check, current, head, upgrade
from callcenter.storage.database import parse_url, sync_engine
from callcenter.storage.migration import _config
from callcenter.storage.tables import metadata


def test_upgrade_from_nothing_and_again(empty_url: str) -> None:
    assert current(empty_url) is None
    with pytest.raises(ConfigError, match=r"is empty.*callcenter db upgrade"):
        check(empty_url)
    assert upgrade(empty_url) == head()
    assert current(empty_url) == head()
    assert upgrade(empty_url) == head()
    check(empty_url)


def test_two_at_once_upgrade_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(upgrade, [empty_url] * 2)) == [head()] * 2


def test_tables_and_migrations_agree(url: str) -> None:
    engine = sync_engine(parse_url(url))
    with engine.connect() as connection:
        # What each database keeps of words in its own way is no table of ours.
        ours = {"include_name": lambda name, _kind, _parents: not str(name).startswith("transcript_terms")}
        opts = {"compare_type": True, "compare_server_default": True, **ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


async def test_a_newer_database_is_not_touched(url: str) -> None:
    engine = sync_engine(parse_url(url)).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(ConfigError, match=r"9999 is unknown.*newer version"):
        await Storage.open(url)
    with pytest.raises(ConfigError, match="newer version"):
        upgrade(url)
    assert current(url) == "9999"


@pytest.mark.parametrize(
    "wrong",
    ["", "nonsense", "mysql://x/y", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "postgresql+psycopg://h/"],
)
def test_a_wrong_url_is_named_with_the_mend(wrong: str) -> None:
    with pytest.raises(ConfigError, match=r"database URL.*write sqlite\+aiosqlite"):
        current(wrong)


async def test_folders_are_made(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'a b' / '50%' / 'center.db'}"
    await asyncio.to_thread(upgrade, url)
    storage = await Storage.open(url)
    assert await storage.journal.last_seq() == 0
    await storage.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "center.db"
    path.write_bytes(b"this is not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(Corrupt, match="restore a backup"):
        current(f"sqlite+aiosqlite:///{path}")


def test_no_server_there(tmp_path: Path) -> None:
    with pytest.raises(ProviderError) as caught:
        current(f"postgresql+psycopg://postgres@/x?host={tmp_path}")
    assert caught.value.retryable


async def test_contacts_of_before_are_found_after(empty_url: str) -> None:
    """A database of the first shape: every contact keeps its place, its agents come from the journal."""
    engine = sync_engine(parse_url(empty_url)).execution_options(writes=True)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        row = {"channel": "voice", "direction": "inbound", "dialled": "95000", "flow": "hotline", "queue": "general"}
        row |= {"waited_ms": 0, "talked_ms": 5, "reason": "customer_hung_up", "disposition": "solved"}
        columns = ("id", "caller", "agent", "started_ms", "note", *row)
        names, places = ", ".join(columns), ", ".join(f":{name}" for name in columns)
        insert = sa.text(f"INSERT INTO contacts ({names}) VALUES ({places})")
        for contact, agent, started in (("c2", "1002", 1_000), ("c1", "1001", 1_000), ("c3", "", 2_000)):
            given = {
                "id": contact,
                "caller": "+8613800001234",
                "agent": agent,
                "started_ms": started,
                "note": "余额 50%",
            }
            connection.execute(insert, {**row, **given})
        fact = '[{"type": "AgentConnected", "contact": "c2", "agent": "1009"}, {"type": "StepEntered"}]'
        entry = {"event": "{}", "effects": fact, "contacts": '["c2"]'}
        connection.execute(
            sa.text(
                "INSERT INTO journal (seq, at_ms, event, effects, contacts) VALUES (1, 1, :event, :effects, :contacts)"
            ),
            entry,
        )
        customer = "INSERT INTO customers (name, phone, level, tags, note) VALUES ('Zoë', '13800001234', '', '[]', '')"
        connection.execute(sa.text(customer))
    engine.dispose()
    assert await asyncio.to_thread(upgrade, empty_url) == head()
    storage = await Storage.open(empty_url)
    try:
        for query in (
            ContactQuery(),
            ContactQuery(number="1234"),
            ContactQuery(words="余额"),
            ContactQuery(customer="zoë"),
        ):
            assert [c.id for c in await storage.contacts.list(query)] == ["c3", "c2", "c1"], query
        assert await storage.contacts.agents("c2") == ["1002", "1009"]
        assert await storage.contacts.agents("c3") == []
        kept = await storage.contacts.get("c1")
        assert kept is not None
        assert (kept.note, kept.fields, kept.talked_ms) == ("余额 50%", {}, 5)
    finally:
        await storage.close()
