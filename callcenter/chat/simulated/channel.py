"""The simulated channel: delivers at once to visitors who are there, and keeps the rest until they come back."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.chat.service import Chats
from callcenter.chat.simulated.visitor import SimulatedVisitor
from callcenter.domain.chat import Abilities, Conversation, Message, Position, Visitor


class SimulatedChannel:
    """Fills ``ChatChannel``. ``visitors`` are all who were ever made, by id."""

    name = "simulated"
    abilities = Abilities()

    def __init__(self, chats: Chats) -> None:
        self.chats = chats
        self.visitors: dict[str, SimulatedVisitor] = {}

    async def start(self) -> None:
        """See ``ChatChannel.start``."""

    async def stop(self) -> None:
        """See ``ChatChannel.stop``."""

    def visitor(self, who: Visitor, *, entry: str = "web", language: str = "zh", page: str = "") -> SimulatedVisitor:
        """Somebody who may write to us; the same id is the same person."""
        if who.id not in self.visitors:
            self.visitors[who.id] = SimulatedVisitor(self.chats, self.name, who, entry, language, page)
        return self.visitors[who.id]

    def send(self, conversation: Conversation, message: Message) -> None:
        """See ``ChatChannel.send``."""
        self._of(conversation, lambda visitor: visitor.get(message))

    def typing(self, conversation: Conversation, author_id: str, on: bool) -> None:
        """See ``ChatChannel.typing``."""
        self._of(conversation, lambda visitor: visitor.see(typing=on))

    def read(self, conversation: Conversation) -> None:
        """See ``ChatChannel.read``."""
        self._of(conversation, lambda visitor: visitor.see(read=conversation.agent_read))

    def position(self, conversation: Conversation, position: Position | None) -> None:
        """See ``ChatChannel.position``."""
        self._of(conversation, lambda visitor: visitor.see(position=position))

    def close(self, conversation: Conversation) -> None:
        """See ``ChatChannel.close``."""
        self._of(conversation, lambda visitor: visitor.see(closed=True, survey=conversation.survey))

    def _of(self, conversation: Conversation, do: Callable[[SimulatedVisitor], None]) -> None:
        visitor = self.visitors.get(conversation.visitor.id)
        if visitor is not None and visitor.conversation == conversation.id:
            do(visitor)
