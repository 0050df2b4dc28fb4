"""Chats on a real SQLite database."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from callcenter.app.clock import SystemClock
from callcenter.chat import Chats
from callcenter.storage import Storage, upgrade
from callcenter.telephony.ids import new_contact_id
from tests.chat.server import Site, served
from tests.chat.told import Told
from tests.chat.webchat_site import EC, Mailer, Scanner
from tests.chat.widget import SocketWidget, Widget


class StandingClock:
    """Time that only moves when told to."""

    def __init__(self) -> None:
        self.at_ms = 1_800_000_000_000

    def now_ms(self) -> int:
        return self.at_ms

    async def sleep_until(self, at_ms: int) -> None:
        self.at_ms = max(self.at_ms, at_ms)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest shape, to be copied."""
    path = tmp_path_factory.mktemp("template") / "center.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> str:
    shutil.copy(template, tmp_path / "center.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'center.db'}"


@pytest.fixture
async def storage(database: str) -> AsyncIterator[Storage]:
    opened = await Storage.open(database)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def chats(storage: Storage, clock: StandingClock, told: Told) -> AsyncIterator[Chats]:
    made = Chats(storage.chats, clock, new_contact_id)
    made.listener = told
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def site(storage: Storage, told: Told, tmp_path: Path) -> AsyncIterator[Site]:
    chats = Chats(storage.chats, SystemClock(), new_contact_id)
    chats.listener = told
    made = Site(chats, tmp_path, mailer=Mailer(), scanner=Scanner(), secrets={"EC": EC.as_pem(private=False).decode()})
    await chats.start([made.channel])
    async with served(made):
        yield made
        await chats.stop()
    made.files.close()


@pytest.fixture
async def page(site: Site) -> AsyncIterator[Any]:
    pages: list[Widget] = []

    async def open(kind: type[Widget] = SocketWidget, **more: Any) -> Widget:
        pages.append(await kind(site.base, **more).open())
        return pages[-1]

    yield open
    for one in pages:
        await one.leave()
