"""Plans by which conversations are drawn for review, and what a draw gave. Plain data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class Method(StrEnum):
    """How the part of a draw that is not purely random is chosen."""

    RANDOM = "random"
    STRATIFIED = "stratified"
    RISK = "risk"
    NEW_AGENT = "new_agent"
    CAMPAIGN = "campaign"
    LOW_SURVEY = "low_survey"


class Period(StrEnum):
    """What a quota is for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


STRATA = ("queue", "team", "channel", "campaign")
"""By what a stratified plan divides."""


class SamplingPlan(Struct, frozen=True, kw_only=True):
    """What is drawn for review in each period, and who reviews it.

    ``per_agent`` conversations of each agent; 0: ``size`` of all. ``random_share`` of them, above 0 and up to 1, is
    drawn purely at random, whatever the method. Empty ``teams``, ``queues`` and ``campaigns`` mean all;
    ``new_agent_days`` and ``survey_at_most`` belong to their methods. ``due_days``: how long a reviewer has.
    ``seed`` makes a draw reproducible. ``version`` counts changes: who saves names the one they saw.
    """

    id: str
    title: str
    method: Method = Method.RANDOM
    period: Period = Period.WEEK
    per_agent: int = 0
    size: int = 0
    random_share: float = 0.3
    strata: str = "queue"
    teams: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    new_agent_days: int = 90
    survey_at_most: float = 2.0
    reviewers: tuple[str, ...] = ()
    due_days: int = 5
    seed: str = ""
    active: bool = True
    version: int = 0
    made_by: str = ""
    changed_ms: int = 0


class Candidate(Struct, frozen=True):
    """A conversation that may be drawn. ``risks``: findings of risk or fatal rules; ``survey``: its rating, if any.

    ``agent_days``: days since its agent's first conversation; None when not known.
    """

    contact: str
    agent: str
    team: str = ""
    queue: str = ""
    campaign: str = ""
    channel: str = "voice"
    ended_ms: int = 0
    risks: int = 0
    survey: float | None = None
    agent_days: int | None = None


class Drawn(Struct, frozen=True):
    """One conversation that was drawn. ``weight``: how many of the population it stands for; 0: not at random."""

    contact: str
    agent: str
    random: bool
    stratum: str = ""
    weight: float = 0.0


class Draw(Struct, frozen=True, kw_only=True):
    """What a plan drew for a period (``2026-03-02``, ``2026-W10``, ``2026-03``) at ``at_ms``.

    ``wanted`` is the quota; less is drawn where there were fewer conversations.
    """

    plan: str
    plan_version: int
    period: str
    at_ms: int
    by: str
    population: int
    wanted: int
    drawn: tuple[Drawn, ...] = ()


class Progress(Struct, frozen=True):
    """How far the reviews of a draw are; ``overdue`` are those not done in time."""

    wanted: int = 0
    drawn: int = 0
    done: int = 0
    overdue: int = 0
    by_reviewer: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Reviewer to (assigned, done)."""
