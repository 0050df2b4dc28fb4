"""What all events have in common, and what those of agents and of the floor do."""

from __future__ import annotations

from msgspec import Struct


class Event(Struct, frozen=True, tag=True, kw_only=True):
    """Base of all events. Its time stands in the journal entry and is given to ``handle``."""


class AgentEvent(Event, frozen=True, kw_only=True):
    """Base of what agents and supervisors do."""

    agent: str
    command: str = ""


class ContactEvent(AgentEvent, frozen=True, kw_only=True):
    """Base of what an agent does to a contact."""

    contact: str


class FloorEvent(Event, frozen=True, kw_only=True):
    """Base of what is done from the floor page. ``command`` identifies the click."""

    by: str
    command: str = ""
