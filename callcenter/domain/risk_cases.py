"""Conversations that hit a risk rule: locked, assigned, followed up until closed. Plain data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class RiskState(StrEnum):
    """Where a risk case is. Until it is closed its conversation is locked."""

    LOCKED = "locked"  # nobody works on it yet
    ASSIGNED = "assigned"
    CLOSED = "closed"


class RiskAct(StrEnum):
    """What people do to a risk case."""

    ASSIGN = "assign"
    FOLLOW_UP = "follow_up"
    EXTEND = "extend"
    CLOSE = "close"
    REOPEN = "reopen"


class RiskStep(Struct, frozen=True):
    """Something that was done about a case."""

    act: RiskAct
    by: str
    at_ms: int
    note: str = ""
    to: str = ""
    """To whom it was assigned."""


class RiskCase(Struct, frozen=True, kw_only=True):
    """A locked conversation. ``rules`` are the ids of the rules it hit; ``due_ms`` is when it must be closed.

    ``opened_by`` is empty where the machine did. ``version`` counts changes.
    """

    id: str
    contact: str
    rules: tuple[str, ...]
    opened_ms: int
    due_ms: int
    agent: str = ""
    team: str = ""
    opened_by: str = ""
    state: RiskState = RiskState.LOCKED
    version: int = 0
    assignee: str = ""
    steps: tuple[RiskStep, ...] = ()
    changed_ms: int = 0
