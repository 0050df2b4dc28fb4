"""What the core and the desks do with chats: post, look back, listen, close. Messages are kept first and told then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from callcenter.chat.book import MAX_MESSAGES, Book
from callcenter.chat.live import Hear, LiveConversation
from callcenter.chat.silence import Silence
from callcenter.chat.text import clean, clean_line
from callcenter.chat.visits import Visits, tell_listener
from callcenter.domain.chat import (
    MAX_CHOICE,
    MAX_CHOICES,
    Author,
    Changed,
    ChatState,
    Choice,
    Conversation,
    Message,
    MessageKind,
    Position,
    ReadUpTo,
    Served,
    StoredFile,
    Typing,
)
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import ChatChannel, ChatListener, ChatStore, Clock


class Chats:
    """Everything of chats in one process. ``visits`` is the side of the channels; ``listener`` is told what they bring.

    500 messages a second are cheap: what arrives while a transaction runs goes into the next one, whole.
    """

    def __init__(self, store: ChatStore, clock: Clock, new_id: Callable[[], str]) -> None:
        self.store = store
        self.clock = clock
        self.channels: dict[str, ChatChannel] = {}
        self.listener: ChatListener = Silence()
        self._book = Book(store, clock)
        self._book.kept = self._kept
        self.visits = Visits(self._book, new_id, lambda: self.listener)

    @property
    def idle(self) -> bool:
        """Whether everything accepted is durable and told."""
        return self._book.writer.idle

    async def start(self, channels: Iterable[ChatChannel] = ()) -> None:
        """Read what is open, and let the channels begin."""
        await self._book.start()
        for channel in channels:
            self.channels[channel.name] = channel
        for channel in self.channels.values():
            await channel.start()

    async def stop(self) -> None:
        """Let the channels finish and write what was accepted."""
        for channel in self.channels.values():
            await channel.stop()
        await self._book.stop()

    # --- the talk

    async def post(
        self,
        conversation: str,
        author: Author,
        author_id: str = "",
        *,
        text: str = "",
        choices: Sequence[Choice] = (),
        file: StoredFile | None = None,
        notice: bool = False,
        secret: bool = False,
        key: str = "",
    ) -> Message:
        """Say something to the visitor; returns once it is durable, and then it is on its way.

        ``text`` with ``choices`` is a question with answers to choose from, ``notice`` tells about the conversation;
        the answer to a ``secret`` one is hidden while it is written. The same ``key`` again returns the
        message of the first time. Raises ``Rejected``: ``unknown_conversation, conversation_closed, conversation_full,
        chat_busy, text_empty, text_too_long, too_many_choices``.
        """
        if len(choices) > MAX_CHOICES:
            raise Rejected("too_many_choices", str(MAX_CHOICES))
        kind = _kind(choices, file, notice)
        message = Message(
            conversation=conversation,
            number=0,
            at_ms=0,
            author=author,
            kind=kind,
            author_id=author_id,
            text=text if kind is MessageKind.FILE else clean(text),
            choices=tuple(Choice(one.id, clean_line(one.text, MAX_CHOICE)) for one in choices),
            file=file.ref if file is not None else None,
            key=key,
            secret=secret,
        )
        live = await self._book.live(conversation)
        live.typing.discard((author, author_id))  # a message ends it
        return await asyncio.shield(self._book.add(live, message, file))

    async def close(self, conversation: str, reason: str, *, survey: bool = False) -> Conversation:
        """End it; the visitor is asked for a rating when ``survey``. Twice is the same as once; the first reason stays.

        Raises ``Rejected("unknown_conversation")``.
        """
        live = await self._book.live(conversation)
        if live.head.state is ChatState.CLOSED:
            return live.head
        live.position = None
        live.typing.clear()

        def tell(live: LiveConversation) -> None:
            live.tell(Changed(live.kept))
            self._channel(live, lambda channel: channel.close(live.kept))

        now = self.clock.now_ms()
        return await asyncio.shield(self._book.change(live, tell, closed_ms=now, close_reason=reason, survey=survey))

    async def read(self, conversation: str, number: int) -> None:
        """Our side has seen everything up to ``number``. Raises ``Rejected("unknown_conversation")``."""
        live = await self._book.live(conversation)
        number = min(number, live.head.last)
        if number <= live.head.agent_read:
            return

        def tell(live: LiveConversation) -> None:
            live.tell(ReadUpTo(Author.AGENT, number))
            self._channel(live, lambda channel: channel.read(live.kept))

        await asyncio.shield(self._book.change(live, tell, agent_read=number))

    def typing(self, conversation: str, author: Author, author_id: str, on: bool) -> None:
        """Our side types (good for ``TYPING_MS``, then it is said again), or stopped; told of open conversations."""
        live = self._book.at_hand(conversation)
        if live is None or live.head.state is ChatState.CLOSED or not live.types(Typing(author, on, author_id)):
            return
        self._channel(live, lambda channel: channel.typing(live.kept, author_id, on))

    def position(self, conversation: str, position: Position | None) -> None:
        """The visitor's place in the queue, or None: served, or waiting no more. The same again is told to nobody."""
        live = self._book.at_hand(conversation)
        if live is None or live.head.state is ChatState.CLOSED or live.position == position:
            return
        live.position = position
        live.tell(position if position is not None else Served())
        self._channel(live, lambda channel: channel.position(live.kept, position))

    # --- looking

    async def history(self, conversation: str, after: int = 0, limit: int = 1_000) -> Sequence[Message]:
        """Messages with a number above ``after``, in order."""
        return await self._book.history(conversation, after, limit)

    async def conversation(self, conversation: str) -> Conversation | None:
        """One conversation as it is kept."""
        live = self._book.at_hand(conversation)
        return live.kept if live is not None else await self.store.conversation(conversation)

    def open_conversations(self) -> list[Conversation]:
        """All that are not closed."""
        return [live.kept for live in self._book.open()]

    def is_here(self, conversation: str) -> bool:
        """Whether the visitor has it open somewhere."""
        live = self._book.at_hand(conversation)
        return live is not None and live.here

    async def subscribe(self, conversation: str, hear: Hear) -> Callable[[], None]:
        """Tell ``hear`` everything new of a conversation, at once and on the loop; it must not block.

        Returns what ends it. Messages come in order and each once; ask :meth:`history` for those before. Raises
        ``Rejected("unknown_conversation")``.
        """
        live = await self._book.live(conversation)
        leave = live.hear(hear)

        def end() -> None:
            leave()
            self._book.let_go(live)

        return end

    async def retell(self, known: Mapping[str, int]) -> None:
        """After a restart: tell the listener of what it does not know yet.

        ``known`` has the conversations it knows, each with the number of the last message it was told. Of open
        conversations that are not in it, ``opened`` is told first.
        """
        for live in self._book.open():
            if live.kept.id not in known:
                self.listener.opened(live.kept)
            for message in await self.history(live.kept.id, known.get(live.kept.id, 0), MAX_MESSAGES):
                if message.author is Author.VISITOR:
                    tell_listener(self.listener, live.kept, message)

    # ---

    def _kept(self, live: LiveConversation, message: Message) -> None:
        if message.author is Author.VISITOR:
            tell_listener(self.listener, live.kept, message)
        else:
            self._channel(live, lambda channel: channel.send(live.kept, message))

    def _channel(self, live: LiveConversation, do: Callable[[ChatChannel], None]) -> None:
        channel = self.channels.get(live.kept.channel)
        if channel is not None:
            do(channel)


def _kind(choices: Sequence[Choice], file: StoredFile | None, notice: bool) -> MessageKind:
    if file is not None:
        return MessageKind.FILE
    if choices:
        return MessageKind.CHOICES
    return MessageKind.NOTICE if notice else MessageKind.TEXT
