"""What a rule may look at: one small model for each kind of check, with its parameters as packs write them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dialer.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class Look:
    """What a check saw: whether the rule is kept (None: cannot be said), by which facts, and which were missing."""

    kept: bool | None
    seen: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


class Check(BaseModel, ABC):
    """Base of all checks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @abstractmethod
    def look(self, facts: Facts) -> Look:
        """Look at the facts."""


def _span(value: object) -> object:
    """``09:00-12:00`` as two times; 24:00 is the end of the day."""
    if not isinstance(value, str) or value.count("-") != 1:
        raise ValueError("write hours as 09:00-12:00")
    begins, ends = value.split("-")
    return (time.fromisoformat(begins), time.max if ends == "24:00" else time.fromisoformat(ends))


Span = Annotated[tuple[time, time], BeforeValidator(_span)]


def _within(clock: time, spans: Iterable[tuple[time, time]]) -> bool:
    return any(begins <= clock < ends for begins, ends in spans)


class Hours(Check):
    """The called person's local time lies within hours: of ``every`` day, or by ``workday`` and ``other`` days.

    Where the person may be in several zones it must hold in all of them. ``unless_agreed``: hours agreed with the
    person count instead; ``unless_requested``: a call they asked for is free.
    """

    every: tuple[Span, ...] = ()
    workday: tuple[Span, ...] = ()
    other: tuple[Span, ...] = ()
    unless_agreed: bool = False
    unless_requested: bool = False

    def look(self, facts: Facts) -> Look:
        """By the local time at each place."""
        if self.unless_requested and facts.requested:
            return Look(True, {"requested": True})
        if not facts.tz:
            return Look(None, missing=("tz",))
        kept, seen = True, {}
        for local in facts.local_times():
            seen[str(local.tzinfo)] = local.isoformat(timespec="seconds")
            if self.unless_agreed and _within(local.time(), facts.agreed_hours):
                continue
            spans = self.every
            if not spans:
                kind = facts.days.get(local.date())
                if kind is None:
                    return Look(None, seen, (f"calendar of {local.date()}",))
                seen["day"] = kind.value
                spans = {"workday": self.workday, "other": self.other}.get(kind.value, ())
            kept = kept and _within(local.time(), spans)
        return Look(kept, seen)


class HasConsent(Check):
    """A consent for this purpose and channel that was not withdrawn; ``form`` asks for that form."""

    form: str = ""

    def look(self, facts: Facts) -> Look:
        """Among the consents on file."""
        missing = tuple(name for name in ("purpose", "channel", "consents") if getattr(facts, name) is None)
        if missing:
            return Look(None, missing=missing)
        found = [
            one
            for one in facts.consents or ()
            if one.purpose == facts.purpose
            and one.channel == facts.channel
            and (one.withdrawn_at is None or one.withdrawn_at > facts.at)
            and self.form in ("", one.form)
        ]
        return Look(bool(found), {"consents": len(found)})


class NotRefused(Check):
    """No refusal on this channel that still stands."""

    def look(self, facts: Facts) -> Look:
        """Among the refusals of the person, whatever number they were given on."""
        if facts.refusals is None or facts.channel is None:
            return Look(None, missing=("refusals" if facts.refusals is None else "channel",))
        standing = [
            one
            for one in facts.refusals
            if one.channel == facts.channel and one.at <= facts.at and (one.until is None or one.until > facts.at)
        ]
        return Look(not standing, {"refused_at": [one.at.isoformat() for one in standing]})


class OneOf(Check):
    """A fact is one of these values."""

    fact: str
    values: tuple[str | bool | int, ...]

    def look(self, facts: Facts) -> Look:
        """The fact by its name."""
        value = getattr(facts, self.fact)
        return Look(None, missing=(self.fact,)) if value is None else Look(value in self.values, {self.fact: value})


class Bounds(Check):
    """A number is ``at_least`` this, or ``below`` that."""

    fact: str
    at_least: float | None = None
    below: float | None = None

    def look(self, facts: Facts) -> Look:
        """The fact by its name."""
        value = getattr(facts, self.fact)
        if value is None:
            return Look(None, missing=(self.fact,))
        low = self.at_least is None or value >= self.at_least
        return Look(low and (self.below is None or value < self.below), {self.fact: value})


class NotAbove(Check):
    """One number is at most another."""

    fact: str
    other: str

    def look(self, facts: Facts) -> Look:
        """Both by their names."""
        missing = tuple(name for name in (self.fact, self.other) if getattr(facts, name) is None)
        if missing:
            return Look(None, missing=missing)
        mine, theirs = getattr(facts, self.fact), getattr(facts, self.other)
        return Look(mine <= theirs, {self.fact: mine, self.other: theirs})


class Fresh(Check):
    """Something was fetched at most so many days ago."""

    fact: str
    days: float

    def look(self, facts: Facts) -> Look:
        """The age at the moment of the call."""
        since = getattr(facts, self.fact)
        if since is None:
            return Look(None, missing=(self.fact,))
        return Look(facts.at - since <= timedelta(days=self.days), {self.fact: since.isoformat()})


class Earlier(Check):
    """Something happened before this call."""

    fact: str

    def look(self, facts: Facts) -> Look:
        """Its time against that of the call."""
        since = getattr(facts, self.fact)
        if since is None:
            return Look(None, missing=(self.fact,))
        return Look(since < facts.at, {self.fact: since.isoformat()})


class QuietAfterTalk(Check):
    """So many days without a call after a talk, the day of the talk counted as the first."""

    days: int

    def look(self, facts: Facts) -> Look:
        """By the local date, the earliest where there are several."""
        if facts.calls_7d is None:
            return Look(None, missing=("calls_7d",))
        if facts.last_talk is None:
            return Look(True, {"last_talk": None})
        if not facts.tz:
            return Look(None, missing=("tz",))
        today = min(local.date() for local in facts.local_times())
        passed = (today - facts.last_talk).days
        return Look(passed >= self.days, {"last_talk": facts.last_talk.isoformat()})


class AbandonedBelow(Check):
    """Abandoned ÷ answered by people stays at most at, or with ``strictly`` below, a share."""

    share: float
    strictly: bool = False

    def look(self, facts: Facts) -> Look:
        """Of the campaign's counting period so far; nobody answered yet is nobody abandoned."""
        missing = tuple(name for name in ("live_answers", "abandoned") if getattr(facts, name) is None)
        if facts.live_answers is None or facts.abandoned is None:
            return Look(None, missing=missing)
        most = self.share * facts.live_answers
        kept = facts.abandoned < most if self.strictly and facts.abandoned else facts.abandoned <= most
        return Look(kept, {"live_answers": facts.live_answers, "abandoned": facts.abandoned})


class Marked(Check):
    """The script carries these marks."""

    marks: tuple[str, ...] = Field(min_length=1)

    def look(self, facts: Facts) -> Look:
        """Those it lacks are told."""
        if facts.script_marks is None:
            return Look(None, missing=("script_marks",))
        lacking = [mark for mark in self.marks if mark not in facts.script_marks]
        return Look(not lacking, {"lacking": lacking})


class Never(Check):
    """What the rule applies to is never done."""

    def look(self, facts: Facts) -> Look:
        """Nothing to look at."""
        return Look(False)


CHECKS: dict[str, type[Check]] = {
    "hours": Hours,
    "consent": HasConsent,
    "not_refused": NotRefused,
    "one_of": OneOf,
    "bounds": Bounds,
    "not_above": NotAbove,
    "fresh": Fresh,
    "earlier": Earlier,
    "quiet_after_talk": QuietAfterTalk,
    "abandoned_below": AbandonedBelow,
    "marked": Marked,
    "never": Never,
}
"""Their names in packs."""
