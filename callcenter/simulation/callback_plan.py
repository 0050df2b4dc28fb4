"""What a scenario may say of callbacks: how they are made, and what customers do who are offered one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from callcenter.core.calling_hours import minutes_of
from callcenter.domain.config import CallbackRule, RetryAfter
from callcenter.simulation.durations import UNITS_MS, DurationField, Ms, Strict

Share = Annotated[float, Field(ge=0, le=1)]
ALL_DAY = ("00:00", "24:00")


def _clock(text: str) -> str:
    try:
        minutes_of(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time of day; write '08:00'") from None
    return text


Clock = Annotated[str, AfterValidator(_clock)]


class Retry(Strict):
    """How long after an attempt that reached nobody the next one is made."""

    busy: Ms = 300_000
    no_answer: Ms = 900_000

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        """A bare time holds for both."""
        return data if isinstance(data, dict | Retry) else {"busy": data, "no_answer": data}


class CallbackPlan(Strict):
    """How callbacks of a queue are made; as :class:`~callcenter.domain.config.CallbackRule` says."""

    attempts: PositiveInt = 3
    retry: Retry = Field(default_factory=Retry)
    ring: Ms = 30_000
    wrap_up: bool = False
    call_from: Clock = ALL_DAY[0]
    call_until: Clock = ALL_DAY[1]
    window_days: Annotated[int, Field(ge=0)] = 1
    age_from_window: bool = False
    keep: Ms = 3 * UNITS_MS["d"]

    @property
    def has_hours(self) -> bool:
        """Whether it matters what the clock shows."""
        return (self.call_from, self.call_until) != ALL_DAY

    def rule(self) -> CallbackRule:
        """The rule as the core knows it; its clock is that of the scenario."""
        return CallbackRule(
            attempts=self.attempts,
            retry=RetryAfter(busy_ms=self.retry.busy, no_answer_ms=self.retry.no_answer),
            ring_ms=self.ring,
            wrap_up=self.wrap_up,
            call_from=self.call_from,
            call_until=self.call_until,
            timezone="UTC",
            window_days=self.window_days,
            age_from_window=self.age_from_window,
            keep_ms=self.keep,
        )

    @model_validator(mode="after")
    def _open(self) -> CallbackPlan:
        if minutes_of(self.call_from) >= minutes_of(self.call_until):
            raise ValueError("call_from must be before call_until")
        return self


class Wish(Strict):
    """Who asks to be called at a certain time: which ``share``, from ``after`` the booking on, for ``length``."""

    share: Share
    after: Ms
    length: Annotated[Ms, Field(gt=0)]


class CalledBack(Strict):
    """What customers do who are offered a callback. All are shares, each customer by chance of their own."""

    accepts: Share = 1.0
    reached: Share = 1.0
    """How many of the attempts find somebody there."""
    busy: Share = 0.0
    """How many of the others find the line busy; the rest is not answered."""
    answer: DurationField
    """Ringing until they pick up; who would take longer than ``ring`` is not reached."""
    wish: Wish | None = None
