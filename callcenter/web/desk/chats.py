"""The chats of one agent page: what is unread in each, and what is new in the one it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callcenter.domain.chat import Author, ChatNews, Conversation, Message, Typing
from callcenter.domain.contact import Channel
from callcenter.domain.notes import InternalNote
from callcenter.domain.ports import AgentChats
from callcenter.domain.views import ContactView, DeskView
from callcenter.web.contacts.conversation import author_name
from callcenter.web.wording.words import Words

SHOWN = 200
"""How many of the last messages a page shows; the contact's own page has them all."""


class ChatWindow:
    """Follows the agent's chats while they have them. ``wake`` is called when there is something new."""

    def __init__(self, chats: AgentChats, wake: Callable[[], None]) -> None:
        self._chats, self._wake = chats, wake
        self._followed: dict[str, Callable[[], None]] = {}
        self._typing: dict[str, bool] = {}
        self._front = ""
        self._told = 0
        self._marks: tuple[object, ...] = ()
        self._notes: tuple[InternalNote, ...] = ()

    async def look(self, view: DeskView, front: ContactView | None) -> dict[str, int]:
        """Follow what the agent has now; chats with something unread → how many messages."""
        held = (contact.contact for contact in view.wrap_ups)
        mine = {c.id for c in (*view.contacts, *held) if c.channel is Channel.CHAT}
        for gone in [name for name in self._followed if name not in mine]:
            self._followed.pop(gone)()
            self._typing.pop(gone, None)
        for name in sorted(mine - self._followed.keys()):
            self._followed[name] = await self._chats.subscribe(name, self._hearer(name))
        chosen = front.id if front is not None and front.id in mine else ""
        self._notes = front.notes if front is not None else ()
        if chosen != self._front:
            self._front, self._told, self._marks = chosen, 0, ()
        unread: dict[str, int] = {}
        for name in sorted(mine):
            head = await self._chats.conversation(name)
            if head is not None and head.last > head.agent_read:
                unread[name] = head.last - head.agent_read
        return unread

    async def news(self, words: Words) -> dict[str, Any]:
        """What the page must learn of the chat it is about; nothing when it knows all."""
        head = await self._chats.conversation(self._front) if self._front else None
        if head is None:
            return {}
        after = self._told or max(0, head.last - SHOWN)
        messages = await self._chats.history(head.id, after)
        marks = (head.visitor_read, self._typing.get(head.id, False), head.state, len(self._notes))
        if not messages and marks == self._marks:
            return {}
        fresh = self._marks == ()
        self._told, self._marks = messages[-1].number if messages else after, marks
        return {
            "id": head.id,
            "fresh": fresh,
            "messages": [_plain(words, head, message) for message in messages],
            "notes": [_note(words, note) for note in self._notes],
            "typing": self._typing.get(head.id, False),
            "read": head.visitor_read,
        }

    def close(self) -> None:
        """The page is gone."""
        for leave in self._followed.values():
            leave()
        self._followed.clear()

    def _hearer(self, conversation: str) -> Callable[[ChatNews], None]:
        def hear(news: ChatNews) -> None:
            if isinstance(news, Typing):
                if news.author is not Author.VISITOR:
                    return
                self._typing[conversation] = news.on
            elif isinstance(news, Message) and news.author is Author.VISITOR:
                self._typing[conversation] = False
            self._wake()

        return hear


def _plain(words: Words, head: Conversation, message: Message) -> dict[str, Any]:
    """A message as the page draws it: plain values, names in the agent's language."""
    return {
        "number": message.number,
        "at": message.at_ms,
        "when": words.moment(message.at_ms),
        "author": message.author.value,
        "kind": message.kind.value,
        "who": author_name(words, message, head.visitor.name),
        "text": message.text if message.file is None else message.file.name,
        "file": _file(message),
        "choices": [choice.text for choice in message.choices],
    }


def _note(words: Words, note: InternalNote) -> dict[str, Any]:
    """A note as the page draws it among the messages."""
    label = words.gettext("Note of the transfer") if note.handed_on else words.gettext("Internal note")
    who = words.aside(words.agent(note.agent), label) if note.agent else words.gettext("System")
    return {"at": note.at_ms, "when": words.moment(note.at_ms), "who": who, "text": note.text}


def _file(message: Message) -> dict[str, Any] | None:
    """Where the page finds a message's file."""
    file = message.file
    if file is None:
        return None
    address = f"/agent/chats/files/{file.id}?contact={message.conversation}"
    return {"address": address, "width": file.width, "height": file.height}
