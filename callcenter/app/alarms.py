"""Watches the floor's figures once a second, tells the core what passed its limit, and the webhooks what stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Protocol

import structlog

from callcenter.app.webhooks import Webhooks
from callcenter.core.alarms import AlarmBoard
from callcenter.core.duty import off_duty
from callcenter.domain.alarms import QUEUE_METRICS, UNSERVED_RULE, Alarm
from callcenter.domain.config import CenterConfig
from callcenter.domain.effects import Effect
from callcenter.domain.errors import Rejected
from callcenter.domain.events import Event
from callcenter.domain.ports import Clock
from callcenter.domain.views import FloorView

log = structlog.get_logger(__name__)

EVERY_MS = 1_000


def hooks_of(config: CenterConfig, alarm: Alarm, addresses: Iterable[str]) -> list[str]:
    """The webhooks that are told of an alarm: its rule's.

    Of a queue that nobody signed in can serve no rule speaks. Whoever is told of the queue's other figures is told of
    that as well; where nobody is, every one of ``addresses``.
    """
    if alarm.rule != UNSERVED_RULE:
        return [rule.webhook for rule in config.alarms if rule.id == alarm.rule and rule.webhook]
    about = (rule for rule in config.alarms if rule.metric in QUEUE_METRICS)
    named = {rule.webhook for rule in about if rule.webhook and (not rule.queues or alarm.subject in rule.queues)}
    return sorted(named or addresses)


class WatchedDesk(Protocol):
    """What is needed of the desk port."""

    async def submit(self, event: Event) -> tuple[Effect, ...]:
        """Journal an event and return its effects."""
        ...

    def floor_view(self) -> FloorView:
        """The floor now."""
        ...

    def is_alarmed(self) -> bool:
        """Whether an alarm stands; asked after every change, so it costs the same however large the floor is."""
        ...

    def config(self) -> CenterConfig:
        """The configuration in force."""
        ...

    def changes(self, agent: str | None = None) -> AsyncIterator[None]:
        """Yields at once, then after each change."""
        ...


class AlarmWatch:
    """Runs until it is cancelled. Costs nothing while there is no rule and no alarm."""

    def __init__(self, desk: WatchedDesk, clock: Clock, webhooks: Webhooks) -> None:
        self._desk = desk
        self._clock = clock
        self._webhooks = webhooks
        self._board = AlarmBoard()
        self._told: frozenset[tuple[str, int]] | None = None
        """The alarms that webhooks know to stand, with their beginnings; None: not in accord since the start."""

    async def run(self) -> None:
        """Look every second while there is something to look at."""
        while True:
            try:
                await self._something_to_watch()
                await self.look()
            except Exception:
                # the next look must come, whatever was wrong with this one
                log.exception("alarm_watch_failed")
            await self._clock.sleep_until(self._clock.now_ms() + EVERY_MS)

    async def look(self) -> None:
        """Once: tell the core what passed its limit, and then the webhooks what stands."""
        config, floor = self._desk.config(), self._desk.floor_view()
        passed = self._board.look(floor, config.alarms, off_duty(config, self._clock.now_ms()))
        for event in passed:
            try:
                await self._desk.submit(event)
            except Rejected as error:
                log.warning("threshold_not_taken", rule=event.rule, subject=event.subject, why=error.code)
        await self._tell(self._desk.floor_view().alarms if passed else floor.alarms)

    async def _tell(self, alarms: Iterable[Alarm]) -> None:
        """Whatever made alarms begin or end: a figure, a rule that was taken away, a restart in between."""
        standing = {(alarm.id, alarm.since_ms): alarm for alarm in alarms}
        if self._told == standing.keys():
            return
        config, addresses = self._desk.config(), self._webhooks.addresses
        told = {key: hooks_of(config, alarm, addresses) or [""] for key, alarm in standing.items()}
        await self._webhooks.tell([(hook, standing[key]) for key, hooks in told.items() for hook in hooks])
        self._told = frozenset(standing)

    async def _something_to_watch(self) -> None:
        if self._is_needed():
            return
        await self._tell(())
        async for _ in self._desk.changes():
            if self._is_needed():
                return

    def _is_needed(self) -> bool:
        return bool(self._desk.config().alarms) or self._desk.is_alarmed()
