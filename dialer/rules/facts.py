"""What is known of one call that shall be placed. None means: not known, which no rule takes for harmless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class DayKind(StrEnum):
    """What a day is in the calendar of the person called."""

    WORKDAY = "workday"
    OTHER = "other"
    """Weekends and public holidays."""
    CLOSED = "closed"
    """A day on which nobody is called, such as the eve of Spring Festival."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody said yes to one purpose on one channel. ``form`` is ``written`` or ``oral``."""

    purpose: str
    channel: str
    form: str = "oral"
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody said no on a channel. It never ends unless ``until`` says so."""

    channel: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one call at the moment ``at``. Counts are of what was before it.

    ``tz`` are the zones where the person may be, IANA names: one, where it is known. ``days`` is the calendar there;
    a date it does not have is not known. ``last_talk`` needs ``calls_7d``: together they say that the log is there.
    """

    at: datetime
    purpose: str | None = None
    channel: str | None = "voice"
    actor: str | None = None
    operator: str | None = None
    tz: tuple[str, ...] = ()
    days: Mapping[date, DayKind] = field(default_factory=dict)
    number_type: str | None = None
    from_class: str | None = None
    from_owned: bool | None = None
    consents: tuple[Consent, ...] | None = None
    refusals: tuple[Refusal, ...] | None = None
    product_kind: str | None = None
    product_risk: int | None = None
    person_risk: int | None = None
    risk_test_months: float | None = None
    requested: bool = False
    """The person asked for just this call."""
    agreed_hours: tuple[tuple[time, time], ...] = ()
    party: str | None = None
    failures_in_row: int | None = None
    unanswered_today: int | None = None
    connected_today: int | None = None
    notice_sent_at: datetime | None = None
    calls_7d: int | None = None
    last_talk: date | None = None
    registry_fetched_at: datetime | None = None
    on_registry: bool | None = None
    ring_s: float | None = None
    live_answers: int | None = None
    abandoned: int | None = None
    script_marks: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("at needs a time zone: the called person's local time is reckoned from it")

    def local_times(self) -> Iterator[datetime]:
        """The time at each place where the person may be. Raises ZoneInfoNotFoundError for a name that is none."""
        return (self.at.astimezone(ZoneInfo(name)) for name in self.tz)
