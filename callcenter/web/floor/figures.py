"""The floor's figures as they are shown: shares with their formula, totals over all queues, trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.domain.agent import AgentState
from callcenter.domain.config import QueueConfig
from callcenter.domain.figures import Abandons, LevelRule, QueueSums
from callcenter.domain.views import FloorView, QueueView
from callcenter.reports import metrics
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words, short_time


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with what it is made of. ``percent`` is None while there is nothing to divide by."""

    percent: int | None
    formula: str

    @property
    def text(self) -> str:
        """``87 %`` or a dash."""
        return "–" if self.percent is None else f"{self.percent} %"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue as a row."""

    id: str
    name: str
    waiting: int
    oldest_ms: int | None
    late: bool
    expected: str
    available: int
    signed_in: int
    level_now: Share
    level_today: Share
    lost: int
    lost_share: Share
    trend: tuple[int, ...]
    trend_text: str
    callbacks: int = 0
    closed_by: str = ""
    closed_since_ms: int = 0
    closed_to: str = ""
    alarmed: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """All queues together."""

    waiting: int
    oldest_ms: int | None
    late: bool
    talking: int
    available: int
    answered: int
    offered: int
    level_now: Share
    level_today: Share
    lost_share: Share


def share(words: Words, template: str, value: float | None, part: int, whole: int, **more: object) -> Share:
    """``value``, which is ``part`` of ``whole``, in per cent; ``template`` words the formula."""
    percent = None if value is None else round(100 * value)
    return Share(percent, words.gettext(template, part=part, whole=whole, **more))


def service_level(words: Words, template: str, sums: QueueSums, rule: LevelRule | None) -> Share:
    """The service level of some sums; without a ``rule`` they are of several queues with one each."""
    whole = metrics.measured(sums)
    more = {"within": short_time(rule.within_ms), "without": left_out(words, rule)} if rule is not None else {}
    return share(words, template, metrics.service_level(sums), sums.within_level, whole, **more)


def abandonment(words: Words, sums: QueueSums) -> Share:
    """Today's share of those who gave up waiting."""
    formula = N_("Hung up while waiting ÷ offered, today: %(part)s ÷ %(whole)s")
    return share(words, formula, metrics.abandonment(sums), sums.abandoned, metrics.waited_for(sums))


def left_out(words: Words, rule: LevelRule) -> str:
    """Who is left out of a queue's service level, to be put after "offered"; nothing when nobody is."""
    if rule.abandons is Abandons.EXCLUDED:
        return words.gettext(" without those who hung up")
    if rule.abandons is Abandons.SHORT_EXCLUDED:
        return words.gettext(" without those who hung up before %(short)s", short=short_time(rule.short_ms))
    return ""


def rule_of(config: QueueConfig | None) -> LevelRule:
    """What the queue is measured by."""
    return config.level if config is not None else LevelRule()


def queue_row(words: Words, floor: FloorView, queue: QueueView, trend: tuple[int, ...]) -> QueueRow:
    """The row of one queue; ``trend`` is how many waited, minute by minute."""
    rule = rule_of(words.config.queues.get(queue.id))
    closure = queue.closure
    return QueueRow(
        id=queue.id,
        name=words.name(queue.names, queue.id),
        waiting=queue.waiting,
        oldest_ms=floor.at_ms - queue.longest_wait_ms if queue.waiting else None,
        late=bool(queue.waiting) and queue.longest_wait_ms > rule.within_ms,
        expected=short_time(queue.expected_wait_ms),
        available=queue.agents_available,
        signed_in=queue.agents_signed_in,
        level_now=service_level(
            words,
            N_("Answered within %(within)s ÷ offered%(without)s, last half hour: %(part)s ÷ %(whole)s"),
            queue.recent,
            rule,
        ),
        level_today=service_level(
            words,
            N_("Answered within %(within)s ÷ offered%(without)s, today: %(part)s ÷ %(whole)s"),
            queue.today,
            rule,
        ),
        lost=queue.today.abandoned,
        lost_share=abandonment(words, queue.today),
        trend=trend,
        trend_text=words.gettext("Waiting in the last half hour: at most %(most)s", most=max(trend, default=0)),
        callbacks=queue.callbacks_waiting,
        closed_by=words.person(closure.by) if closure else "",
        closed_since_ms=closure.since_ms if closure else 0,
        closed_to=words.target(closure.target) if closure and closure.target else "",
        alarmed=any(alarm.subject == queue.id for alarm in floor.alarms),
    )


def totals(words: Words, floor: FloorView, rows: Sequence[QueueRow]) -> Totals:
    """The figures over all queues; agents as far as they are seen."""
    today = QueueSums.of(queue.today for queue in floor.queues)
    return Totals(
        waiting=sum(row.waiting for row in rows),
        oldest_ms=min((row.oldest_ms for row in rows if row.oldest_ms is not None), default=None),
        late=any(row.late for row in rows),
        talking=sum(agent.state is AgentState.BUSY for agent in floor.agents),
        available=sum(agent.state is AgentState.AVAILABLE for agent in floor.agents),
        answered=today.answered,
        offered=today.offered,
        level_now=service_level(
            words,
            N_("Answered within each queue's time ÷ offered, last half hour: %(part)s ÷ %(whole)s"),
            QueueSums.of(queue.recent for queue in floor.queues),
            None,
        ),
        level_today=service_level(
            words,
            N_("Answered within each queue's time ÷ offered, today: %(part)s ÷ %(whole)s"),
            today,
            None,
        ),
        lost_share=abandonment(words, today),
    )
