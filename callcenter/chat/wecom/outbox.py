"""Sends: for each customer one after the other, again while WeCom is away, and never past what WeCom allows."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

from callcenter.chat.visits import Visits
from callcenter.chat.wecom.client import WeComClient, WeComError
from callcenter.chat.wecom.outgoing import Payload, last_word, message_id, payloads_of
from callcenter.chat.wecom.refusals import SESSION, refusal_of
from callcenter.chat.wecom.window import Window
from callcenter.domain.chat import Conversation, Message, StoredFile
from callcenter.domain.errors import CallCenterError, ProviderError, Rejected
from callcenter.domain.ports import Clock

log = structlog.get_logger(__name__)

WAITS_MS = (1_000, 4_000, 15_000, 60_000, 240_000)
"""Between one try and the next; then the message is given up, and our side is told."""
STOP_S = 5.0
BY_ASSISTANT = 1
OVER = 4
_ON_EVENT = ("text", "msgmenu")
"""What a greeting or a last word may be."""

Job = Callable[[], Awaitable[None]]


def address_of(visitor: str) -> dict[str, str]:
    """Whom a visitor's id stands for at WeCom."""
    user, _, kfid = visitor.partition("@")
    return {"touser": user, "open_kfid": kfid}


class Outbox:
    """``windows`` has what is known of each customer who is talked to; ``content`` reads a file of ours."""

    def __init__(
        self,
        client: WeComClient,
        visits: Visits,
        clock: Clock,
        windows: dict[str, Window],
        content: Callable[[str], Awaitable[tuple[StoredFile, bytes]]],
    ) -> None:
        self._client, self._visits, self._clock = client, visits, clock
        self._windows, self._content = windows, content
        self._jobs: dict[str, deque[Job]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def send(self, conversation: Conversation, message: Message) -> None:
        """Forward a message."""
        self._add(conversation.visitor.id, lambda: self._forward(conversation, message))

    def finish(self, conversation: Conversation, code: str = "") -> None:
        """Say that it is over, and end WeCom's session; ``code`` came when it was ended over there."""
        self._add(conversation.visitor.id, lambda: self._finish(conversation, code))

    async def idle(self) -> None:
        """Return when nothing waits to be sent."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def stop(self) -> None:
        """Let what is being sent be sent; what waits for WeCom is sent after the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=STOP_S)
        for task in list(self._tasks.values()):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    # --- one after the other

    def _add(self, visitor: str, job: Job) -> None:
        self._jobs.setdefault(visitor, deque()).append(job)
        if visitor not in self._tasks:
            self._tasks[visitor] = asyncio.get_running_loop().create_task(self._work(visitor), name="wecom-outbox")

    async def _work(self, visitor: str) -> None:
        jobs = self._jobs[visitor]
        try:
            while jobs:
                try:
                    await jobs.popleft()()
                except CallCenterError:
                    log.exception("wecom_outbox_failed")
        finally:
            del self._tasks[visitor]
            del self._jobs[visitor]

    async def _forward(self, conversation: Conversation, message: Message) -> None:
        window = self._windows.setdefault(conversation.visitor.id, Window())
        try:
            payloads = await self._payloads(message)
            why = "" if self._may_greet(window, payloads) else window.refusal(self._clock.now_ms(), len(payloads))
            for part, payload in enumerate(payloads if not why else ()):
                id = message_id(conversation.id, message.number, part)
                await self._insist(lambda payload=payload, id=id: self._send(conversation, window, payload, id))  # type: ignore[misc]
        except WeComError as error:
            why = refusal_of(error.code)
        except ProviderError:
            why = "unreachable"
        except Rejected as refused:
            why = refused.code
        if why:
            await self._visits.undelivered(conversation.id, message.number, why)
        await self._visits.delivered(conversation.id, message.number)

    async def _payloads(self, message: Message) -> list[Payload]:
        if message.file is None:
            return payloads_of(message)
        file, content = await self._content(message.file.id)
        kind = "image" if file.ref.is_picture else "file"

        async def upload() -> dict[str, Any]:
            return {"media_id": await self._client.upload(kind, file.name, content, file.media_type)}

        return [Payload(kind, await self._insist(upload))]

    def _may_greet(self, window: Window, payloads: list[Payload]) -> bool:
        return len(payloads) == 1 and payloads[0].kind in _ON_EVENT and bool(window.greeting(self._clock.now_ms()))

    async def _send(self, conversation: Conversation, window: Window, payload: Payload, id: str) -> dict[str, Any]:
        """As the greeting while there is a code for it, else as one of the five."""
        if self._may_greet(window, [payload]):
            code = window.greeting(self._clock.now_ms())
            try:
                answer = await self._client.call("kf/send_msg_on_event", payload.to({"code": code, "msgid": id}))
            except WeComError as error:
                if error.retryable:
                    raise
                window.greeted()
                log.info("wecom_greeting_refused", contact=conversation.id, code=error.code)
            else:
                window.greeted()
                return answer
        request = payload.to({**address_of(conversation.visitor.id), "msgid": id})
        try:
            answer = await self._client.call("kf/send_msg", request)
        except WeComError as error:
            if error.code != SESSION:
                raise
            await self._move(conversation, BY_ASSISTANT)  # nobody over there serves it: we do
            answer = await self._client.call("kf/send_msg", request)
        window.used()
        return answer

    async def _finish(self, conversation: Conversation, code: str) -> None:
        window = self._windows.pop(conversation.visitor.id, Window())
        payload, id = last_word(conversation), message_id(conversation.id, 0)
        try:
            if not code and not window.greeting(self._clock.now_ms()):
                answer = await self._insist(lambda: self._move(conversation, OVER))
                code = str(answer.get("msg_code", ""))
            if code:
                request = payload.to({"code": code, "msgid": id})
                await self._insist(lambda: self._client.call("kf/send_msg_on_event", request))
            elif not window.refusal(self._clock.now_ms()):
                await self._insist(lambda: self._send(conversation, window, payload, id))
        except ProviderError as error:
            log.info("wecom_last_word_not_said", contact=conversation.id, why=str(error))

    async def _move(self, conversation: Conversation, state: int) -> dict[str, Any]:
        who = address_of(conversation.visitor.id)
        body = {"open_kfid": who["open_kfid"], "external_userid": who["touser"], "service_state": state}
        return await self._client.call("kf/service_state/trans", body)

    async def _insist(self, do: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Do it, again and again while WeCom is busy or away; the last error is raised."""
        for wait_ms in WAITS_MS:
            try:
                return await do()
            except ProviderError as error:
                if not error.retryable:
                    raise
                log.warning("wecom_send_waits", why=str(error), wait_ms=wait_ms)
                await self._clock.sleep_until(self._clock.now_ms() + wait_ms)
        return await do()
