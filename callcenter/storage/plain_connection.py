"""A plain driver connection of one thread: for writers whose every microsecond counts. Errors in our own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from callcenter.storage.database import explain, parse_url, sync_engine


class PlainConnection:
    """Connects on first use, and again after the connection broke; ``broken`` is called when it did."""

    def __init__(self, url: str, broken: Callable[[], None] = lambda: None) -> None:
        self._engine = sync_engine(parse_url(url))
        self.dialect = self._engine.dialect
        self.dbapi: Any = self._engine.dialect.loaded_dbapi
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        self._broken = broken
        self._pooled: Any = None

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Any]:
        """A cursor in a transaction: committed at the end, undone on any error."""
        try:
            connection = self._connection()
            cursor = connection.cursor()
            if self._is_sqlite:
                cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            yield cursor
            connection.commit()
            cursor.close()
        except self.dbapi.Error as error:
            self._undo(broken=not self._is_sqlite)
            raise explain(error) from error
        except BaseException:
            self._undo(broken=False)
            raise

    def outside_transaction(self, statement: str) -> None:
        """Run what PostgreSQL takes only outside of a transaction."""
        try:
            connection = self._connection()
            connection.autocommit = True
            try:
                connection.execute(statement)
            finally:
                connection.autocommit = False
        except self.dbapi.Error as error:
            self._undo(broken=True)
            raise explain(error) from error

    def close(self) -> None:
        """Disconnect."""
        self._drop()
        self._engine.dispose()

    def _connection(self) -> Any:
        if self._pooled is None:
            try:
                self._pooled = self._engine.raw_connection()
            except Exception as error:
                raise explain(error) from error
        return self._pooled.driver_connection

    def _undo(self, *, broken: bool) -> None:
        if self._pooled is None:
            return
        with suppress(self.dbapi.Error):  # the error that brought us here is the one to tell
            self._pooled.driver_connection.rollback()
        if broken:
            self._broken()
            self._drop()

    def _drop(self) -> None:
        if self._pooled is not None:
            self._pooled.invalidate()
            self._pooled = None
