"""What a tenant configures and the core decides by: queues, agents, numbers, calendars. Plain data."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

Names = dict[str, str]
"""A text by language code: ``{"zh": "信用卡", "en": "Credit cards"}``."""


class SkillRequirement(Struct, frozen=True):
    """A queue asks for ``skill`` at ``level`` (1..10) or more; ``required=False`` only prefers it."""

    skill: str
    level: int = 1
    required: bool = True


class Overflow(Struct, frozen=True):
    """After ``after_ms`` of waiting (or with nobody signed in, if ``when_unstaffed``) go to ``target``.

    ``target`` is ``queue:ID``, ``flow:NAME`` or ``number:E164``.
    """

    target: str
    after_ms: int = 0
    when_unstaffed: bool = False


class Announcements(Struct, frozen=True):
    """What a waiting customer is told, and how often. Times in ms; 0 switches one off."""

    first_after_ms: int = 10_000
    every_ms: int = 30_000
    position: bool = True
    expected_wait: bool = True


class QueueConfig(Struct, frozen=True):
    """One queue. ``ageing_ms`` is how many ms of waiting one priority step (0..10) is worth."""

    id: str
    names: Names
    skills: tuple[SkillRequirement, ...] = ()
    priority: int = 0
    ageing_ms: int = 60_000
    offer_timeout_ms: int = 20_000
    wrap_up_ms: int = 30_000
    service_level_ms: int = 20_000
    agent_policy: str = "longest_idle"
    overflow: tuple[Overflow, ...] = ()
    announcements: Announcements = Announcements()
    music: str = "default"
    record: bool = True
    survey_flow: str = ""
    dispositions: tuple[str, ...] = ()


class AgentConfig(Struct, frozen=True):
    """One agent: ``skills`` gives each skill's level 1..10; ``queues`` empty means every queue they qualify for."""

    id: str
    name: str
    number: str = ""
    team: str = ""
    skills: dict[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("zh",)


class Interval(Struct, frozen=True):
    """Opening time of one weekday (0 = Monday); minutes after local midnight, ``end`` exclusive."""

    weekday: int
    start_minute: int
    end_minute: int


class Calendar(Struct, frozen=True):
    """Business hours. ``days`` says for each listed ISO date ``holiday`` or ``workday`` (a make-up day).

    A year not in ``years`` is unknown: asking about it is an error, never a guess. On a make-up working day
    the hours of Monday apply.
    """

    id: str
    timezone: str
    hours: tuple[Interval, ...]
    days: dict[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()


class Reason(Struct, frozen=True):
    """A break reason or a disposition: an id and its names. ``paid`` and the like are for later reports."""

    id: str
    names: Names


class CenterConfig(Struct, frozen=True):
    """Everything the core decides by, except the flows."""

    queues: dict[str, QueueConfig] = field(default_factory=dict)
    agents: dict[str, AgentConfig] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    """Dialled number → flow name; ``*`` is the rest."""
    break_reasons: tuple[Reason, ...] = ()
    dispositions: tuple[Reason, ...] = ()
    caller_number: str = ""
    """The number shown to agents' phones and outside parties when none is better."""
    agent_grace_ms: int = 8_000
    """How long a customer waits for an agent whose page or phone fell away before going back to the queue."""
    extra: dict[str, Any] = field(default_factory=dict)
