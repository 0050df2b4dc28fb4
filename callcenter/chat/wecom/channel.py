"""WeCom customer service as a channel. Fills ``ChatChannel``; customers need nothing but WeChat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from callcenter.chat.service import Chats
from callcenter.chat.wecom.client import WeComClient
from callcenter.chat.wecom.cursor import CursorFile
from callcenter.chat.wecom.outbox import Outbox
from callcenter.chat.wecom.outgoing import payloads_of
from callcenter.chat.wecom.puller import Puller
from callcenter.chat.wecom.reception import NAME, Reception
from callcenter.chat.wecom.window import Window
from callcenter.domain.chat import Abilities, Author, Conversation, Message, Position, StoredFile
from callcenter.domain.config import CenterConfig, ChatEntry
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import ChatFiles

log = structlog.get_logger(__name__)


class WeComChat:
    """``accounts``: customer service account (``open_kfid``) → chat entry. ``folder`` keeps the cursors."""

    name = NAME
    abilities = Abilities(typing=False, read_marks=False, position=False, comments=False, presence=False)

    def __init__(
        self,
        chats: Chats,
        config: Callable[[], CenterConfig],
        client: WeComClient,
        files: ChatFiles,
        accounts: Mapping[str, str],
        folder: Path,
    ) -> None:
        self.chats = chats
        self._config, self._client, self._files, self._accounts = config, client, files, accounts
        self._windows: dict[str, Window] = {}
        self._outbox = Outbox(client, chats.visits, chats.clock, self._windows, self._content)
        reception = Reception(
            client,
            chats.visits,
            chats.clock,
            self._windows,
            self._entry,
            files,
            self._outbox.finish,
        )
        self._pullers = {
            kfid: Puller(client, kfid, CursorFile(folder, kfid), reception.take, chats.clock) for kfid in accounts
        }

    # --- the channel

    async def start(self) -> None:
        """See ``ChatChannel.start``. What came while we were away is fetched."""
        for kfid, entry in self._accounts.items():
            if entry not in self._config().chat_entries:
                log.error("wecom_entry_missing", account=kfid, entry=entry)
        for conversation in self.chats.open_conversations():
            if conversation.channel == self.name:
                self.chats.visits.suppose_here(conversation.id)
                await self._go_on(conversation)
        for puller in self._pullers.values():
            puller.start()

    async def stop(self) -> None:
        """See ``ChatChannel.stop``."""
        for puller in self._pullers.values():
            await puller.stop()
        await self._outbox.stop()
        await self._client.close()

    def send(self, conversation: Conversation, message: Message) -> None:
        """See ``ChatChannel.send``."""
        self._outbox.send(conversation, message)

    def typing(self, conversation: Conversation, author_id: str, on: bool) -> None:
        """WeChat shows nothing of it."""

    def read(self, conversation: Conversation) -> None:
        """WeChat shows nothing of it."""

    def position(self, conversation: Conversation, position: Position | None) -> None:
        """Nothing: it would use up the five messages. Flows say the wait in their own words."""

    def close(self, conversation: Conversation) -> None:
        """See ``ChatChannel.close``."""
        self._outbox.finish(conversation)

    # --- what is told of

    def told(self, kfid: str, token: str) -> None:
        """A callback said that an account has something; without the account's name all are looked at."""
        for name, puller in self._pullers.items():
            if kfid in ("", name):
                puller.wake(token)

    async def pulled(self) -> None:
        """Return when all that was told of is taken."""
        for puller in self._pullers.values():
            await puller.idle()

    async def sent(self) -> None:
        """Return when nothing waits to be sent."""
        await self._outbox.idle()

    # ---

    async def _go_on(self, conversation: Conversation) -> None:
        """After a restart: what the customer may still be sent, and what was not sent yet."""
        window = self._windows.setdefault(conversation.visitor.id, Window())
        for message in await self.chats.history(conversation.id, 0, conversation.last or 1):
            if message.author is Author.VISITOR:
                window.wrote(message.at_ms)
            elif message.number <= conversation.delivered:
                window.used(len(payloads_of(message)))
            else:
                self._outbox.send(conversation, message)

    def _entry(self, kfid: str) -> ChatEntry:
        """The entry in force; an unconfigured one is taken as it is named, so that nobody is turned away."""
        id = self._accounts.get(kfid)
        if id is None:
            raise Rejected("unknown_entry", kfid)
        return self._config().chat_entries.get(id) or ChatEntry(id, {})

    async def _content(self, id: str) -> tuple[StoredFile, bytes]:
        file = await self._files.find(id)
        if file is None:
            raise Rejected("file_missing")
        return file, await self._files.read(file)
