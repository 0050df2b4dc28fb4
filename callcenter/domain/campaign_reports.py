"""Reports of campaigns, as they are made and kept. Plain data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class ReportKind(StrEnum):
    """What stretch of time a report is of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    REVIEW = "review"
    """The whole campaign, made when it has ended."""
    NOW = "now"
    """The whole campaign up to this moment; not kept."""


class ReportRow(Struct, frozen=True):
    """A line of a report: dialled attempts that ended, and of them answered, spoken with, promised, without an agent.

    ``key`` is a day (``YYYY-MM-DD``), an hour of the day (``09``) or an agent's id; ``line_ms`` is 0 for agents.
    """

    key: str
    dialled: int = 0
    answered: int = 0
    spoken: int = 0
    promised: int = 0
    abandoned: int = 0
    line_ms: int = 0


class CampaignReport(Struct, frozen=True, kw_only=True):
    """One report. Times in ms since 1970; ``busy`` is the share of agents' time that was busy, None without agents."""

    campaign: str
    kind: ReportKind
    from_ms: int
    to_ms: int
    made_ms: int
    total: ReportRow
    busy: float | None = None
    outcomes: dict[str, int] = field(default_factory=dict)
    days: tuple[ReportRow, ...] = ()
    hours: tuple[ReportRow, ...] = ()
    agents: tuple[ReportRow, ...] = ()


class ReportDue(Struct, frozen=True):
    """A report that is to be made at ``due_ms``, when its stretch of time is over."""

    campaign: str
    kind: ReportKind
    due_ms: int
