"""Thousands of desks as raw sockets in one process: notes when each change arrived, and says so at the end."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from contextlib import suppress
from typing import cast

import uvloop

from scripts.benchmarks.desk_plan import CLIENT_CORE, cookie, desk_path, say, settle

AT_ONCE = 40
PATIENCE_S = 30.0
"""A change that came to no page for so long after the last one was made is lost, and not late."""
_STATE = re.compile(rb'"state": ?"(\w+)"')


class Desk(asyncio.Protocol):
    """One page's stream. ``seen``: when which state arrived."""

    def __init__(self, index: int, port: int, bytes_in: list[int]) -> None:
        self.seen: list[tuple[int, str]] = []
        self.first = asyncio.Event()
        self.ending = ""
        self.ended = asyncio.Event()
        self._index, self._port, self._bytes = index, port, bytes_in
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        head = (
            f"GET {desk_path(self._index)} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Accept: text/event-stream\r\nCookie: cc_session={cookie(self._index)}; cc_language=zh\r\n\r\n"
        )
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(head.encode())

    def leave(self) -> None:
        """Close the page."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        self._bytes[0] += len(data)
        *events, self._rest = (self._rest + data).replace(b"\r\n\r\n", b"\n\n").split(b"\n\n")
        for event in events:
            found = _STATE.search(event)
            if found:
                self.seen.append((now, found[1].decode()))
                self.first.set()
                self.look()

    def end_with(self, state: str) -> None:
        """The state that was set last."""
        self.ending = state
        self.look()

    def look(self) -> None:
        """Whether the page shows what was set last."""
        if self.ending and self.seen and self.seen[-1][1] == self.ending:
            self.ended.set()


async def watch(port: int, count: int) -> None:
    """Connect, wait for everybody's first event, then listen until all show the states told to be the last."""
    loop = asyncio.get_running_loop()
    bytes_in = [0]
    desks = [Desk(index, port, bytes_in) for index in range(count)]
    for begin in range(0, count, AT_ONCE):
        some = desks[begin : begin + AT_ONCE]
        for desk in some:
            await loop.create_connection(lambda desk=desk: desk, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(desk.first.wait() for desk in some))
    say("ready")
    before = bytes_in[0]
    last: dict[str, str] = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    for index, state in last.items():
        desks[int(index)].end_with(state)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(desks[int(index)].ended.wait() for index in last))
    say({"seen": [desk.seen for desk in desks], "bytes": bytes_in[0] - before})


def _main() -> None:
    """``python -m scripts.benchmarks.desk_clients PORT COUNT``."""
    settle(CLIENT_CORE)
    uvloop.run(watch(int(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    _main()
