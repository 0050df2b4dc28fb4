"""The app over a real SQLite database for users, sessions, tokens and the audit log; the desk is the sample one."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.domain.records import AuditRecord
from callcenter.storage import Storage, upgrade
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.access.provider import Provider, running_provider


@pytest.fixture(scope="session")
def empty_center(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("center") / "center.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def storage(tmp_path: Path, empty_center: Path) -> AsyncIterator[Storage]:
    await asyncio.to_thread(shutil.copy, empty_center, tmp_path / "center.db")
    opened = await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'center.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def services(tmp_path: Path, storage: Storage) -> WebServices:
    sample = samples.services(tmp_path)
    for user in await sample.users.all():
        await storage.users.add(user)
    return dataclasses.replace(
        sample, users=storage.users, audit=storage.audit, credentials=storage.credentials, tokens=storage.tokens
    )


@pytest.fixture
def acts(storage: Storage) -> Acts:
    return Acts(storage)


class Acts:
    """Reads the audit log, oldest first."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def all(self) -> list[AuditRecord]:
        return [row.record async for row in self._storage.audit.rows()]

    async def of(self, act: str) -> list[AuditRecord]:
        return [record for record in await self.all() if record.act == act]


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running_provider(samples.NOW // 1000) as running:
        yield running
