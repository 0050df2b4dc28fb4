"""WeCom customer service through the whole product, over HTTP on both sides: double → callback → desk → phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callcenter.app.clock import SystemClock
from callcenter.app.settings import Settings
from callcenter.app.wecom import open_wecom
from callcenter.app.wiring import Product
from callcenter.chat import Chats
from callcenter.core.views import contact_view
from callcenter.domain import effects as ef
from callcenter.domain.chat import Author
from callcenter.domain.errors import ConfigError
from callcenter.storage import Storage, upgrade
from tests.app.chatting import Chatter, House, house
from tests.chat.wecom_double import CORP, KEY, KF, SECRET, TOKEN, Double, Phone

SET = {
    "wecom_corp_id": CORP,
    "wecom_secret": SECRET,
    "wecom_token": TOKEN,
    "wecom_aes_key": KEY,
    "wecom_accounts": {KF: "web"},
}


@asynccontextmanager
async def wecom_on(port: int) -> AsyncIterator[Double]:
    """The double as a server."""
    double = Double(SystemClock().now_ms)

    async def answer(request: Request) -> Response:
        asked = httpx.Request(request.method, str(request.url), content=await request.body())
        said = await double.transport.handle_async_request(asked)
        return Response(await said.aread(), said.status_code, dict(said.headers))

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    try:
        yield double
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def bank(data: Path, flows: Path, ports: list[int], double: Double) -> AsyncIterator[House]:
    address = f"http://127.0.0.1:{ports[1]}"
    async with (
        house(data, ports[0], flows=flows, assistant="off", wecom_address=address, **SET) as made,
        httpx.AsyncClient(
            base_url=made.product.settings.base_url, transport=httpx.AsyncHTTPTransport(retries=8)
        ) as wecom,
    ):
        double.callback = wecom
        try:
            yield made
        finally:
            double.callback = None


async def talk_of(product: Product, phone: Phone) -> Chatter:
    await product.chats.channels["wecom"].pulled()  # type: ignore[attr-defined]
    return Chatter(product, next(c for c in product.chats.open_conversations() if c.visitor.id.startswith(phone.user)))


async def test_a_customer_in_wechat_is_served_at_the_desk_and_the_agent_reads_what_did_not_arrive(
    data: Path, flows: Path, free_ports: list[int]
) -> None:
    async with wecom_on(free_ports[1]) as double, bank(data, flows, free_ports, double) as made:
        await made.ready()
        phone = double.phone("wm-a")
        await phone.write("转人工")
        talk = await talk_of(made.product, phone)
        await made.taken(talk)
        assert made.contact(talk).agent == "1001"
        for number in range(6):
            await made.product.chats.post(talk.id, Author.AGENT, "1001", text=f"答 {number}")
        await made.product.chats.channels["wecom"].sent()  # type: ignore[attr-defined]
        if not made.contact(talk).notes:
            await made.until(lambda: made.contact(talk).notes, "noted")
        assert "答 0" in phone.texts()
        (note, *_) = contact_view(made.contact(talk), "1001").notes
        assert note.agent == ""
        assert "最多可发 5 条" in note.text
        assert phone.got == 5
        assert (await made.facts(ef.NoteAdded))[0].text == note.text
        await made.replays()


async def test_what_a_customer_wrote_while_we_were_away_is_there_after_the_start(
    data: Path, flows: Path, free_ports: list[int]
) -> None:
    async with wecom_on(free_ports[1]) as double:
        phone = double.phone("wm-a")
        await phone.write("有人吗")
        for _ in range(2):
            async with bank(data, flows, free_ports, double) as made:
                talk = await talk_of(made.product, phone)
                assert await talk.texts(Author.VISITOR) == ["有人吗"]


@pytest.fixture
async def chats(data: Path) -> AsyncIterator[Chats]:
    url = f"sqlite+aiosqlite:///{data / 'center.db'}"
    await asyncio.to_thread(upgrade, url)
    storage = await Storage.open(url)
    yield Chats(storage.chats, SystemClock(), lambda: "x")
    await storage.close()


@pytest.mark.parametrize("name", ["corp_id", "secret", "token", "aes_key"])
async def test_a_setting_that_is_missing_is_named(chats: Chats, data: Path, name: str) -> None:
    settings: dict[str, Any] = {**SET, f"wecom_{name}": ""}
    with pytest.raises(ConfigError, match=rf"CALLCENTER_WECOM_{name.upper()}: is not set .* docs/chat\.md"):
        open_wecom(Settings(data=data, **settings), chats, None, lambda: None)  # type: ignore[arg-type]


async def test_without_accounts_there_is_no_wecom(chats: Chats, data: Path) -> None:
    settings: dict[str, Any] = {**SET, "wecom_accounts": {}}
    assert open_wecom(Settings(data=data, **settings), chats, None, lambda: None) is None  # type: ignore[arg-type]
