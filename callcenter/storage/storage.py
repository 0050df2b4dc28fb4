"""Everything that is kept, opened and closed as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from callcenter.storage.audit import SqlAudit
from callcenter.storage.contacts import SqlContacts
from callcenter.storage.customers import SqlConfig, SqlCustomers
from callcenter.storage.database import Database
from callcenter.storage.journal import SqlJournal
from callcenter.storage.migration import check
from callcenter.storage.users import SqlUsers


class Storage:
    """The stores of one database; made by :meth:`open`."""

    def __init__(self, url: str, service_levels: Callable[[], Mapping[str, int]] = dict) -> None:
        self._database = Database(url)
        self.journal = SqlJournal(url)
        self.contacts = SqlContacts(self._database, service_levels)
        self.users = SqlUsers(self._database)
        self.customers = SqlCustomers(self._database)
        self.config = SqlConfig(self._database)
        self.audit = SqlAudit(self._database)

    @classmethod
    async def open(cls, url: str, service_levels: Callable[[], Mapping[str, int]] = dict) -> Storage:
        """Check the database's shape and open it.

        ``service_levels`` gives each queue's service level in ms, asked for whenever figures are counted.
        Raises ``ConfigError`` when the URL or the shape is wrong, ``ProviderError`` when it can not be reached.
        """
        await asyncio.to_thread(check, url)
        return cls(url, service_levels)

    async def close(self) -> None:
        """Finish writing and disconnect."""
        await self.journal.close()
        await self._database.close()
