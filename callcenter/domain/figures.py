"""What is counted of queues and agents: plain sums. What is worked out of them stands in :mod:`callcenter.reports`."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from msgspec import Struct
from msgspec.structs import astuple

from callcenter.domain.access import Reach, Scope

INTERVAL_MS = 900_000
"""Sums are kept by quarter of an hour; every local midnight falls on the beginning of one."""
NO_CHANNEL = ""
"""Where a figure is of no single channel: an agent's time at work."""


class Abandons(StrEnum):
    """How contacts that give up waiting count in the service level."""

    COUNTED = "counted"  # as offered and not answered in time
    EXCLUDED = "excluded"  # not at all
    SHORT_EXCLUDED = "short_excluded"  # those who gave up early do not, the others do


class LevelRule(Struct, frozen=True, omit_defaults=True):
    """What a queue is measured by: answered within ``within_ms``; giving up before ``short_ms`` is a short abandon."""

    within_ms: int = 20_000
    abandons: Abandons = Abandons.COUNTED
    short_ms: int = 5_000

    def is_within(self, waited_ms: int) -> bool:
        """Whether an answer after this wait is in time."""
        return waited_ms <= self.within_ms

    def is_short(self, waited_ms: int) -> bool:
        """Whether giving up after this wait is a short abandon."""
        return waited_ms < self.short_ms

    def leaves_out(self, waited_ms: int) -> bool:
        """Whether a contact that gave up after this wait is left out of the service level."""
        if self.abandons is Abandons.SHORT_EXCLUDED:
            return self.is_short(waited_ms)
        return self.abandons is Abandons.EXCLUDED


class Sums(Struct):
    """Counts and lengths of time (ms) that can be added up; a highest value is added by taking the higher."""

    @classmethod
    def of(cls, parts: Iterable[Self]) -> Self:
        """All of them as one."""
        columns = dict(zip(cls.__struct_fields__, zip(*map(astuple, parts), strict=True), strict=False))
        return cls(**{name: max(c) if name in HIGHEST else sum(c) for name, c in columns.items()})


HIGHEST = frozenset({"longest_wait_ms"})
"""Fields that are highest values, not sums."""


class QueueSums(Sums):
    """What is counted of a queue. A visit is one stay in the queue, from joining to leaving it.

    ``offered`` visits end as ``answered``, ``abandoned``, ``handed_on`` (overflow, closure, callback) or ``cut_off``
    (the telephone system lost them), or go on. They stand in the interval in which the contact joined the queue; a
    callback that reaches the customer is a visit of its own, offered and answered when they pick up.
    """

    offered: int = 0
    answered: int = 0
    within_level: int = 0
    """Answered visits that were in time."""
    abandoned: int = 0
    short_abandoned: int = 0
    left_out: int = 0
    """Abandoned visits that the queue's rule leaves out of its service level."""
    handed_on: int = 0
    cut_off: int = 0
    answered_wait_ms: int = 0
    longest_wait_ms: int = 0
    """The longest of the visits that are over, however they ended."""
    asked: int = 0
    """Contacts that asked for a person for the first time, here and now."""
    reached: int = 0
    """Those of them that a person answered, in whichever queue and whenever."""
    handled: int = 0
    """An agent's parts in contacts of this queue; they stand in the interval in which the agent left the talk."""
    talk_ms: int = 0
    """Without hold."""
    hold_ms: int = 0
    wrap_up_ms: int = 0
    called_back: int = 0
    """Offered and answered visits in which nobody waited on the line: the customer was called back and picked up."""


class AgentSums(Sums):
    """What is counted of an agent, or of a team.

    Offers stand where they ended, parts in contacts as those of a queue, and time where it passed.

    ``offers`` end as ``accepted``, ``missed`` (not answered or the telephone not reached), ``declined``, or are
    withdrawn.
    """

    offers: int = 0
    accepted: int = 0
    missed: int = 0
    declined: int = 0
    handled: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    available_ms: int = 0
    ringing_ms: int = 0
    """Being offered a contact."""
    busy_ms: int = 0
    """With a contact, hold and consultation included; several at once count once."""
    wrapping_ms: int = 0
    break_ms: int = 0


class WaitPrediction(Struct, frozen=True):
    """An expected wait, and what came: reckoned from joining a queue, or from when the customer was told it.

    ``joined_ms`` is that moment. ``outcome`` says how the waiting ended after ``waited_ms``: ``answered``;
    ``abandoned`` or ``left`` (handed on, cut off), and then it would have lasted longer.
    """

    contact: str
    queue: str
    channel: str
    joined_ms: int
    expected_ms: int
    waited_ms: int
    outcome: str = "answered"


QueueKey = tuple[int, str, str]
"""Interval's beginning (ms since 1970), queue, channel."""
AgentKey = tuple[int, str, str, str]
"""Interval's beginning, agent, the team they were in, channel."""


class FigureQuery(Struct, frozen=True):
    """Which sums to read. ``starts`` are the beginnings of stretches of time, the last of which ends at ``end_ms``.

    All of them are whole intervals. ``by`` is ``queue``, ``channel``, ``team``, ``agent`` or empty: all as one.
    """

    starts: tuple[int, ...]
    end_ms: int
    by: str = ""
    only: str = ""
    """This one of ``by`` alone."""
    reach: Reach = Reach(Scope.ALL)
    """Whose agents; queues are everybody's."""
    limit: int = 10_000


class QueueFigures(Struct, frozen=True):
    """Sums of queues in one stretch of time; ``group`` is what they were grouped by."""

    start_ms: int
    group: str
    sums: QueueSums


class AgentFigures(Struct, frozen=True):
    """Sums of agents in one stretch of time; ``group`` is what they were grouped by."""

    start_ms: int
    group: str
    sums: AgentSums
