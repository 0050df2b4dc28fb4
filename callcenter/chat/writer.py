"""Writes what several conversations bring, many at a time: one transaction for all that came while the last one ran."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from prometheus_client import Histogram

from callcenter.domain.chat import ChatWrites, Conversation, Message, StoredFile
from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.ports import ChatStore

log = structlog.get_logger(__name__)

MAX_BATCH = 256
MAX_WAITING = 20_000
"""More than that is not taken: the database has been away for a while, and memory ends too."""
RETRY_FIRST_S = 0.05
RETRY_MOST_S = 2.0

_batch = Histogram(
    "callcenter_chat_batch", "Chat writes in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)


@dataclass(frozen=True, slots=True)
class Write:
    """One thing to keep. ``kept`` is called once it is durable, ``failed`` when it can not be; both on the loop."""

    of: str
    """The conversation it belongs to."""
    kept: Callable[[], None]
    failed: Callable[[Exception], None]
    conversation: Conversation | None = None
    message: Message | None = None
    file: StoredFile | None = None


class GroupWriter:
    """The one writer of chats. What is added is written in order; nothing is told before it is durable."""

    def __init__(self, store: ChatStore) -> None:
        self._store = store
        self._waiting: list[Write] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether everything is written."""
        return self._idle.is_set()

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="chat-writer")

    async def stop(self) -> None:
        """Write what has come, and end."""
        if self._task is None:
            return
        await self._idle.wait()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    def add(self, write: Write) -> None:
        """Take something to keep. Raises ``Rejected("chat_busy")`` when far too much waits already."""
        if len(self._waiting) >= MAX_WAITING:
            raise Rejected("chat_busy")
        self._waiting.append(write)
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._write(batch)
            self._idle.set()

    async def _write(self, batch: list[Write]) -> None:
        _batch.observe(len(batch))
        try:
            await self._insist(_joined(batch))
        except Exception as error:
            await self._write_apart(batch, error)
        else:
            for write in batch:
                write.kept()

    async def _write_apart(self, batch: list[Write], error: Exception) -> None:
        """What can not be written takes no other conversation with it."""
        ids = list(dict.fromkeys(write.of for write in batch))
        if len(ids) > 1:
            for one in ids:
                await self._write([write for write in batch if write.of == one])
            return
        # what waits behind it counts on it: numbers would have a gap
        behind = [write for write in self._waiting if write.of == ids[0]]
        self._waiting = [write for write in self._waiting if write.of != ids[0]]
        log.error("chat_not_writable", conversation=ids[0], lost=len(batch) + len(behind), exc_info=error)
        for write in (*batch, *behind):
            write.failed(error)

    async def _insist(self, writes: ChatWrites) -> None:
        """Write, again and again while the database is away."""
        wait_s = RETRY_FIRST_S
        while True:
            try:
                await self._store.write(writes)
            except ProviderError as error:
                if not error.retryable:
                    raise
                log.error("chat_waits_for_database", why=str(error), waiting=len(self._waiting))  # noqa: TRY400
                await asyncio.sleep(wait_s)
                wait_s = min(RETRY_MOST_S, wait_s * 2)
            else:
                return


def _joined(batch: list[Write]) -> ChatWrites:
    """One write of everything; of a conversation its newest state."""
    conversations = {write.conversation.id: write.conversation for write in batch if write.conversation is not None}
    return ChatWrites(
        tuple(conversations.values()),
        tuple(write.message for write in batch if write.message is not None),
        tuple(write.file for write in batch if write.file is not None),
    )
