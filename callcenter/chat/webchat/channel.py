"""The web chat as a channel: who is here, who comes back, what may begin. Fills ``ChatChannel``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from callcenter.chat.service import Chats
from callcenter.chat.transcript import transcript_html, transcript_text
from callcenter.chat.webchat import frames as fr
from callcenter.chat.webchat.files import TYPES
from callcenter.chat.webchat.hours import at_work
from callcenter.chat.webchat.keys import VisitorKeys
from callcenter.chat.webchat.limits import Buckets, Counted
from callcenter.chat.webchat.page import Known, Page
from callcenter.domain.chat import (
    MAX_TEXT,
    Abilities,
    Changed,
    ChatNews,
    ChatState,
    Conversation,
    LeftMessage,
    Message,
    Position,
    Visitor,
)
from callcenter.domain.config import CenterConfig, ChatEntry
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import TranscriptMailer, VisitorTokens

AWAY_MS = 10_000
"""Whoever has no page open for so long has left: a reload or a walk through the site is no leaving."""
RECENT_MS = 24 * 3_600_000
"""A closed conversation is shown again to who comes back within that time."""
TICK_MS = 1_000
WHISPERS_A_MINUTE = 240
HELLOS_A_MINUTE = 240
LINES_OF_VISITOR = 20
LINES_A_CONVERSATION = 10
"""Lines an address may have, for each conversation it may have open."""
_KEPT_MAILS = 5_000


class WebChat:
    """``entries`` and calendars are read anew whenever somebody comes, so that a change applies at once."""

    name = "web"
    abilities = Abilities()

    def __init__(
        self,
        chats: Chats,
        config: Callable[[], CenterConfig],
        keys: VisitorKeys,
        tokens: VisitorTokens,
        mailer: TranscriptMailer | None = None,
    ) -> None:
        self.chats = chats
        self.visits = chats.visits
        self.store = chats.store
        self.clock = chats.clock
        self.keys = keys
        self._config = config
        self._tokens = tokens
        self._mailer = mailer
        self._pages: dict[str, list[Page]] = {}
        self._gone: dict[str, int] = {}
        self._lines, self._open = Counted(), Counted()
        self._taken: dict[Page, Callable[[], None]] = {}
        self._messages, self._whispers, self._hellos = Buckets(), Buckets(), Buckets()
        self._mailed: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    # --- the channel

    async def start(self) -> None:
        """See ``ChatChannel.start``. Whoever does not come back within ``AWAY_MS`` has left."""
        now = self.clock.now_ms()
        for conversation in self.chats.open_conversations():
            if conversation.channel == self.name:
                self.visits.suppose_here(conversation.id)
                self._gone[conversation.id] = now + AWAY_MS
        self._task = asyncio.get_running_loop().create_task(self._tick(), name="web-chat")

    async def stop(self) -> None:
        """See ``ChatChannel.stop``."""
        for page in [page for pages in self._pages.values() for page in pages]:
            page.closed = True
            page.news_there.set()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    # Pages follow the conversation themselves: what is kept and told reaches them without a word from here.

    def send(self, conversation: Conversation, message: Message) -> None:
        """See ``ChatChannel.send``."""

    def typing(self, conversation: Conversation, author_id: str, on: bool) -> None:
        """See ``ChatChannel.typing``."""

    def read(self, conversation: Conversation) -> None:
        """See ``ChatChannel.read``."""

    def position(self, conversation: Conversation, position: Position | None) -> None:
        """See ``ChatChannel.position``."""

    def close(self, conversation: Conversation) -> None:
        """See ``ChatChannel.close``."""

    # --- who comes

    def entry(self, id: str) -> ChatEntry | None:
        """A configured entry."""
        return self._config().chat_entries.get(id)

    def new_page(self, entry: ChatEntry, address: str) -> Page:
        """A page whose widget has not said hello yet."""
        page = Page(self, entry, address)
        self._taken[page] = self._lines.enter(address)
        return page

    def too_many(self, page: Page) -> int:
        """0, or the ms after which an address that has too many lines, or opens them too fast, may try again."""
        most = page.entry.limits.address_conversations * LINES_A_CONVERSATION
        if self._lines.of(page.address) > most:
            return 30_000
        return self._hellos.take(page.address, max(HELLOS_A_MINUTE, most), self.clock.now_ms())

    def wait_ms(self, page: Page, whisper: bool) -> int:
        """0, or how many ms the visitor or their address must wait for the next frame."""
        if whisper:
            return self._whispers.take(page.visitor.id, WHISPERS_A_MINUTE, self.clock.now_ms())
        return self.wait_for(page.visitor.id, page.address, page.entry)

    def wait_for(self, visitor: str, address: str, entry: ChatEntry) -> int:
        """The same for a message, by whichever way it comes."""
        now, limits = self.clock.now_ms(), entry.limits
        wait = self._messages.take(f"v {visitor}", limits.messages_a_minute, now)
        return wait or self._messages.take(f"a {address}", limits.address_messages_a_minute, now)

    async def recognise(self, page: Page, key: str, token: str) -> Known:
        """Who is at the page: signed in at the bank's site, known by a key of ours, or new."""
        refused = ""
        anonymous = self.keys.visitor(page.entry.id, key)
        fresh = ""
        if not anonymous:
            anonymous, fresh = self.keys.new(page.entry.id)
        page.visitor = Visitor(anonymous)
        if token:
            try:
                page.visitor = self._tokens.visitor(page.entry.id, token, self.clock.now_ms())
            except Rejected as error:
                refused = error.code
        found = await self.visits.current(self.name, page.visitor.id)
        if page.visitor.signed_in:
            found = await self._adopt(page.visitor, found, "" if fresh else anonymous)
        if found is not None and found.closed_ms is not None and self.clock.now_ms() - found.closed_ms > RECENT_MS:
            found = None
        pages = self._pages.setdefault(page.visitor.id, [])
        pages.append(page)
        for old in pages[:-LINES_OF_VISITOR]:
            old.end("elsewhere")
        return Known(fresh, refused, found)

    async def _adopt(self, visitor: Visitor, found: Conversation | None, anonymous: str) -> Conversation | None:
        """A customer who wrote before signing in goes on with that, unless they have another one open."""
        if found is not None and found.state is ChatState.OPEN:
            return await self.visits.identify(found.id, visitor)
        before = await self.visits.current(self.name, anonymous) if anonymous else None
        if before is None or before.state is ChatState.CLOSED:
            return found
        return await self.visits.identify(before.id, visitor)

    def welcome(self, page: Page, known: Known) -> fr.Welcome:
        """The answer to a hello."""
        entry, who = page.entry, page.visitor
        names = entry.names
        size = min(entry.limits.file_mb, entry.limits.conversation_mb) * 1_000_000
        live = page.live
        return fr.Welcome(
            title=names.get(page.language) or next(iter(names.values()), entry.id),
            pass_=self.keys.new_pass(entry.id, who.id, self.clock.now_ms()),
            key=known.key,
            signed_in=(who.name or who.customer) if who.signed_in else "",
            refused=known.refused,
            at_work=at_work(entry, self._config(), self.clock.now_ms()),
            language=page.language,
            text=MAX_TEXT,
            file=size,
            types=list(TYPES) if size else [],
            mail=self._mailer is not None,
            state=fr.state_of(live.kept) if live is not None else None,
        )

    # --- what they do

    async def begin(self, page: Page) -> Conversation:
        """The visitor's open conversation, or a new one.

        Raises ``Rejected``: ``closed_now``, ``too_many_conversations``, ``chat_busy``.
        """
        if page.live is not None and page.live.head.state is ChatState.OPEN:
            return page.live.head
        current = await self.visits.current(self.name, page.visitor.id)
        if current is None or current.state is ChatState.CLOSED:
            if not at_work(page.entry, self._config(), self.clock.now_ms()):
                raise Rejected("closed_now")
            if self._open.of(page.address) >= page.entry.limits.address_conversations:
                raise Rejected("too_many_conversations")
            visitor = page.visitor
            current = await self.visits.begin(self.name, page.entry.id, visitor, page.language, page.at)
            await self._count(current.id, page.address)
        for other in tuple(self._pages.get(page.visitor.id, ())):
            await other.follow(current.id)
        return current

    async def leave_message(self, page: Page, left: LeftMessage, key: str) -> None:
        """Keep what a visitor leaves when nobody is at work."""
        if self._open.of(page.address) >= page.entry.limits.address_conversations:
            raise Rejected("too_many_conversations")
        await self.visits.leave_message(self.name, page.entry.id, page.visitor, page.language, left, key, page=page.at)

    async def mail(self, page: Page, conversation: Conversation, address: str, key: str) -> None:
        """Send the transcript, once for a key. Raises ``Rejected``: ``no_mailer``, ``bad_address``."""
        if self._mailer is None:
            raise Rejected("no_mailer")
        name, at, host = address.rpartition("@")
        if not (name and at and "." in host) or any(c.isspace() or ord(c) < 33 for c in address):
            raise Rejected("bad_address")
        if f"{page.visitor.id} {key}" in self._mailed:
            return
        messages = await self.store.messages(conversation.id)
        text = transcript_text(conversation, messages, page.language)
        html = transcript_html(conversation, messages, page.language)
        await self._mailer.send(address, conversation, text, html)
        self._mailed[f"{page.visitor.id} {key}"] = None
        while len(self._mailed) > _KEPT_MAILS:
            del self._mailed[next(iter(self._mailed))]

    async def _count(self, conversation: str, address: str) -> None:
        """An open conversation counts for its address."""
        leave = self._open.enter(address)

        def hear(news: ChatNews) -> None:
            if isinstance(news, Changed) and news.conversation.state is ChatState.CLOSED:
                leave()
                asyncio.get_running_loop().call_soon(end)

        _, end = await self.visits.follow(conversation, hear)

    # --- who is here

    def came(self, page: Page) -> None:
        """The page shows its conversation now."""
        assert page.live is not None
        conversation = page.live.head.id
        self._gone.pop(conversation, None)
        self.visits.present(conversation, True)

    def left(self, page: Page) -> None:
        """The page is gone."""
        self._taken.pop(page, lambda: None)()
        pages = self._pages.get(page.visitor.id, [])
        if page in pages:
            pages.remove(page)
            if not pages:
                del self._pages[page.visitor.id]
        if page.live is not None and not any(other.live is page.live for other in pages):
            self._gone[page.live.head.id] = self.clock.now_ms() + AWAY_MS

    def silent_pages(self) -> list[Page]:
        """Pages that gave no sign of life."""
        now = self.clock.now_ms()
        return [page for pages in self._pages.values() for page in pages if page.line.is_silent(now)]

    async def _tick(self) -> None:
        while True:
            now = self.clock.now_ms()
            for conversation in [one for one, at_ms in self._gone.items() if at_ms <= now]:
                del self._gone[conversation]
                self.visits.present(conversation, False)
            for page in self.silent_pages():
                page.closed = True
                page.give_up()
            await self.clock.sleep_until(now + TICK_MS)
