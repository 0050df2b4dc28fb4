"""Text channels: what the product asks of one, what one tells, and where conversations are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from callcenter.domain.chat import (
    Abilities,
    ChatWrites,
    Conversation,
    LeftMessage,
    Message,
    Position,
    StoredFile,
    Visitor,
)


class ChatChannel(Protocol):
    """A way in which visitors write to us. Every method takes at once and never blocks; twice does no harm.

    A message is shown once and in the order of its number, whatever becomes of the line in between. What a channel can
    not show (see ``abilities``) it leaves out, or says in words. What can not be delivered at all is told by
    ``ChatListener.undelivered``.
    """

    name: str
    abilities: Abilities

    async def start(self) -> None:
        """Begin to take and to deliver; what was kept for open conversations and not yet delivered goes out now."""
        ...

    async def stop(self) -> None:
        """Finish what is being said, and leave."""
        ...

    def send(self, conversation: Conversation, message: Message) -> None:
        """Show a message that is kept already: of agent, bot or system; choices as quick replies or a menu."""
        ...

    def typing(self, conversation: Conversation, author_id: str, on: bool) -> None:
        """Show that the other side types, or stopped."""
        ...

    def read(self, conversation: Conversation) -> None:
        """Show that the other side has seen everything up to ``conversation.agent_read``."""
        ...

    def position(self, conversation: Conversation, position: Position | None) -> None:
        """Show the place in the queue and the expected wait; None: the wait is over."""
        ...

    def close(self, conversation: Conversation) -> None:
        """The conversation is closed: say so, and ask for a rating when ``conversation.survey``."""
        ...


class ChatListener(Protocol):
    """What is told of conversations. Every method takes at once and never blocks.

    A message is told after it is kept, once in the life of a process, in the order of its number. After a restart
    :meth:`callcenter.chat.service.Chats.retell` tells what the listener does not know yet.
    """

    def opened(self, conversation: Conversation) -> None:
        """A visitor began: ``conversation`` has visitor, entry, language and page."""
        ...

    def said(self, conversation: Conversation, message: Message) -> None:
        """The visitor wrote a text."""
        ...

    def chose(self, conversation: Conversation, message: Message) -> None:
        """The visitor chose an answer: ``message.chosen``; its text is the answer's."""
        ...

    def sent_file(self, conversation: Conversation, message: Message) -> None:
        """The visitor sent ``message.file``."""
        ...

    def typing(self, conversation: Conversation, on: bool) -> None:
        """The visitor types, or stopped."""
        ...

    def read(self, conversation: Conversation) -> None:
        """The visitor has seen everything up to ``conversation.visitor_read``."""
        ...

    def left(self, conversation: Conversation) -> None:
        """The visitor's last page is gone; the conversation stays open and they may return."""
        ...

    def returned(self, conversation: Conversation) -> None:
        """They have it open again."""
        ...

    def identified(self, conversation: Conversation) -> None:
        """The visitor signed in at the bank's site: ``conversation.visitor`` says who they are."""
        ...

    def closed(self, conversation: Conversation) -> None:
        """The visitor ended it (``close_reason`` is ``visitor``)."""
        ...

    def rated(self, conversation: Conversation) -> None:
        """The visitor gave ``conversation.score`` (1..5) and perhaps a comment."""
        ...

    def left_message(self, conversation: Conversation, left: LeftMessage) -> None:
        """Nobody was there, and the visitor left a message; the conversation holds its text and is closed."""
        ...

    def undelivered(self, conversation: Conversation, message: Message, code: str) -> None:
        """``message`` did not reach the visitor and will not: ``code`` is a stable word for why."""
        ...


class ChatStore(Protocol):
    """Where conversations are kept. One writer."""

    async def write(self, writes: ChatWrites) -> None:
        """Keep all of it or nothing. The very same messages again are taken as a retry.

        Raises ``ProviderError`` (retryable when trying again may help) with nothing written, and ``Corrupt`` when a
        message's number is taken by another: someone else writes this conversation.
        """
        ...

    async def conversation(self, conversation: str) -> Conversation | None:
        """One conversation."""
        ...

    async def open_conversations(self, channel: str = "") -> Sequence[Conversation]:
        """All that are not closed, oldest first; of one channel, or of all."""
        ...

    async def latest_of(self, channel: str, visitor: str) -> Conversation | None:
        """The visitor's newest conversation, open or closed."""
        ...

    async def of_customer(self, customer: str, limit: int = 50) -> Sequence[Conversation]:
        """A signed-in customer's conversations over all channels, newest first."""
        ...

    async def messages(self, conversation: str, after: int = 0, limit: int = 1_000) -> Sequence[Message]:
        """Messages with a number above ``after``, in order."""
        ...

    async def message_of(self, channel: str, visitor: str, key: str) -> Message | None:
        """What the visitor sent under this key, in whichever conversation."""
        ...

    async def files(self, conversation: str) -> Sequence[StoredFile]:
        """The files of a conversation, oldest first."""
        ...

    async def file(self, file: str) -> StoredFile | None:
        """One file."""
        ...


class FileScanner(Protocol):
    """Looks at a file before anybody can open it: a virus scanner's place. The product brings none that judges."""

    async def refuse(self, content: bytes, media_type: str, name: str) -> str:
        """Empty when the file may be kept, else why not. Raises ``ProviderError``; then the file is not kept."""
        ...


class TranscriptMailer(Protocol):
    """Sends a visitor what was said. Without one, visitors are not offered it."""

    async def send(self, address: str, conversation: Conversation, text: str, html: str) -> None:
        """Hand it to a mail server. Raises ``ProviderError``."""
        ...


class VisitorTokens(Protocol):
    """Who a signed-in visitor is, from a token of the bank's own site."""

    def visitor(self, entry: str, token: str, now_ms: int) -> Visitor:
        """The visitor the token vouches for. Raises ``Rejected``: ``token_forged, token_expired, token_elsewhere``."""
        ...
