"""One open page of a visitor, whatever its line: takes the widget's frames, tells it what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from callcenter.chat.live import LiveConversation
from callcenter.chat.webchat import frames as fr
from callcenter.chat.webchat.protocol import ServerLine
from callcenter.domain.chat import Author, ChatNews, Conversation, LeftMessage, Typing, Visitor
from callcenter.domain.config import ChatEntry
from callcenter.domain.errors import CallCenterError, Rejected

if TYPE_CHECKING:
    from callcenter.chat.webchat.channel import WebChat

AT_ONCE = 200
"""Messages given in one go; a page that takes them asks for more."""
MAX_REFUSED = 100
"""Frames in a row that came too fast: then the line ends."""
PAUSE_MS = 30_000


class Page:
    """A line with somebody at the far end. ``news_there`` is set whenever :meth:`news` may have something."""

    def __init__(self, house: WebChat, entry: ChatEntry, address: str) -> None:
        self.house = house
        self.entry = entry
        self.address = address
        self.visitor = Visitor("")
        self.language = entry.languages[0] if entry.languages else "zh"
        self.at = ""
        self.line = ServerLine(house.clock.now_ms())
        self.live: LiveConversation | None = None
        self.news_there = asyncio.Event()
        self.closed = False
        self.give_up: Callable[[], None] = lambda: self.news_there.set()
        """What ends a line that is silent."""
        self._typing: list[fr.TypingThere] = []
        self._end: Callable[[], None] = lambda: None
        self._too_fast = 0

    # --- what the widget says

    async def take(self, frame: fr.AnyFrame) -> list[fr.AnyAnswer]:
        """Do what a frame says; the direct answers to it. Nothing but a ``Hello`` is heard before one."""
        now = self.house.clock.now_ms()
        self.line.heard(now)
        if isinstance(frame, fr.Hello):
            return await self._hello(frame, now)
        if not self.visitor.id:
            return [self.end("hello_first")]
        if isinstance(frame, fr.Gone):
            return [self.end("gone")]
        wait = self.house.wait_ms(self, isinstance(frame, fr.TypingNow | fr.Seen | fr.Ping))
        id = getattr(frame, "id", "")
        if wait:
            self._too_fast += 1
            if self._too_fast > MAX_REFUSED:
                return [self.end("too_fast", PAUSE_MS)]
            return [fr.Wait(id, wait)] if id else []
        self._too_fast = 0
        try:
            return await self._do(frame)
        except Rejected as error:
            if error.code == "chat_busy":
                return [fr.Wait(id, 2_000)]
            return [fr.Refused(id, error.code, error.detail)] if id else []
        except CallCenterError:
            return [fr.Wait(id, 2_000)] if id else []

    async def _do(self, frame: fr.AnyFrame) -> list[fr.AnyAnswer]:
        match frame:
            case fr.Say():
                return await self._say(frame)
            case fr.Choose():
                return await self._choose(frame)
            case fr.Start():
                await self.house.begin(self)
                return [fr.Ack(frame.id)]
            case fr.TypingNow():
                if self.live is not None:
                    self.house.visits.typing(self.live.head.id, frame.on)
            case fr.Seen():
                if self.live is not None:
                    await self.house.visits.read(self.live.head.id, frame.n)
            case fr.Ping():
                return [fr.Pong()]
            case fr.Leave():
                await self.house.visits.close((await self._mine(frame.conversation)).id, survey=self.entry.survey)
                return [fr.Ack(frame.id)]
            case fr.Rate():
                await self.house.visits.rate((await self._mine(frame.conversation)).id, frame.score, frame.comment)
                return [fr.Ack(frame.id)]
            case fr.LeaveMessage():
                left = LeftMessage(frame.name, frame.reach, frame.text)
                await self.house.leave_message(self, left, frame.id)
                return [fr.Ack(frame.id)]
            case fr.Mail():
                await self.house.mail(self, await self._mine(frame.conversation), frame.address, frame.id)
                return [fr.Ack(frame.id)]
        return []

    async def _hello(self, frame: fr.Hello, now_ms: int) -> list[fr.AnyAnswer]:
        if frame.v != fr.VERSION:
            return [self.end("reload")]
        wait = self.house.too_many(self)
        if wait:
            return [self.end("too_fast", wait)]
        if frame.language in self.entry.languages:
            self.language = frame.language
        self.at = frame.page
        known = await self.house.recognise(self, frame.key, frame.token)
        self.line.resume(known.conversation.id if known.conversation else "", frame.conversation, frame.last)
        if known.conversation is not None:
            await self.follow(known.conversation.id)
        return [self.house.welcome(self, known)]

    async def _say(self, frame: fr.Say) -> list[fr.AnyAnswer]:
        before = await self._before(frame)
        if before is not None:
            return [before]
        conversation = await self._open(frame.conversation)
        message = await self.house.visits.say(conversation, frame.text, frame.id)
        return [fr.Ack(frame.id, message.number)]

    async def _choose(self, frame: fr.Choose) -> list[fr.AnyAnswer]:
        before = await self._before(frame)
        if before is not None:
            return [before]
        conversation = await self._open(frame.conversation)
        message = await self.house.visits.choose(conversation, frame.number, frame.choice, frame.id)
        return [fr.Ack(frame.id, message.number)]

    async def _before(self, frame: fr.Say | fr.Choose) -> fr.Ack | None:
        """The answer to what was sent before, if it was done."""
        if not frame.again:
            return None
        message = await self.house.visits.sent(self.house.name, self.visitor.id, frame.id)
        return fr.Ack(frame.id, message.number) if message is not None else None

    async def _open(self, wanted: str) -> str:
        """The conversation a message belongs into; one is begun when none is wanted and none is open."""
        if not wanted:
            return (await self.house.begin(self)).id
        if self.live is None or self.live.head.id != wanted:
            await self._mine(wanted)
            raise Rejected("conversation_closed")
        return wanted

    async def _mine(self, conversation: str) -> Conversation:
        """A conversation of this visitor, else it is as if there were none."""
        if self.live is not None and self.live.head.id == conversation:
            return self.live.head
        found = await self.house.store.conversation(conversation)
        if found is None or (found.channel, found.visitor.id) != (self.house.name, self.visitor.id):
            raise Rejected("unknown_conversation")
        return found

    # --- what the widget is told

    async def follow(self, conversation: str) -> None:
        """From now on the page shows this conversation."""
        if self.live is not None and self.live.head.id == conversation:
            return
        self._end()
        self.live, self._end = await self.house.visits.follow(conversation, self._hear)
        self.line.follow(conversation)
        self.house.came(self)
        self.news_there.set()

    async def news(self) -> list[fr.AnyAnswer]:
        """What the page does not have yet; empty when it has everything."""
        self.news_there.clear()
        live = self.live
        if live is None:
            return []
        typing: list[fr.AnyAnswer] = [*self._typing]
        self._typing.clear()
        messages = live.after(self.line.sent)
        if messages is None:
            messages = list(await self.house.store.messages(live.kept.id, self.line.sent, AT_ONCE))
        if len(messages) > AT_ONCE:
            messages = messages[:AT_ONCE]
            self.news_there.set()
        position = live.position
        wait = -1 if position is None or position.expected_ms is None else position.expected_ms
        state = fr.state_of(live.kept, -1 if position is None else position.ahead, wait)
        return [*self.line.news(state, [fr.said(message) for message in messages]), *typing]

    def end(self, code: str, ms: int = 0) -> fr.Bye:
        """The line ends after this."""
        self.closed = True
        self.news_there.set()
        return fr.Bye(code, ms)

    def leave(self) -> None:
        """The page is gone."""
        self.closed = True
        self._end()
        self.house.left(self)
        self.news_there.set()

    def _hear(self, news: ChatNews) -> None:
        if isinstance(news, Typing):
            if news.author is Author.VISITOR:
                return
            self._typing = [one for one in self._typing if one.who != news.author_id]
            self._typing.append(fr.TypingThere(news.on, news.author_id))
        self.news_there.set()


class Known(msgspec.Struct, frozen=True):
    """Who came: a new ``key`` when they had none of ours, why a token was ``refused``, and where they left off."""

    key: str = ""
    refused: str = ""
    conversation: Conversation | None = None
