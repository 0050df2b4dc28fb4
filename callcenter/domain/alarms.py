"""Thresholds on the floor's figures, and the alarms they raise."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Metric(StrEnum):
    """A figure that can be watched; the first group is a queue's, the second an agent's."""

    WAITING = "waiting"  # contacts in the queue
    LONGEST_WAIT_MS = "longest_wait_ms"
    SERVICE_LEVEL = "service_level"  # per cent today, within the queue's own time
    ABANDONED = "abandoned"  # per cent today
    AGENTS_AVAILABLE = "agents_available"
    AGENTS_SIGNED_IN = "agents_signed_in"
    UNSERVED = "unserved"  # somebody waits whom nobody signed in can serve; watched without a rule
    TALK_MS = "talk_ms"  # this talk
    HOLD_MS = "hold_ms"  # this hold
    WRAP_UP_MS = "wrap_up_ms"
    BREAK_MS = "break_ms"


QUEUE_METRICS = frozenset(
    {
        Metric.WAITING,
        Metric.LONGEST_WAIT_MS,
        Metric.SERVICE_LEVEL,
        Metric.ABANDONED,
        Metric.AGENTS_AVAILABLE,
        Metric.AGENTS_SIGNED_IN,
        Metric.UNSERVED,
    }
)
RULED_METRICS = frozenset(Metric) - {Metric.UNSERVED}
"""Figures that a rule may watch."""
UNSERVED_RULE = "-unserved"
"""In place of a rule's id, and none can be called so, in alarms of queues that nobody signed in can serve."""
SHARES = frozenset({Metric.SERVICE_LEVEL, Metric.ABANDONED})
"""Figures in per cent."""
STAFFING_METRICS = frozenset({Metric.AGENTS_AVAILABLE, Metric.AGENTS_SIGNED_IN})
"""Figures that mean nothing while nobody need be there."""
FALLING_METRICS = frozenset({Metric.SERVICE_LEVEL, Metric.AGENTS_AVAILABLE, Metric.AGENTS_SIGNED_IN})
"""Figures that are bad when small: their alarm is raised below the limit instead of above it."""


class AlarmRule(Struct, frozen=True):
    """Raise an alarm when ``metric`` passes ``limit`` for ``for_ms``; it clears once it is back by a tenth.

    ``queues`` and ``teams`` narrow it (empty: all). ``sound`` rings on the floor page, ``webhook`` is the name of
    an address in the settings.
    """

    id: str
    metric: Metric
    limit: float
    for_ms: int = 0
    queues: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    sound: bool = False
    webhook: str = ""


class Alarm(Struct, frozen=True):
    """A standing alarm: which rule, about which queue or agent, the figure when it was raised, who has seen it."""

    rule: str
    subject: str
    metric: Metric
    value: float
    limit: float
    since_ms: int
    acknowledged_by: str = ""
    sound: bool = False

    @property
    def id(self) -> str:
        """Rule and subject: one alarm each at a time."""
        return f"{self.rule}:{self.subject}"
