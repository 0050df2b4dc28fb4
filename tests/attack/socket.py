"""Knocking at a WebSocket."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.attack.client import HOST, Client


async def knocked(
    client: Client, path: str, *, origin: str = f"http://{HOST}", protocols: tuple[str, ...] = ("sip",)
) -> bool:
    """Whether the socket was accepted."""
    said: list[str] = []
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", HOST.encode()), (b"origin", origin.encode()), (b"cookie", cookie.encode())],
        "server": (HOST, 80),
        "client": (client.address, 1234),
        "subprotocols": list(protocols),
    }
    sent = [{"type": "websocket.connect"}]

    async def receive() -> dict[str, Any]:
        return sent.pop() if sent else {"type": "websocket.disconnect", "code": 1001}

    async def send(message: Any) -> None:
        said.append(message["type"])

    await asyncio.wait_for(client.app(scope, receive, send), 20)
    return "websocket.accept" in said
