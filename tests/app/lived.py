"""The database of a centre that has lived one day, 2026-11-27."""

from __future__ import annotations

import asyncio
from pathlib import Path

from callcenter.domain.configuration import ConfigVersion, Origin, VersionHead
from callcenter.storage import Storage, upgrade
from tests.simulation.virtual_day import MIDNIGHT_MS, VirtualDay, bank, customers, shifts


def live_one_day(path: Path) -> Path:
    """Fill a new database at ``path``; returns the path."""
    url = f"sqlite+aiosqlite:///{path}"
    upgrade(url)
    day = VirtualDay().live(customers(1), shifts())

    async def write() -> None:
        storage = await Storage.open(url)
        head = VersionHead(number=1, author="", at_ms=MIDNIGHT_MS, base=0, origin=Origin.SEED)
        await storage.config.add_version(ConfigVersion(head, bank()))
        await storage.journal.append(day.journal, len(day.journal))
        await storage.close()

    asyncio.run(write())
    return path
