"""Opens the database named by one URL: engines for pages and for the journal, and errors in our own words."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from callcenter.domain.errors import ConfigError, Corrupt, ProviderError

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for another process's transaction on SQLite."""
MIGRATION_TIMEOUT_MS = 120_000
"""How long a migration waits on SQLite for another one, which may have much to move."""

_PLACE = "database URL"
_MEND = "write sqlite+aiosqlite:///folder/callcenter.db or postgresql+psycopg://user@host/database"


def parse_url(url: str) -> URL:
    """The URL as SQLAlchemy's object; raises ``ConfigError`` for anything but the two supported kinds."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(_PLACE, str(error), _MEND) from error
    if parsed.drivername not in {"sqlite+aiosqlite", "postgresql+psycopg"}:
        raise ConfigError(_PLACE, f"{parsed.drivername!r} is not supported", _MEND)
    if not parsed.database or parsed.database == ":memory:":
        raise ConfigError(_PLACE, "it names no database that lasts", _MEND)
    return parsed


def sync_engine(url: URL, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """An engine for one thread: migrations and the journal's writer."""
    if url.drivername == "sqlite+aiosqlite":
        engine = sa.create_engine(
            url.set(drivername="sqlite+pysqlite"), paramstyle="named", connect_args={"check_same_thread": False}
        )
        _prepare_sqlite(engine, busy_timeout_ms)
        return engine
    return sa.create_engine(url)


def make_folder(url: URL) -> None:
    """The folder of an SQLite file; raises ``OSError``."""
    if url.drivername == "sqlite+aiosqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)


def async_engine(url: URL) -> AsyncEngine:
    """An engine with a small pool for the repositories."""
    if url.drivername == "sqlite+aiosqlite":
        engine = create_async_engine(url, pool_size=4, max_overflow=0)
        _prepare_sqlite(engine.sync_engine)
        return engine
    return create_async_engine(url, pool_size=4, max_overflow=4, pool_pre_ping=True)


def _prepare_sqlite(engine: Engine, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # We begin transactions ourselves: the driver's own way would begin them deferred and fail on upgrade.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        _switch_to_wal(cursor, busy_timeout_ms)
        # A killed process loses nothing. A machine that loses power may lose the last transactions, never consistency.
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "invalidate")
    def on_invalidate(connection: Any, _record: Any, _error: BaseException | None) -> None:
        # Closing is not enough: while anybody still holds a cursor, SQLite keeps the transaction and its lock.
        connection.rollback()

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _switch_to_wal(cursor: Any, busy_timeout_ms: int) -> None:
    """Once in a file's life. SQLite does not wait here for another process that does the same; so we do."""
    until = time.monotonic() + busy_timeout_ms / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def explain(error: Exception) -> Exception:
    """The error of the one tree for a driver's or SQLAlchemy's error."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    if "malformed" in text or "not a database" in text or type(cause).__name__ in {"DataCorrupted", "IndexCorrupted"}:
        return Corrupt(f"the database is damaged: {text}; restore a backup")
    transient = isinstance(error, (OperationalError, InterfaceError, sqlite3.OperationalError)) or (
        type(cause).__name__ in {"OperationalError", "InterfaceError", "DiskFull", "AdminShutdown"}
    )
    return ProviderError(f"database: {text}", retryable=transient)


@contextmanager
def explained() -> Iterator[None]:
    """Turn database errors into ours; a broken uniqueness (``IntegrityError``) passes as it is."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, sa.exc.TimeoutError, OSError) as error:
        raise explain(error) from error


class Database:
    """The repositories' way to the database: ``read()`` and ``write()`` transactions."""

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self._engine = async_engine(self.url)
        self._writing = self._engine.execution_options(writes=True)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for queries."""
        with explained():
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end and undone on any error."""
        with explained():
            async with self._writing.begin() as connection:
                yield connection

    async def close(self) -> None:
        """Give back the connections."""
        await self._engine.dispose()
