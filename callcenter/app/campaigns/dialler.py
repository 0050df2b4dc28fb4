"""Takes leads from the lists of running campaigns and has them called: as many as there is room for, each one judged.

A lead goes to the core only after the campaign's hours and every rule of its packs allowed this call at this moment.
What the core takes is written, with the verdict, in the same transaction as the lead's new state; so a crash between
any two lines neither loses a lead nor calls it twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import structlog

from callcenter.app.campaigns.desk import CampaignDesk, own_numbers
from callcenter.app.campaigns.pools import Pools
from callcenter.app.campaigns.room import Room, room_of
from callcenter.app.campaigns.trunk import Trunk, TrunkLimits
from callcenter.core.center import Center
from callcenter.core.state import CoreState
from callcenter.domain.campaign_records import Campaign, CampaignAct, CampaignSpec, Funnel, PacingSaid
from callcenter.domain.campaigns import PICKED_UP, CampaignMode, Outcome, RunningCampaign
from callcenter.domain.config import Calendar
from callcenter.domain.effects import Effect, LeadTaken
from callcenter.domain.errors import Rejected
from callcenter.domain.events import Event, LeadCalled
from callcenter.domain.journal import JournalEntry
from callcenter.domain.leads import Lead, LeadBarred, LeadChange, LeadPutOff, LeadState
from callcenter.domain.ports import CampaignStore, Clock, LeadStore
from dialer.campaign.breaker import Breaker
from dialer.campaign.facts import Surroundings
from dialer.campaign.verdict import Ruling, rule
from dialer.pacing.words import Dial, PacingReason
from dialer.rules.facts import DayKind
from dialer.rules.pack import Pack, shipped

log = structlog.get_logger(__name__)

EVERY_MS = 1_000
LOOKED_AT = 50
"""So many leads of one campaign are judged in a round at most; those put off do not hold up the rest for long."""
NOT_NOW_MS = 10_000
"""A lead that the core did not take (its queue closed in this moment) is asked for again so much later."""
SYSTEM = "system"
"""Who acts where no person does."""
_OURS = frozenset({"outcome", "agent", "preferred_agent", "excluded_agents", "weight"})
"""Variables that decide something in flows, router or campaigns."""
_AGENTS = "agent:"
"""How a lead's owner is written when it is one agent."""


class Dialler:
    """One round a second. ``submit`` puts an event through the engine and gives back its effects."""

    def __init__(
        self,
        desk: CampaignDesk,
        store: CampaignStore,
        leads: LeadStore,
        clock: Clock,
        center: Callable[[], Center],
        submit: Callable[[Event], Awaitable[Sequence[Effect]]],
        new_contact: Callable[[], str],
        trunk: TrunkLimits = TrunkLimits(),
    ) -> None:
        self._desk, self._store, self._leads, self._clock = desk, store, leads, clock
        self._center, self._submit, self._new_contact = center, submit, new_contact
        self._pools, self._trunk, self._breaker = Pools(center), Trunk(trunk), Breaker()
        self.idle = True
        """Whether no round is under way; lets virtual time go on."""

    async def run(self) -> None:
        """Until cancelled. A round that failed is logged, and the next one is a second later."""
        while True:
            self.idle = False
            try:
                await self.round()
            except Exception:
                # One bad round must not end the campaigns of the day; it is asked again in a second.
                log.exception("dialler round failed")
            finally:
                self.idle = True
            await self._clock.sleep_until(self._clock.now_ms() + EVERY_MS)

    async def round(self) -> int:
        """One look at every running campaign; how many leads were given to the core."""
        if not any(one.dials for one in self._center().state.campaigns.values()):
            return 0
        known = self._center().state.campaigns
        campaigns = [one for one in await self._desk.running() if one.id in known and known[one.id].dials]
        campaigns = [one for one in campaigns if not await self._paused(one)]
        now = self._clock.now_ms()
        ahead = [one for one in campaigns if one.spec.mode is CampaignMode.PREDICTIVE]
        midnight = self._center().state.midnight(now)
        funnels = {one.id: await self._store.funnel(one.id, midnight) for one in campaigns if _counted(one.spec)}
        dials = self._pools.decide(ahead, now, funnels)
        self._desk.said = {name: PacingSaid(dial.mode, dial.reason, now) for name, dial in dials.items()}
        given = 0
        for campaign in campaigns:
            funnel = funnels.get(campaign.id, Funnel())
            given += await self._dial(campaign, known[campaign.id], funnel, dials.get(campaign.id))
        return given

    def observe(self, entry: JournalEntry) -> None:
        """What was written: pacing and the breaker learn from it."""
        self._pools.observe(entry)
        for effect in entry.effects:
            self._breaker.observe(effect)

    async def _paused(self, campaign: Campaign) -> bool:
        """Pause it if its calls fail; whoever starts it again has mended the carrier, or bears the failures."""
        failing = self._breaker.failing(campaign.id, campaign.spec.failure_share)
        if failing is None:
            return False
        self._breaker.forget(campaign.id)
        log.warning("campaign_paused", campaign=campaign.id, failed=failing.failed, looked_at=failing.looked_at)
        with suppress(Rejected):  # somebody was faster
            await self._desk.act(campaign.id, campaign.version, CampaignAct.PAUSE, SYSTEM, failing.note)
        return True

    async def _dial(self, campaign: Campaign, running: RunningCampaign, funnel: Funnel, dial: Dial | None) -> int:
        spec = campaign.spec
        room = room_of(self._center(), running, spec, funnel, dial)
        if not room:
            return 0
        around = _surroundings(self._center().state, spec, funnel)
        given = 0
        for place in room:
            left, why = self._trunk.room(campaign.id, spec, self._center(), self._clock.now_ms())
            calls = min(place.calls, left)
            done = await self._fill(campaign, replace(place, calls=calls), around) if calls else 0
            given += done
            if why is not None and done == calls < place.calls:
                self._say(campaign, why)
                break
        return given

    def _say(self, campaign: Campaign, why: PacingReason) -> None:
        """The carrier, not pacing, keeps it from dialling more."""
        said = self._desk.said.get(campaign.id)
        mode = said.mode if said is not None else campaign.spec.mode
        self._desk.said[campaign.id] = PacingSaid(mode, why, self._clock.now_ms())

    async def _fill(self, campaign: Campaign, room: Room, around: Surroundings) -> int:
        """Find as many leads as there is room for; those that may not be called now are put off or barred."""
        given = 0
        for _ in range(LOOKED_AT):
            if given >= room.calls:
                break
            wanted = min(room.calls - given, LOOKED_AT)
            now = self._clock.now_ms()
            found = await self._leads.next_due(campaign.id, now, wanted, agent=room.agent, teams=room.teams)
            if not found:
                break
            for lead in found:
                given += await self._one(campaign, lead, around, room.risks[given] if room.risks else 0.0)
        return given

    async def _one(self, campaign: Campaign, lead: Lead, around: Surroundings, risk: float) -> int:
        now = self._clock.now_ms()
        ruling = await self._ruling(around, lead, now)
        if not ruling.dials:
            await self._leads.settle([_settled(lead, ruling)])
            return 0
        contact, pool = self._new_contact(), self._pools.of(campaign.spec.queue)
        if pool is not None and campaign.spec.mode is CampaignMode.PREDICTIVE:
            pool.expect(contact, risk)
        event = LeadCalled(
            contact=contact,
            campaign=campaign.id,
            lead=lead.id,
            number=lead.number,
            name=lead.name,
            agent=lead.owner.removeprefix(_AGENTS) if lead.owner.startswith(_AGENTS) else "",
            tried=dict(await self._store.tried(lead.id)),
            variables=_variables(lead),
            verdict=ruling.told,
        )
        effects = await self._submit(event)
        if any(isinstance(effect, LeadTaken) for effect in effects):
            self._trunk.placed(campaign.id, now)
            return 1
        if pool is not None:
            pool.not_placed(contact)
        await self._leads.settle([LeadPutOff(lead.id, "not_now", now + NOT_NOW_MS)])
        return 0

    async def _ruling(self, around: Surroundings, lead: Lead, now_ms: int) -> Ruling:
        past = await self._store.past(lead.number, now_ms, self._center().state.midnight(now_ms))
        opted_out = await self._store.opted_out(lead.number)
        return rule(around, packs_of(around.spec.packs), lead, past, opted_out, now_ms)


def _counted(spec: CampaignSpec) -> bool:
    """Whether what its attempts came to decides how many may follow."""
    return bool(spec.daily_limit or spec.total_limit or spec.budget) or spec.mode is CampaignMode.PREDICTIVE


def _surroundings(state: CoreState, spec: CampaignSpec, funnel: Funnel) -> Surroundings:
    """What is the same for every lead of a campaign in one round."""
    counts = _counts(funnel) if spec.mode is CampaignMode.PREDICTIVE else (None, None)
    return Surroundings(spec, frozenset(own_numbers(state)), _days(state.config.calendars), *counts)


def _counts(funnel: Funnel) -> tuple[int, int]:
    """People who answered, and those of them who found no agent."""
    return sum(funnel.outcomes.get(outcome, 0) for outcome in PICKED_UP), funnel.outcomes.get(Outcome.ABANDONED, 0)


def _settled(lead: Lead, ruling: Ruling) -> LeadChange:
    if ruling.due_ms is not None:
        return LeadPutOff(lead.id, ruling.reason, ruling.due_ms)
    return LeadBarred(lead.id, ruling.reason, state=ruling.state or LeadState.SUSPENDED)


def _variables(lead: Lead) -> dict[str, Any]:
    """What the list tells besides; a column that is called like something of ours changes nothing."""
    return {name: value for name, value in lead.variables.items() if name.isidentifier() and name not in _OURS}


@lru_cache(maxsize=16)
def packs_of(names: tuple[str, ...]) -> tuple[Pack, ...]:
    """The regulation packs by name."""
    return tuple(shipped(name) for name in names)


def _days(calendars: Mapping[str, Calendar]) -> dict[date, DayKind]:
    """What the centre's calendars say of days. Of a year that none knows nothing is said, and rules refuse."""
    found: dict[date, DayKind] = {}
    for calendar in calendars.values():
        for year in calendar.years:
            found |= _year(year)
        for day, kind in calendar.days.items():
            with suppress(ValueError):
                found[date.fromisoformat(day)] = DayKind.WORKDAY if kind == "workday" else DayKind.OTHER
    return found


@lru_cache(maxsize=16)
def _year(year: int) -> dict[date, DayKind]:
    first = date(year, 1, 1).toordinal()
    days = (date.fromordinal(first + n) for n in range(date(year, 12, 31).toordinal() - first + 1))
    return {day: DayKind.WORKDAY if day.weekday() < 5 else DayKind.OTHER for day in days}
