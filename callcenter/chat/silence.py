"""A listener that does nothing: what channels tell while nobody listens yet is in the store all the same."""

from __future__ import annotations

from callcenter.domain.chat import Conversation, LeftMessage, Message


class Silence:
    """Fills ``ChatListener``; listeners that care for a part of it inherit the rest."""

    def opened(self, conversation: Conversation) -> None:
        """Nothing."""

    def said(self, conversation: Conversation, message: Message) -> None:
        """Nothing."""

    def chose(self, conversation: Conversation, message: Message) -> None:
        """Nothing."""

    def sent_file(self, conversation: Conversation, message: Message) -> None:
        """Nothing."""

    def typing(self, conversation: Conversation, on: bool) -> None:
        """Nothing."""

    def read(self, conversation: Conversation) -> None:
        """Nothing."""

    def left(self, conversation: Conversation) -> None:
        """Nothing."""

    def returned(self, conversation: Conversation) -> None:
        """Nothing."""

    def identified(self, conversation: Conversation) -> None:
        """Nothing."""

    def closed(self, conversation: Conversation) -> None:
        """Nothing."""

    def rated(self, conversation: Conversation) -> None:
        """Nothing."""

    def left_message(self, conversation: Conversation, left: LeftMessage) -> None:
        """Nothing."""

    def undelivered(self, conversation: Conversation, message: Message, code: str) -> None:
        """Nothing."""
