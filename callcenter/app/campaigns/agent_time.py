"""How much of their time the agents of running campaigns are busy, kept by quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from callcenter.app.campaigns.desk import CampaignDesk
from callcenter.core.center import Center
from callcenter.domain.agent import AgentState
from callcenter.domain.campaign_records import PacedTime
from callcenter.domain.campaigns import CampaignMode
from callcenter.domain.errors import ProviderError
from callcenter.domain.figures import INTERVAL_MS
from callcenter.domain.ports import CampaignFigureStore, Clock

log = structlog.get_logger(__name__)

LOOKS_EVERY_MS = 2_000
KEPT_EVERY_MS = 10_000
_AWAY = frozenset({AgentState.ON_BREAK, AgentState.LOGGED_OUT})


class AgentTime:
    """Adds up what it sees at each look, as if it had been so since the one before."""

    def __init__(self, desk: CampaignDesk) -> None:
        self._desk = desk
        self._seen_ms: int | None = None
        self._sums: dict[tuple[str, int], list[int]] = {}

    def look(self, center: Center, now_ms: int) -> None:
        """See what the agents do; O(agents of the campaigns' queues). After a long pause nothing is made up."""
        passed = 0 if self._seen_ms is None else min(now_ms - self._seen_ms, 2 * LOOKS_EVERY_MS)
        self._seen_ms = now_ms
        queues: dict[str, tuple[int, int]] = {}
        for campaign in center.state.campaigns.values():
            if not campaign.dials or campaign.mode is CampaignMode.FLOW or passed <= 0:
                continue
            if campaign.queue not in queues:
                queues[campaign.queue] = at_work(center, campaign.queue)
            present, busy = queues[campaign.queue]
            said = self._desk.pacing(campaign.id)
            ahead = said is not None and said.mode == CampaignMode.PREDICTIVE
            sums = self._sums.setdefault((campaign.id, now_ms - now_ms % INTERVAL_MS), [0, 0, 0])
            for place, share in enumerate((present, busy, present if ahead else 0)):
                sums[place] += share * passed

    def take(self) -> list[PacedTime]:
        """What came together since the last time."""
        taken, self._sums = self._sums, {}
        return [PacedTime(campaign, quarter, *sums) for (campaign, quarter), sums in taken.items() if sums[0]]


def at_work(center: Center, queue: str) -> tuple[int, int]:
    """How many agents of a queue are there, and how many of them are busy."""
    members = center.acd.members(queue) if queue in center.state.config.queues else ()
    states = [center.acd.agent(agent).state for agent in members]
    there = [state for state in states if state not in _AWAY]
    return len(there), sum(state is not AgentState.AVAILABLE for state in there)


async def keep_agent_time(
    desk: CampaignDesk, store: CampaignFigureStore, clock: Clock, center: Callable[[], Center]
) -> None:
    """Look every other second, and keep what came together every ten; until cancelled."""
    time = AgentTime(desk)
    kept_ms = clock.now_ms()
    while True:
        now = clock.now_ms()
        time.look(center(), now)
        if now >= kept_ms + KEPT_EVERY_MS:
            kept_ms = now
            try:
                await store.add_time(time.take())
            except ProviderError as trouble:
                # Ten seconds of a chart are lost; calls go on.
                log.warning("agents' time of campaigns was not kept", trouble=str(trouble))
        await clock.sleep_until(now + LOOKS_EVERY_MS)
