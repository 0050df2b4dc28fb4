"""The SIP socket: who may use it, and that both directions arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.web import samples
from tests.web.conftest import csrf_in
from tests.web.gallery import serving


async def _echo(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(f"200 {message!s}")


@asynccontextmanager
async def upstream() -> AsyncIterator[str]:
    async with serve(_echo, "127.0.0.1", 0, subprotocols=["sip"]) as server:  # type: ignore[list-item]
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws"


async def cookies_of(base: str, name: str) -> str:
    async with httpx.AsyncClient(base_url=base) as http:
        data = {"csrf": csrf_in((await http.get("/sign-in")).text), "name": name, "password": samples.PASSWORD}
        await http.post("/sign-in", data=data)
        return "; ".join(f"{key}={value}" for key, value in http.cookies.items())


async def guest_cookies(base: str) -> str:
    async with httpx.AsyncClient(base_url=base) as http:
        token = (await http.get("/call")).text.split('data-token="')[1].split('"')[0]
        await http.post("/call/credentials", headers={"X-CSRF-Token": token})
        return "; ".join(f"{key}={value}" for key, value in http.cookies.items())


def sip(base: str, cookies: str, **headers: str) -> connect:
    return connect(
        base.replace("http", "ws") + "/ws",
        subprotocols=["sip"],  # type: ignore[list-item]
        additional_headers={"Cookie": cookies, **headers},
        proxy=None,
    )


async def _asks(socket: ClientConnection) -> str:
    await socket.send("REGISTER")
    return str(await socket.recv())


async def test_agents_and_guests_get_through_and_others_do_not(tmp_path: Path) -> None:
    async with upstream() as address, serving(samples.services(tmp_path, asterisk_ws=address)) as base:
        for cookies in (await cookies_of(base, "wangfang"), await guest_cookies(base)):
            async with sip(base, cookies) as socket:
                assert socket.subprotocol == "sip"
                assert await _asks(socket) == "200 REGISTER"
        agent = await cookies_of(base, "wangfang")
        for cookies, headers in (
            ("", {}),
            ("cc_guest=guest.99999999999999.x.y", {}),
            (await cookies_of(base, "zhangli"), {}),
            (agent, {"Origin": "http://evil.test"}),
        ):
            with pytest.raises(InvalidStatus) as refused:
                await sip(base, cookies, **headers)
            assert refused.value.response.status_code == 403


async def test_an_absent_pbx_closes_the_socket_with_try_again(tmp_path: Path) -> None:
    async with serving(samples.services(tmp_path, asterisk_ws="ws://127.0.0.1:9/ws")) as base:
        async with sip(base, await cookies_of(base, "wangfang")) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
        assert socket.close_code == 1013


async def test_without_a_pbx_that_browsers_reach_nobody_gets_through_and_nothing_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(samples.services(tmp_path, asterisk_ws="")) as base:
        with pytest.raises(InvalidStatus) as refused:
            await sip(base, await cookies_of(base, "wangfang"))
    assert refused.value.response.status_code == 403
    assert "SIP socket" not in caplog.text


async def test_when_the_pbx_goes_the_browser_is_told(tmp_path: Path) -> None:
    async def bye(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close()

    async with serve(bye, "127.0.0.1", 0, subprotocols=["sip"]) as server:  # type: ignore[list-item]
        address = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws"
        async with serving(samples.services(tmp_path, asterisk_ws=address)) as base:
            async with sip(base, await cookies_of(base, "wangfang")) as socket:
                await socket.send("x")
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
            assert socket.close_code == 1000
