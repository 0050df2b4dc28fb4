"""What channels do with chats: a visitor begins, writes, chooses, sends files, reads, leaves, rates."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from callcenter.chat.book import Book
from callcenter.chat.live import Hear, LiveConversation
from callcenter.chat.text import clean, clean_line
from callcenter.domain.chat import (
    MAX_SCORE,
    MAX_TEXT,
    Author,
    Changed,
    ChatState,
    Chosen,
    Conversation,
    FileRef,
    LeftMessage,
    Message,
    MessageKind,
    Presence,
    ReadUpTo,
    StoredFile,
    Typing,
    Visitor,
)
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import ChatListener

Veil = Callable[[str, str], str]
"""(conversation, text) → what is kept of it."""
MAX_COMMENT = 1_000
MAX_PAGE = 500
MAX_LEFT = 3_500
"""Characters of a message left; with name and address it is one message."""


class Visits:
    """The visitors' side of :class:`callcenter.chat.service.Chats`. What is said is durable before it is told.

    Every ``key`` is the sender's own name of what it sends: again is not twice.
    """

    def __init__(self, book: Book, new_id: Callable[[], str], listener: Callable[[], ChatListener]) -> None:
        self._book = book
        self._new_id = new_id
        self._listener = listener
        self.veil: Veil = lambda conversation, text: text
        """Says what is kept of what a visitor writes."""

    # --- finding

    async def current(self, channel: str, visitor: str) -> Conversation | None:
        """The visitor's open conversation, else the last one that was closed, else None."""
        live = self._book.open_of(channel, visitor)
        if live is not None:
            return (await self._book.live(live.head.id)).head
        return await self._book.store.latest_of(channel, visitor)

    async def live(self, conversation: str) -> LiveConversation:
        """The conversation in memory. Raises ``Rejected("unknown_conversation")``."""
        return await self._book.live(conversation)

    async def follow(self, conversation: str, hear: Hear) -> tuple[LiveConversation, Callable[[], None]]:
        """Tell ``hear`` what is new, for one page of the visitor; returns what ends it."""
        live = await self._book.live(conversation)
        leave = live.hear(hear)

        def end() -> None:
            leave()
            self._book.let_go(live)

        return live, end

    # --- the talk

    async def begin(self, channel: str, entry: str, visitor: Visitor, language: str, page: str = "") -> Conversation:
        """The visitor's open conversation, or a new one. Raises ``Rejected("chat_busy")``."""
        found = self._book.open_of(channel, visitor.id)
        if found is not None:
            return (await self._book.live(found.head.id)).head
        fresh = self._fresh(channel, entry, visitor, language, page)
        _, done = self._book.new(fresh, lambda live: self._listener().opened(live.kept))
        return await asyncio.shield(done)

    async def say(self, conversation: str, text: str, key: str) -> Message:
        """The visitor wrote. Raises ``Rejected``: ``text_empty, text_too_long, conversation_closed, …``."""
        live = await self._book.live(conversation)
        live.typing.discard((Author.VISITOR, ""))  # a message ends it
        same = self._book.same(live, key)
        if same is not None:
            return await asyncio.shield(same)
        return await self._add(live, _by_visitor(conversation, key, text=self.veil(conversation, clean(text))))

    async def choose(self, conversation: str, number: int, choice: str, key: str) -> Message:
        """The visitor chose an answer of question ``number``. Raises ``Rejected``: ``unknown_choice, …``."""
        live = await self._book.live(conversation)
        question = live.by_number(number)
        if question is None:
            question = next(iter(await self._book.history(conversation, number - 1, 1)), None)
        text = next((one.text for one in question.choices if one.id == choice), None) if question is not None else None
        if text is None:
            raise Rejected("unknown_choice")
        return await self._add(live, _by_visitor(conversation, key, text=text, chosen=Chosen(number, choice)))

    async def send_file(self, conversation: str, file: StoredFile, key: str) -> Message:
        """The visitor sent a file that is checked and in its place already."""
        live = await self._book.live(conversation)
        return await self._add(live, _by_visitor(conversation, key, kind=MessageKind.FILE, file=file.ref), file)

    async def sent(self, channel: str, visitor: str, key: str) -> Message | None:
        """What this visitor sent under this key before, in whichever conversation, kept or about to be."""
        latest = await self.current(channel, visitor)
        if latest is not None:
            found = self._book.same(await self._book.live(latest.id), key)
            if found is not None:
                return await asyncio.shield(found)
        return await self._book.store.message_of(channel, visitor, key)

    def typing(self, conversation: str, on: bool) -> None:
        """The visitor types (good for ``TYPING_MS``, then it is said again), or stopped."""
        live = self._book.at_hand(conversation)
        if live is None or live.head.state is ChatState.CLOSED or not live.types(Typing(Author.VISITOR, on)):
            return
        self._listener().typing(live.kept, on)

    async def read(self, conversation: str, number: int) -> None:
        """The visitor has seen everything up to ``number``."""
        live = await self._book.live(conversation)
        number = min(number, live.kept.last)
        if number <= live.head.visitor_read:
            return

        def tell(live: LiveConversation) -> None:
            live.tell(ReadUpTo(Author.VISITOR, number))
            self._listener().read(live.kept)

        await asyncio.shield(self._book.change(live, tell, visitor_read=number))

    async def close(self, conversation: str, *, survey: bool = True) -> Conversation:
        """The visitor ends it, and is asked for a rating when ``survey`` and anything was said. Twice is once."""
        live = await self._book.live(conversation)
        if live.head.state is ChatState.CLOSED:
            return live.head
        return await self._change(
            live,
            lambda: self._listener().closed(live.kept),
            closed_ms=self._book.clock.now_ms(),
            close_reason="visitor",
            survey=survey and live.head.last > 0,
        )

    async def rate(self, conversation: str, score: int, comment: str = "") -> Conversation:
        """How content the visitor is, 1..5, once. Raises ``Rejected``: ``bad_score``, ``not_asked``."""
        live = await self._book.live(conversation)
        if not 1 <= score <= MAX_SCORE:
            raise Rejected("bad_score")
        if live.head.score:
            return live.head
        if not live.head.survey:
            raise Rejected("not_asked")
        comment = clean(comment, MAX_COMMENT) if comment.strip() else ""
        return await self._change(live, lambda: self._listener().rated(live.kept), score=score, comment=comment)

    # --- who, and whether they are there

    def suppose_here(self, conversation: str) -> None:
        """After a restart: nobody knows yet, so nobody is told."""
        live = self._book.at_hand(conversation)
        if live is not None:
            live.here = True

    def present(self, conversation: str, here: bool) -> None:
        """The visitor has it open somewhere, or nowhere any more; told when it changes."""
        live = self._book.at_hand(conversation)
        if live is None or live.here == here:
            return
        live.here = here
        if live.head.state is ChatState.CLOSED:
            return
        live.tell(Presence(here))
        if here:
            self._listener().returned(live.kept)
        else:
            self.typing(conversation, False)
            self._listener().left(live.kept)

    async def identify(self, conversation: str, visitor: Visitor) -> Conversation:
        """Who had been anonymous signed in at the bank's site; from now on the conversation is theirs."""
        live = await self._book.live(conversation)
        if live.head.visitor == visitor:
            return live.head
        return await self._change(live, lambda: self._listener().identified(live.kept), visitor=visitor)

    async def leave_message(
        self, channel: str, entry: str, visitor: Visitor, language: str, left: LeftMessage, key: str, page: str = ""
    ) -> Message:
        """Keep a message left when nobody is there: a conversation of its own, closed once it was told.

        Raises ``Rejected``: ``reach_missing, text_empty, text_too_long, chat_busy``.
        """
        left = LeftMessage(clean_line(left.name), clean_line(left.reach), clean(left.text, MAX_LEFT))
        if not left.reach:
            raise Rejected("reach_missing")
        same = await self.sent(channel, visitor.id, key)
        if same is not None:
            return same
        live, _ = self._book.new(self._fresh(channel, entry, visitor, language, page), lambda _: None, quiet=True)
        message = await self._add(live, _by_visitor(live.head.id, key, text=_written(left)))
        # Closed only then: were we to die in between, it would be found open and told as a chat.
        self._listener().left_message(live.kept, left)
        await self._change(live, lambda: None, closed_ms=self._book.clock.now_ms(), close_reason="message_left")
        return message

    # --- what a channel that forwards messages says of them

    async def delivered(self, conversation: str, number: int) -> None:
        """Everything up to ``number`` has been forwarded, or given up."""
        live = await self._book.live(conversation)
        if number > live.head.delivered:
            await asyncio.shield(self._book.change(live, lambda _: None, delivered=number))

    async def undelivered(self, conversation: str, number: int, code: str) -> None:
        """Message ``number`` did not reach the visitor and will not; told once in the life of a process."""
        live = await self._book.live(conversation)
        message = next(iter(await self._book.history(conversation, number - 1, 1)), None)
        if message is not None and number not in live.lost:
            live.lost.add(number)
            self._listener().undelivered(live.kept, message, code)

    def _fresh(self, channel: str, entry: str, visitor: Visitor, language: str, page: str) -> Conversation:
        return Conversation(
            id=self._new_id(),
            channel=channel,
            entry=entry,
            visitor=visitor,
            language=language,
            opened_ms=self._book.clock.now_ms(),
            page=clean_line(page, MAX_PAGE),
        )

    async def _change(self, live: LiveConversation, tell: Callable[[], None], **changes: Any) -> Conversation:
        """Keep another state, then tell it to who listens to the conversation, and ``tell`` the core."""

        def then(live: LiveConversation) -> None:
            live.tell(Changed(live.kept))
            tell()

        return await asyncio.shield(self._book.change(live, then, **changes))

    async def _add(self, live: LiveConversation, message: Message, file: StoredFile | None = None) -> Message:
        return await asyncio.shield(self._book.add(live, message, file))


def tell_listener(listener: ChatListener, conversation: Conversation, message: Message) -> None:
    """Tell a visitor's message by its kind."""
    if message.chosen is not None:
        listener.chose(conversation, message)
    elif message.file is not None:
        listener.sent_file(conversation, message)
    else:
        listener.said(conversation, message)


def _written(left: LeftMessage) -> str:
    """A left message as it stands in the conversation, never longer than a message may be."""
    head = " · ".join(part for part in (left.name, left.reach) if part)
    return f"{head}\n{left.text}"[:MAX_TEXT]


def _by_visitor(
    conversation: str,
    key: str,
    *,
    text: str = "",
    kind: MessageKind = MessageKind.TEXT,
    chosen: Chosen | None = None,
    file: FileRef | None = None,
) -> Message:
    return Message(
        conversation=conversation,
        number=0,
        at_ms=0,
        author=Author.VISITOR,
        kind=kind,
        text=text,
        chosen=chosen,
        file=file,
        key=key,
    )
