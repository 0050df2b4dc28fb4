"""Conversations in memory and on their way to the store: accepts, numbers, keeps, and then tells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from callcenter.chat.live import LiveConversation
from callcenter.chat.writer import GroupWriter, Write
from callcenter.domain.chat import ChatState, Conversation, Message, StoredFile
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import ChatStore, Clock

MAX_MESSAGES = 10_000
"""In one conversation; whoever goes on begins a new one."""
_PAGE = 1_000

Kept = Callable[[LiveConversation, Message], None]
Then = Callable[[LiveConversation], None]
"""Tells what has become durable: called in the order in which things were accepted."""


class Book:
    """Numbers are given when something is accepted, and told when it is durable. One process, one book.

    Open conversations stay in memory; a closed one stays while somebody listens. ``kept`` is called with each message
    once it is durable, in order.
    """

    def __init__(self, store: ChatStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.writer = GroupWriter(store)
        self.kept: Kept = lambda live, message: None
        self._live: dict[str, LiveConversation] = {}
        self._open_of: dict[tuple[str, str], str] = {}
        self._loading: dict[str, asyncio.Future[LiveConversation]] = {}

    async def start(self) -> None:
        """Read what is open, and begin to write."""
        for conversation in await self.store.open_conversations():
            self._add(LiveConversation(conversation, await self._all_messages(conversation.id)))
        self.writer.start()

    async def stop(self) -> None:
        """Write what was accepted."""
        await self.writer.stop()

    def open(self) -> list[LiveConversation]:
        """All open conversations."""
        return [live for live in self._live.values() if live.head.state is ChatState.OPEN]

    def open_of(self, channel: str, visitor: str) -> LiveConversation | None:
        """The visitor's open conversation, accepted or kept already."""
        found = self._open_of.get((channel, visitor))
        return self._live[found] if found is not None else None

    def at_hand(self, conversation: str) -> LiveConversation | None:
        """A conversation that is in memory; all open ones are."""
        return self._live.get(conversation)

    async def live(self, conversation: str) -> LiveConversation:
        """A conversation, read from the store if need be. Raises ``Rejected("unknown_conversation")``."""
        found = self._live.get(conversation)
        if found is not None and not found.stale:
            return found
        if conversation in self._loading:
            return await asyncio.shield(self._loading[conversation])
        loading = asyncio.get_running_loop().create_task(self._load(conversation))
        self._loading[conversation] = loading
        loading.add_done_callback(lambda _: self._loading.pop(conversation, None))
        return await asyncio.shield(loading)

    def new(
        self, conversation: Conversation, then: Then, *, quiet: bool = False
    ) -> tuple[LiveConversation, asyncio.Future[Conversation]]:
        """Accept a new conversation. Once it is durable ``then`` is called and the future is done.

        Of a ``quiet`` one no message is told to the core. Raises ``Rejected("chat_busy")``.
        """
        live = LiveConversation(conversation)
        live.quiet = quiet
        done: asyncio.Future[Conversation] = asyncio.get_running_loop().create_future()

        def kept() -> None:
            _settle(done, live.kept)
            then(live)

        def failed(error: Exception) -> None:
            self._forget(live)
            _fail(done, error)

        self.writer.add(Write(conversation.id, kept, failed, conversation=conversation))
        self._add(live)
        return live, done

    def add(self, live: LiveConversation, message: Message, file: StoredFile | None = None) -> asyncio.Future[Message]:
        """Accept a message; its number and time are given here. The same key again is the same message.

        Raises ``Rejected``: ``conversation_closed``, ``conversation_full``, ``chat_busy``.
        """
        same = self.same(live, message.key)
        if same is not None:
            return same
        if live.head.state is ChatState.CLOSED:
            raise Rejected("conversation_closed")
        if live.head.last >= MAX_MESSAGES:
            raise Rejected("conversation_full")
        number = live.head.last + 1
        message = msgspec.structs.replace(message, number=number, at_ms=self.clock.now_ms())
        done: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def kept() -> None:
            live.kept = msgspec.structs.replace(live.kept, last=number)
            live.tail.append(message)
            if message.key:
                live.keys[message.key] = number
                live.pending.pop(message.key, None)
            _settle(done, message)
            live.tell(message)
            if not live.quiet:
                self.kept(live, message)

        self.writer.add(Write(live.head.id, kept, self._failing(live, done), message=message, file=file))
        live.head = msgspec.structs.replace(live.head, last=number)
        if message.key:
            live.pending[message.key] = done
        return done

    def same(self, live: LiveConversation, key: str) -> asyncio.Future[Message] | None:
        """The message of this key, if it was accepted before."""
        if not key:
            return None
        if key in live.pending:
            return live.pending[key]
        if key not in live.keys:
            return None
        return asyncio.ensure_future(self._kept_message(live.kept.id, live.keys[key]))

    def change(self, live: LiveConversation, then: Then, **changes: Any) -> asyncio.Future[Conversation]:
        """Accept another state of the conversation. Once it is durable ``then`` is called and the future is done."""
        done: asyncio.Future[Conversation] = asyncio.get_running_loop().create_future()
        head = msgspec.structs.replace(live.head, **changes)

        def kept() -> None:
            live.kept = msgspec.structs.replace(live.kept, **changes)
            _settle(done, live.kept)
            then(live)
            self.let_go(live)

        self.writer.add(Write(head.id, kept, self._failing(live, done), conversation=head))
        before = (live.head.channel, live.head.visitor.id)
        live.head = head
        self._file_under(live, before)
        return done

    def let_go(self, live: LiveConversation) -> None:
        """Nobody listens any more: a closed conversation leaves memory."""
        if not live.heard and live.kept.state is ChatState.CLOSED:
            self._forget(live)

    async def history(self, conversation: str, after: int, limit: int = _PAGE) -> Sequence[Message]:
        """Messages above ``after``, in order."""
        live = self._live.get(conversation)
        found = live.after(after) if live is not None and not live.stale else None
        return found[:limit] if found is not None else await self.store.messages(conversation, after, limit)

    async def _kept_message(self, conversation: str, number: int) -> Message:
        return (await self.history(conversation, number - 1, 1))[0]

    async def _load(self, conversation: str) -> LiveConversation:
        kept = await self.store.conversation(conversation)
        if kept is None:
            raise Rejected("unknown_conversation")
        messages = await self._all_messages(conversation)
        live = self._live.get(conversation)
        if live is None:
            live = LiveConversation(kept, messages)
        elif live.stale:
            live.load(kept, messages)
        self._add(live)
        return live

    async def _all_messages(self, conversation: str) -> list[Message]:
        found: list[Message] = []
        while page := await self.store.messages(conversation, len(found), _PAGE):
            found += page
            if len(page) < _PAGE:
                break
        return found

    def _add(self, live: LiveConversation) -> None:
        self._live[live.head.id] = live
        self._file_under(live, (live.head.channel, live.head.visitor.id))

    def _file_under(self, live: LiveConversation, before: tuple[str, str]) -> None:
        """Find open conversations by their visitor."""
        if self._open_of.get(before) == live.head.id:
            del self._open_of[before]
        if live.head.state is ChatState.OPEN:
            self._open_of[(live.head.channel, live.head.visitor.id)] = live.head.id

    def _forget(self, live: LiveConversation) -> None:
        self._live.pop(live.head.id, None)
        key = (live.head.channel, live.head.visitor.id)
        if self._open_of.get(key) == live.head.id:
            del self._open_of[key]

    def _failing(self, live: LiveConversation, done: asyncio.Future[Any]) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            live.stale = True  # what is in memory is more than what is kept: read it again before the next use
            _fail(done, error)

        return failed


def _settle(done: asyncio.Future[Any], value: Any) -> None:
    if not done.done():
        done.set_result(value)


def _fail(done: asyncio.Future[Any], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
        done.exception()  # whoever waits is told; that nobody waits is no trouble
