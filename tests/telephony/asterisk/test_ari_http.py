"""The HTTP client for ARI against a server that answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from callcenter.domain.errors import ProviderError
from callcenter.telephony.asterisk.ari.http import HttpTransport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Answers each request with the next of ``answers``, or ``OK``; ``None`` closes the connection instead."""

    def __init__(self) -> None:
        self.answers: list[bytes | None] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.at_once = self.most_at_once = 0
        self.gate: asyncio.Event | None = None
        self.full = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                if not await self._answer(writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionResetError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> bool:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.at_once == 3:
            self.full.set()
        if self.gate is not None:
            await self.gate.wait()
        self.at_once -= 1
        answer = self.answers.pop(0) if self.answers else OK
        if answer is None:
            return False
        writer.write(answer)
        return True


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def transport(server: Server) -> AsyncIterator[HttpTransport]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = HttpTransport(f"http://127.0.0.1:{port}", "callcenter", "secret", connections=3)
    yield client
    await client.close()
    listening.close()


async def test_one_connection_serves_request_after_request(server: Server, transport: HttpTransport) -> None:
    server.answers = [OK, b"HTTP/1.1 204 No Content\r\n\r\n", OK]
    assert await transport.send("GET", "/channels?app=a%20b", None) == (200, b"{}")
    assert await transport.send("DELETE", "/bridges/x", None) == (204, b"")
    assert await transport.send("POST", "/channels/c", b'{"variables":{}}') == (200, b"{}")
    assert server.connections == 1
    first, _, last = server.requests
    assert first.startswith(b"GET /ari/channels?app=a%20b HTTP/1.1\r\n")
    assert b"Authorization: Basic Y2FsbGNlbnRlcjpzZWNyZXQ=\r\n" in first
    assert b"Content-Type: application/json\r\n" in last
    assert last.endswith(b'\r\n\r\n{"variables":{}}')


async def test_refusals_and_chunked_bodies_come_as_they_are(server: Server, transport: HttpTransport) -> None:
    server.answers = [
        b'HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\n{"message":1}',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n2\r\n,2\r\n1\r\n]\r\n0\r\n\r\n",
    ]
    assert await transport.send("GET", "/x", None) == (404, b'{"message":1}')
    assert await transport.send("GET", "/x", None) == (200, b"[1,2]")


async def test_a_lasting_connection_that_was_closed_costs_no_command(server: Server, transport: HttpTransport) -> None:
    server.answers = [OK, None, OK]
    await transport.send("GET", "/x", None)
    assert await transport.send("POST", "/y", None) == (200, b"{}")
    assert server.connections == 2
    assert [request.split()[0] for request in server.requests] == [b"GET", b"POST", b"POST"]


async def test_a_connection_the_server_ends_is_not_used_again(server: Server, transport: HttpTransport) -> None:
    server.answers = [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", OK]
    assert await transport.send("GET", "/x", None) == (200, b"")
    assert await transport.send("GET", "/x", None) == (200, b"{}")
    assert server.connections == 2


async def test_no_more_connections_than_allowed(server: Server, transport: HttpTransport) -> None:
    server.gate = asyncio.Event()
    asked = [asyncio.create_task(transport.send("GET", f"/{n}", None)) for n in range(10)]
    asked[9].cancel()
    await asyncio.wait_for(server.full.wait(), 5)
    server.gate.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert answers[:9] == [(200, b"{}")] * 9
    assert server.connections == server.most_at_once == 3


@pytest.mark.parametrize("answer", [None, b"no HTTP at all\r\n\r\n"])
async def test_what_is_no_answer_is_a_provider_error(
    server: Server, transport: HttpTransport, answer: bytes | None
) -> None:
    server.answers = [answer]
    with pytest.raises(ProviderError, match="does not answer") as raised:
        await transport.send("GET", "/x", None)
    assert raised.value.retryable
    assert await transport.send("GET", "/x", None) == (200, b"{}")


async def test_nobody_there_is_a_provider_error(unused_tcp_port: int) -> None:
    transport = HttpTransport(f"http://127.0.0.1:{unused_tcp_port}", "a", "b")
    with pytest.raises(ProviderError, match="does not answer"):
        await transport.send("GET", "/x", None)
