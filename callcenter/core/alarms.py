"""Thresholds held against the floor: which alarms begin and which end. Pure; what stands is in the floor view.

A limit is passed when the figure lies beyond it, not on it. A standing alarm ends once the figure is back by a tenth
of the limit (whole contacts and agents: a tenth rounded down; per cent: never beyond 0 or 100). It also ends when the
figure means nothing any more: the agent does something else, the rule was taken away. From a queue that was closed by
hand or whose hours are over no agents are missing. Alarms without a rule are not looked at here
(:mod:`callcenter.core.unserved`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import (
    FALLING_METRICS,
    QUEUE_METRICS,
    RULED_METRICS,
    STAFFING_METRICS,
    AlarmRule,
    Metric,
)
from callcenter.domain.events import ThresholdPassed
from callcenter.domain.views import AgentView, FloorView, QueueView
from callcenter.reports import metrics

Key = tuple[str, str]
"""Rule and subject (a queue or an agent)."""

_COUNTED = frozenset({Metric.WAITING, Metric.AGENTS_AVAILABLE, Metric.AGENTS_SIGNED_IN})
_SHARES = frozenset({Metric.SERVICE_LEVEL, Metric.ABANDONED})


def _per_cent(share: float | None) -> float | None:
    return None if share is None else 100 * share


_QUEUE_FIGURES: dict[Metric, Callable[[QueueView], float | None]] = {
    Metric.WAITING: lambda q: q.waiting,
    Metric.LONGEST_WAIT_MS: lambda q: q.longest_wait_ms,
    Metric.SERVICE_LEVEL: lambda q: _per_cent(metrics.service_level(q.today)),
    Metric.ABANDONED: lambda q: _per_cent(metrics.abandonment(q.today)),
    Metric.AGENTS_AVAILABLE: lambda q: q.agents_available,
    Metric.AGENTS_SIGNED_IN: lambda q: q.agents_signed_in,
}
_STATE_METRICS = {
    Metric.TALK_MS: AgentState.BUSY,
    Metric.WRAP_UP_MS: AgentState.WRAP_UP,
    Metric.BREAK_MS: AgentState.ON_BREAK,
}


def queue_figure(metric: Metric, queue: QueueView, off_duty: Collection[str] = ()) -> float | None:
    """The watched figure of a queue; None where it means nothing now. ``off_duty`` are queues outside their hours."""
    if metric in STAFFING_METRICS and (queue.closure or queue.id in off_duty):
        return None
    return _QUEUE_FIGURES[metric](queue)


def agent_figure(metric: Metric, agent: AgentView, now_ms: int) -> float | None:
    """The watched figure of an agent, in ms; None where it means nothing now."""
    if metric is Metric.HOLD_MS:
        return now_ms - agent.hold_since_ms if agent.on_hold and agent.hold_since_ms is not None else None
    return now_ms - agent.since_ms if agent.state is _STATE_METRICS[metric] else None


def beyond(rule: AlarmRule, value: float) -> bool:
    """Whether the limit is passed."""
    return value < rule.limit if rule.metric in FALLING_METRICS else value > rule.limit


def is_back(rule: AlarmRule, value: float) -> bool:
    """Whether a standing alarm may end."""
    margin = rule.limit / 10
    if rule.metric in _COUNTED:
        margin = float(int(margin))
    if rule.metric in FALLING_METRICS:
        back = rule.limit + margin
        return value >= (min(100.0, back) if rule.metric in _SHARES else back)
    return value <= max(0.0, rule.limit - margin)


class AlarmBoard:
    """Remembers since when each figure has been beyond its limit. One rule costs one look at each queue or agent."""

    def __init__(self) -> None:
        self._since: dict[Key, int] = {}

    def look(
        self, floor: FloorView, rules: Sequence[AlarmRule], off_duty: Collection[str] = ()
    ) -> list[ThresholdPassed]:
        """What ends and what begins at ``floor.at_ms``, given the alarms that stand in ``floor.alarms``.

        ``off_duty`` are the queues outside their hours.
        """
        ending = {(alarm.rule, alarm.subject): 0.0 for alarm in floor.alarms if alarm.metric in RULED_METRICS}
        standing = frozenset(ending)
        since: dict[Key, int] = {}
        begun: list[ThresholdPassed] = []
        for rule in rules:
            for subject, value in _figures(rule, floor, off_duty):
                key = (rule.id, subject)
                if value is None:
                    continue
                if key in standing:
                    ending[key] = value
                    if not is_back(rule, value):
                        del ending[key]
                elif beyond(rule, value):
                    since[key] = self._since.get(key, floor.at_ms)
                    if floor.at_ms - since[key] >= rule.for_ms:
                        begun.append(ThresholdPassed(rule=rule.id, subject=subject, value=value, raised=True))
        self._since = since
        ended = [
            ThresholdPassed(rule=rule, subject=subject, value=value, raised=False)
            for (rule, subject), value in ending.items()
        ]
        return ended + begun


def _figures(rule: AlarmRule, floor: FloorView, off_duty: Collection[str]) -> Iterator[tuple[str, float | None]]:
    """Every subject the rule watches, with its figure now."""
    if rule.metric in QUEUE_METRICS:
        for queue in floor.queues:
            if not rule.queues or queue.id in rule.queues:
                yield queue.id, queue_figure(rule.metric, queue, off_duty)
    else:
        for agent in floor.agents:
            if (not rule.teams or agent.team in rule.teams) and (not rule.queues or agent.queue in rule.queues):
                yield agent.id, agent_figure(rule.metric, agent, floor.at_ms)
