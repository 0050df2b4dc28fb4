"""The app over in-memory surroundings, and browsers that are signed in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from callcenter.web.app import create_app
from callcenter.web.live import Hub, response, stage
from callcenter.web.services import WebServices
from tests.web import samples

BASE = "http://desk.test"


@pytest.fixture
def services(tmp_path: Path) -> WebServices:
    return samples.services(tmp_path)


@pytest.fixture
def app(services: WebServices) -> FastAPI:
    return create_app(services)


@pytest.fixture
async def hub(services: WebServices) -> AsyncIterator[Hub]:
    made = Hub(services.desk, services.clock)
    yield made
    await made.close()


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "PAUSE_S", 0)
    monkeypatch.setattr(stage, "PAUSE_S", 0)
    monkeypatch.setattr(stage, "SHARE", 0)


def csrf_in(html: str) -> str:
    """The token a page carries, in its head or in its form."""
    found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', html)
    assert found, html[:500]
    return found[1]


class Browser:
    """A client that keeps cookies and sends the token like our pages do."""

    def __init__(self, app: FastAPI, address: str = "127.0.0.1") -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1234))
        self.http = httpx.AsyncClient(transport=transport, base_url=BASE, headers={"Accept-Language": "en"})
        self.http.cookies.set("cc_language", "en", domain="desk.test")
        self.token = ""

    async def sign_in(self, name: str, password: str = samples.PASSWORD) -> httpx.Response:
        form = await self.http.get("/sign-in")
        data = {"csrf": csrf_in(form.text), "name": name, "password": password, "next": "/"}
        answer = await self.http.post("/sign-in", data=data)
        if answer.status_code == 303 and not answer.headers["location"].startswith("/sign-in"):
            page = await self.http.get("/password")
            self.token = csrf_in(page.text)
        return answer

    async def get(self, path: str, **more: object) -> httpx.Response:
        return await self.http.get(path, **more)  # type: ignore[arg-type]

    async def post(self, path: str, json: object = None, data: dict[str, str] | None = None) -> httpx.Response:
        headers = {"X-CSRF-Token": self.token, **({"Accept": "application/json"} if json is not None else {})}
        return await self.http.post(path, json=json, data=data, headers=headers)


Browsers = Callable[..., Browser]
"""Makes browsers, each with cookies of its own."""


@pytest.fixture
async def browser_of(app: FastAPI) -> AsyncIterator[Browsers]:
    made: list[Browser] = []

    def make(address: str = "127.0.0.1") -> Browser:
        made.append(Browser(app, address))
        return made[-1]

    yield make
    for browser in made:
        await browser.http.aclose()


@pytest.fixture
async def browser_as(house: WebServices) -> AsyncIterator[object]:
    """Signs people in on the house of the test's own file."""
    app, made = create_app(house), []

    async def enter(name: str) -> Browser:
        browser = Browser(app)
        made.append(browser)
        await browser.sign_in(name)
        return browser

    yield enter
    for browser in made:
        await browser.http.aclose()
