"""Bad days of a database: locked by another program, disk full, folder gone read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.domain.errors import ProviderError
from callcenter.domain.records import AuditRecord
from callcenter.storage import Storage, database, upgrade

from .samples import call, entries


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "center.db"
    upgrade(f"sqlite+aiosqlite:///{made}")
    return made


@pytest.fixture
async def impatient(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Storage]:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    storage = await Storage.open(f"sqlite+aiosqlite:///{path}")
    yield storage
    await storage.close()


async def test_locked_by_another_program(path: Path, impatient: Storage) -> None:
    written = entries("c1", call("c1"))
    await impatient.journal.append(written[:1], 0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ProviderError, match="locked") as caught:
        await impatient.journal.append(written[1:], 1)
    assert caught.value.retryable
    with pytest.raises(ProviderError, match="locked") as caught:
        await impatient.audit.write(AuditRecord(1, "a", "b", "c"))
    assert caught.value.retryable
    assert await impatient.contacts.get("c1") is not None, "reading goes on meanwhile"
    other.execute("ROLLBACK")
    other.close()
    await impatient.journal.append(written[1:], 1)
    await impatient.audit.write(AuditRecord(1, "a", "b", "c"))
    assert [entry async for entry in impatient.journal.read()] == written


async def test_disk_full(path: Path, impatient: Storage) -> None:
    """SQLite refuses for lack of pages, as it does when the disk has none; afterwards all is as before."""
    first = entries("c1", call("c1"))
    await impatient.journal.append(first, 0)
    journal = impatient.journal
    connection = await journal._thread.run(journal._writer._connection._connection)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 1}")
    more = entries("c2", call("c2", note="长" * 20_000), 6)
    with pytest.raises(ProviderError, match="full") as caught:
        await impatient.journal.append(more, 5)
    assert caught.value.retryable
    assert await impatient.journal.last_seq() == 5
    assert await impatient.contacts.get("c2") is None
    connection.execute("PRAGMA max_page_count=1073741823")
    await impatient.journal.append(more, 5)
    assert [entry async for entry in impatient.journal.read()] == first + more


async def test_folder_gone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProviderError):
        upgrade(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'center.db'}")
