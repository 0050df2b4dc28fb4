"""The addresses of the web chat: a WebSocket, long polls, files and transcripts, for pages of allowed sites only."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import quote

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from callcenter.chat.transcript import transcript_html, transcript_text
from callcenter.chat.webchat import frames as fr
from callcenter.chat.webchat.channel import WebChat
from callcenter.chat.webchat.files import FileRoom
from callcenter.chat.webchat.page import Page
from callcenter.domain.chat import Author, ChatState, Conversation
from callcenter.domain.config import ChatEntry
from callcenter.domain.errors import CallCenterError, Rejected

log = structlog.get_logger(__name__)

HELLO_S = 10.0
POLL_S = 25.0
MAX_POLL = 200_000
MAX_LINES = 20_000
"""Long-polling pages at once."""
_STATUS = {
    "file_too_big": 413,
    "files_too_many": 413,
    "unknown_entry": 404,
    "origin": 403,
    "pass": 401,
    "too_fast": 429,
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


class Doors:
    """Makes the routes. Who may come in is decided here; what they then do in :mod:`callcenter.chat.webchat.page`."""

    def __init__(self, house: WebChat, files: FileRoom) -> None:
        self._house = house
        self._files = files
        self._lines: dict[str, tuple[Page, asyncio.Lock]] = {}
        self._waiting: dict[Page, asyncio.Task[object]] = {}

    def routes(self) -> list[BaseRoute]:
        """To be mounted below ``/chat``."""
        return [
            WebSocketRoute("/socket", self.socket),
            Route("/poll", self._crossing(self.poll), methods=["POST", "OPTIONS"]),
            Route("/files", self._crossing(self.upload), methods=["POST", "OPTIONS"]),
            Route("/files/{file}", self._crossing(self.download), methods=["GET", "OPTIONS"]),
            Route("/transcript", self._crossing(self.transcript), methods=["GET", "OPTIONS"]),
        ]

    # --- who may come in

    def _entry(self, wanted: str | None, origin: str | None, host: str) -> ChatEntry:
        """The entry, when its pages may come from this origin; our own pages always may."""
        entry = self._house.entry(wanted or "")
        if entry is None:
            raise Rejected("unknown_entry")
        if origin not in entry.origins and (origin or "").partition("://")[2] != host:
            raise Rejected("origin")
        return entry

    def _crossing(
        self, answer: Callable[[Request, ChatEntry], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """A route for pages of other sites (CORS): without cookies, so there is nothing to forge."""

        async def cross(request: Request) -> Response:
            origin = request.headers.get("origin")
            if origin is None and request.headers.get("sec-fetch-site") == "same-origin":
                origin = f"http://{request.headers.get('host', '')}"
            try:
                entry = self._entry(request.query_params.get("entry"), origin, request.headers.get("host", ""))
                made = Response(status_code=204) if request.method == "OPTIONS" else await answer(request, entry)
            except Rejected as error:
                made = _refusal(error)
                if error.code in ("unknown_entry", "origin"):
                    return made
            except ClientDisconnect:
                return Response(status_code=499)
            except CallCenterError:
                log.exception("chat_request_failed", path=request.url.path)
                made = JSONResponse({"code": "provider"}, status_code=503)
            made.headers["Content-Security-Policy"] = _POLICY
            made.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            made.headers["Access-Control-Allow-Origin"] = origin or ""
            made.headers["Vary"] = "Origin"
            if request.method == "OPTIONS":
                made.headers["Access-Control-Allow-Methods"] = "GET, POST"
                made.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
                made.headers["Access-Control-Max-Age"] = "600"
            return made

        return cross

    async def _conversation(self, request: Request, entry: ChatEntry) -> Conversation:
        """The conversation a request is about, when its pass is of the visitor in it."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        visitor = self._house.keys.pass_of(entry.id, given, self._house.clock.now_ms())
        if not visitor:
            raise Rejected("pass")
        found = await self._house.store.conversation(request.query_params.get("conversation", "")[:64])
        if found is None or (found.channel, found.visitor.id) != (self._house.name, visitor):
            raise Rejected("unknown_conversation")
        return found

    # --- lines

    async def socket(self, socket: WebSocket) -> None:
        """A widget's line as a WebSocket."""
        try:
            entry = self._entry(
                socket.query_params.get("entry"), socket.headers.get("origin"), socket.headers.get("host", "")
            )
        except Rejected:
            await socket.close(1008)
            return
        await socket.accept()
        page = self._house.new_page(entry, _address(socket.client))
        sending = asyncio.Lock()
        try:
            async with asyncio.timeout(HELLO_S) as patience:
                teller = asyncio.create_task(_tell(socket, page, sending))
                try:
                    await _listen(socket, page, sending, lambda: patience.reschedule(None))
                finally:
                    teller.cancel()
                    with suppress(asyncio.CancelledError):
                        await teller
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass  # the widget is gone, or never said who it is
        finally:
            page.leave()
            if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
                with suppress(RuntimeError):
                    await socket.close()

    async def poll(self, request: Request, entry: ChatEntry) -> Response:
        """A widget's line as requests: what it says in, what it does not have out, now or when there is something."""
        try:
            asked = fr.poll_of(await _body(request, MAX_POLL))
        except fr.BadFrame:
            raise Rejected("bad_frame") from None
        token = asked.line
        if token:
            page, lock = self._lines.get(token, (None, None))
            if page is None or lock is None or page.entry.id != entry.id or page.closed:
                return _frames(token, [fr.Bye("line_over", 500)])
        else:
            if len(asked.frames) != 1 or not isinstance(asked.frames[0], fr.Hello):
                return _frames("", [fr.Bye("hello_first", 0)])
            if len(self._lines) >= MAX_LINES:
                return _frames("", [fr.Bye("too_fast", 30_000)])
            token, lock = secrets.token_hex(16), asyncio.Lock()
            page = self._house.new_page(entry, _address(request.client))
            page.give_up = lambda: self._drop(token)
            self._lines[token] = (page, lock)
        answers: list[fr.AnyAnswer] = []
        async with lock:
            for frame in asked.frames:
                answers += await page.take(frame)
        if page.closed:
            self._drop(token)
        elif asked.wait and not answers:
            answers = await self._await_news(page, asked)
        elif not asked.line:
            answers += await page.news()
        return _frames(token, answers)

    async def _await_news(self, page: Page, asked: fr.Poll) -> list[fr.AnyAnswer]:
        """What the page does not have; a newer wait of the same page ends an older one."""
        older = self._waiting.pop(page, None)
        if older is not None:
            older.cancel()
        wait: asyncio.Task[object] = asyncio.ensure_future(page.news_there.wait())
        self._waiting[page] = wait
        try:
            if page.live is not None:
                page.line.resume(page.live.head.id, asked.conversation, asked.last, asked.rev)
            found = await page.news()
            if not found:
                await asyncio.wait({wait}, timeout=POLL_S)
                if not wait.cancelled():
                    found = await page.news()
            return found
        finally:
            wait.cancel()
            if self._waiting.get(page) is wait:
                del self._waiting[page]

    def _drop(self, token: str) -> None:
        found = self._lines.pop(token, None)
        if found is not None:
            found[0].leave()

    # --- files and transcripts

    async def upload(self, request: Request, entry: ChatEntry) -> Response:
        """``POST /files?entry&conversation&id&name``: the file as the body; it becomes a message."""
        conversation = await self._conversation(request, entry)
        key = request.query_params.get("id", "")
        if not 8 <= len(key) <= 64 or not key.replace("-", "").replace("_", "").isalnum():
            raise Rejected("bad_frame")
        visits, visitor = self._house.visits, conversation.visitor.id
        before = await visits.sent(self._house.name, visitor, key)
        if before is not None:
            return JSONResponse({"n": before.number})
        if conversation.state is ChatState.CLOSED:
            raise Rejected("conversation_closed")
        if self._house.wait_for(visitor, _address(request.client), entry):
            raise Rejected("too_fast")
        content = await _body(request, entry.limits.file_mb * 1_000_000)
        name = request.query_params.get("name", "")[:500]
        file = await self._files.keep(content, name, conversation.id, Author.VISITOR, entry.limits)
        try:
            message = await visits.send_file(conversation.id, file, key)
        except CallCenterError:
            await self._files.discard(file)
            raise
        if message.file is None or message.file.id != file.id:  # the same one came twice at once
            await self._files.discard(file)
        return JSONResponse({"n": message.number})

    async def download(self, request: Request, entry: ChatEntry) -> Response:
        """``GET /files/ID?entry&conversation``: a picture in place, anything else to be saved; nothing can run."""
        conversation = await self._conversation(request, entry)
        file = await self._house.store.file(request.path_params["file"][:64])
        if file is None or file.conversation != conversation.id:
            raise Rejected("file_missing")
        content = await self._files.read(file)
        shown = "inline" if file.ref.is_picture else "attachment"
        return Response(
            content,
            media_type=file.media_type,
            headers={
                "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
                "Cache-Control": "private, max-age=3600",
            },
        )

    async def transcript(self, request: Request, entry: ChatEntry) -> Response:
        """``GET /transcript?entry&conversation&form``: ``text`` or ``html``, to be saved."""
        conversation = await self._conversation(request, entry)
        messages = await self._house.store.messages(conversation.id, 0, 10_000)
        if request.query_params.get("form") == "html":
            made, kind, ending = transcript_html(conversation, messages, conversation.language), "text/html", "html"
        else:
            made, kind, ending = transcript_text(conversation, messages, conversation.language), "text/plain", "txt"
        named = {"Content-Disposition": f'attachment; filename="chat-{conversation.id[:8]}.{ending}"'}
        return Response(made, media_type=kind, headers=named)


async def _listen(socket: WebSocket, page: Page, sending: asyncio.Lock, greeted: Callable[[], None]) -> None:
    """Take frame after frame; the next one only once the answers to this one are on their way."""
    while not page.closed:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        for answer in await _answers(page, message.get("text") or message.get("bytes") or b""):
            async with sending:
                await socket.send_text(fr.encode(answer).decode())
        if page.visitor.id:
            greeted()


async def _answers(page: Page, data: str | bytes) -> list[fr.AnyAnswer]:
    try:
        frame = fr.frame_of(data)
    except fr.BadFrame:
        return [fr.Refused("", "bad_frame")]
    if len(data) > fr.MAX_FRAME:
        return [fr.Refused(getattr(frame, "id", ""), "text_too_long", str(fr.MAX_FRAME))]
    return await page.take(frame)


async def _tell(socket: WebSocket, page: Page, sending: asyncio.Lock) -> None:
    """Send what the page does not have, as often as there is something."""
    while True:
        await page.news_there.wait()
        async with sending:
            if page.closed:
                await socket.close()
                return
            for frame in await page.news():
                await socket.send_text(fr.encode(frame).decode())


def _address(client: object) -> str:
    return str(getattr(client, "host", "") or "")


async def _body(request: Request, most: int) -> bytes:
    """The body, cut off as soon as it is too long. Raises ``Rejected("file_too_big")``."""
    taken = bytearray()
    async for part in request.stream():
        taken += part
        if len(taken) > most:
            raise Rejected("file_too_big", str(most // 1_000_000))
    return bytes(taken)


def _frames(line: str, answers: list[fr.AnyAnswer]) -> Response:
    body = fr.encode({"line": line, "frames": answers})
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _refusal(error: Rejected) -> Response:
    return JSONResponse({"code": error.code, "detail": error.detail}, status_code=_STATUS.get(error.code, 409))
