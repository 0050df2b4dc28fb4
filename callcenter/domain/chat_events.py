"""What happens in chats. What is written stays with the conversation; the core hears that it was, and when.

A chat is a contact like a call. The visitor's connection is a leg, and so is an agent's part in it; what a call hears
as prompts, a chat reads, and what a call answers by keys, a chat answers by choosing or writing them
(:class:`~callcenter.domain.events.DigitsGathered`).
"""

from __future__ import annotations

from callcenter.domain.event_base import ContactEvent, Event


class ChatOpened(Event, frozen=True, kw_only=True):
    """A visitor began a conversation. ``contact`` is its id, ``leg`` the visitor's, ``entry`` the configured way in.

    ``visitor`` stays the same for the same browser or person; ``customer``, ``name`` and ``phone`` are what the bank's
    own site vouches for, and empty for an anonymous visitor.
    """

    contact: str
    leg: str
    entry: str
    language: str = "zh"
    visitor: str = ""
    customer: str = ""
    name: str = ""
    phone: str = ""


class VisitorWrote(Event, frozen=True, kw_only=True):
    """The visitor's message ``number`` is kept."""

    contact: str
    number: int


class VisitorPresence(Event, frozen=True, kw_only=True):
    """The visitor's last page is gone, or one is there again (``here``)."""

    contact: str
    here: bool


class VisitorRated(Event, frozen=True, kw_only=True):
    """The visitor gave 1 to 5 stars at the end."""

    contact: str
    score: int


class ChatMessageLeft(Event, frozen=True, kw_only=True):
    """Nobody was there, and a visitor left a message; the conversation ``contact`` holds it."""

    contact: str
    entry: str
    language: str = "zh"
    visitor: str = ""


class ChatsRestored(Event, frozen=True, kw_only=True):
    """After a start of ours: these conversations are open; whatever else we took for a chat is over."""

    contacts: tuple[str, ...]


class OfferAccepted(ContactEvent, frozen=True, kw_only=True):
    """The agent takes the chat that is offered."""


class AgentWrote(ContactEvent, frozen=True, kw_only=True):
    """The agent's message ``number`` to the visitor is kept."""

    number: int
