"""The administration over a real database, with two who may change it signed in."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.app.configuration import Configuration
from callcenter.app.demo import demo_config
from callcenter.app.surroundings import Surroundings
from callcenter.domain.configuration import ConfigVersion
from callcenter.storage import Storage, upgrade
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.config_double import CALENDARS, FLOWS
from tests.web.conftest import Browser
from tests.web.doubles import DeskDouble


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'center.db'}"
    await asyncio.to_thread(upgrade, url)
    opened = await Storage.open(url)
    await opened.config.save(demo_config())
    yield opened
    await opened.close()


@pytest.fixture
def services(tmp_path: Path, storage: Storage) -> WebServices:
    given = samples.services(tmp_path)
    desk = given.desk
    assert isinstance(desk, DeskDouble)
    desk.center = demo_config()

    async def apply(version: ConfigVersion) -> None:
        desk.center = version.config

    names = given.prompts.names  # type: ignore[attr-defined]
    around = Surroundings(lambda: {name: {} for name in FLOWS}, lambda: CALENDARS, names)
    service = Configuration(storage.config, storage.audit, given.clock, around, apply)
    return dataclasses.replace(given, configuration=service, audit=storage.audit)


@pytest.fixture
async def admin(services: WebServices) -> AsyncIterator[Browser]:
    browser = Browser(create_app(services))
    await browser.sign_in("admin")
    yield browser
    await browser.http.aclose()


@pytest.fixture
async def ops(services: WebServices) -> AsyncIterator[Browser]:
    browser = Browser(create_app(services))
    await browser.sign_in("ops")
    yield browser
    await browser.http.aclose()
