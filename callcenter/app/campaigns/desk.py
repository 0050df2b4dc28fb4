"""What people do with campaigns: ask, approve, start, pause, end. Each act is audited; the core is told what runs."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from callcenter.core.state import CoreState
from callcenter.domain import audit_campaigns
from callcenter.domain.campaign_records import (
    Campaign,
    CampaignAct,
    CampaignQuarter,
    CampaignSpec,
    CampaignState,
    Fault,
    Funnel,
    OptOut,
    PacingSaid,
)
from callcenter.domain.campaigns import RunningCampaign
from callcenter.domain.errors import Rejected
from callcenter.domain.events import CampaignsChanged, LeadWithdrawn
from callcenter.domain.leads import NumberOptedOut
from callcenter.domain.phone import international
from callcenter.domain.ports import AuditLog, CampaignFigureStore, CampaignStore, Clock, LeadStore
from callcenter.domain.records import AuditRecord
from dialer.campaign import life
from dialer.campaign.check import Known, faults

_KNOWN_TO_THE_CORE = (CampaignState.RUNNING, CampaignState.PAUSED)
NOTE_LENGTH = 500


class Submits(Protocol):
    """Puts an event through the engine."""

    async def __call__(self, event: Any, /) -> Any:
        """Journal it; raises ``Rejected`` when it was refused."""


class CampaignDesk:
    """Fills the ``Campaigns`` port of the web."""

    def __init__(
        self,
        store: CampaignStore,
        leads: LeadStore,
        audit: AuditLog,
        clock: Clock,
        submit: Submits,
        state: Callable[[], CoreState],
        figures: CampaignFigureStore,
    ) -> None:
        self._store, self._figures, self._leads, self._audit, self._clock = store, figures, leads, audit, clock
        self._submit, self._state = submit, state
        self._one = asyncio.Lock()
        self.said: dict[str, PacingSaid] = {}
        """What pacing decided last, by campaign; kept up by the dialler."""

    async def listed(self) -> Sequence[Campaign]:
        """All campaigns, the last changed first."""
        return await self._store.listed()

    async def get(self, campaign: str) -> Campaign:
        """One. Rejected: ``unknown_campaign``."""
        found = await self._store.get(campaign)
        if found is None:
            raise Rejected("unknown_campaign", campaign)
        return found

    def faults(self, spec: CampaignSpec) -> list[Fault]:
        """What keeps a request from being submitted."""
        state = self._state()
        return faults(spec, Known(state.config.queues, state.flows, frozenset(own_numbers(state))))

    async def create(self, spec: CampaignSpec, by: str) -> Campaign:
        """A new draft."""
        name = f"{datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC):%y%m%d}-{uuid.uuid4().hex[:6]}"
        made = await self._store.save(Campaign(id=name, spec=spec, requested_by=by), self._clock.now_ms())
        await self._note(by, audit_campaigns.CAMPAIGN_EDITED, made)
        return made

    async def edit(self, campaign: str, version: int, spec: CampaignSpec, by: str) -> Campaign:
        """Another request; a draft again. Rejected: ``stale``, ``campaign_running``, ``unknown_campaign``."""
        async with self._one:
            before = _unchanged(await self.get(campaign), version)
            made = await self._store.save(life.edited(before, spec, by), self._clock.now_ms())
            await self._note(by, audit_campaigns.CAMPAIGN_EDITED, made)
            await self.tell_core()
            return made

    async def act(self, campaign: str, version: int, act: CampaignAct, by: str, note: str = "") -> Campaign:
        """One step of its life.

        Rejected: ``stale``, ``unknown_campaign``, ``campaign_state``, ``own_campaign``; ``campaign_faults`` when a
        request with faults would be submitted or started; ``no_leads`` when one without a list would start.
        """
        async with self._one:
            before = _unchanged(await self.get(campaign), version)
            if act in (CampaignAct.SUBMIT, CampaignAct.APPROVE, CampaignAct.START) and self.faults(before.spec):
                raise Rejected("campaign_faults")
            if act is CampaignAct.START and not await self._leads.counts(campaign):
                raise Rejected("no_leads")
            after = life.done(before, act, by, note.strip()[:NOTE_LENGTH])
            after = await self._store.save(after, self._clock.now_ms())
            await self._note(by, f"campaign_{act}", after)
            await self.tell_core()
            return after

    async def opt_out(self, number: str, by: str, reason: str) -> None:
        """A person must not be called any more: kept with who says so, and whatever rings for them is hung up."""
        whole = international(number)
        await self._store.opt_out(OptOut(whole, self._clock.now_ms(), f"user:{by}", reason[:NOTE_LENGTH]))
        await self._leads.settle([NumberOptedOut(whole)])
        state = self._state()
        for lead, contact in list(state.leads.items()):
            if state.contacts[contact].caller == whole:
                await self._submit(LeadWithdrawn(lead=lead, reason="opted_out"))
        await self._audit.write(AuditRecord(self._clock.now_ms(), by, audit_campaigns.OPTED_OUT, "", {}))

    async def funnel(self, campaign: str) -> Funnel:
        """What its attempts came to."""
        return await self._store.funnel(campaign, self._state().midnight(self._clock.now_ms()))

    async def today(self, campaign: str) -> Sequence[CampaignQuarter]:
        """Today's quarters of an hour in which something happened, in order."""
        now = self._clock.now_ms()
        return await self._figures.quarters(campaign, self._state().midnight(now), now + 1)

    def pacing(self, campaign: str) -> PacingSaid | None:
        """What pacing decided last for a predictive campaign that runs."""
        return self.said.get(campaign)

    def numbers(self) -> Sequence[str]:
        """The centre's own numbers, which a campaign may show."""
        return sorted(own_numbers(self._state()))

    async def running(self) -> list[Campaign]:
        """Those that dial now."""
        return list(await self._store.in_state(CampaignState.RUNNING))

    async def tell_core(self) -> None:
        """Let the core know which campaigns run or pause, where that is not what it has."""
        known = {one.id: running_of(one) for one in await self._store.in_state(*_KNOWN_TO_THE_CORE)}
        if known != self._state().campaigns:
            await self._submit(CampaignsChanged(campaigns=known))

    async def _note(self, by: str, act: str, campaign: Campaign) -> None:
        detail = {"version": campaign.version, **({"note": campaign.note} if campaign.note else {})}
        await self._audit.write(AuditRecord(self._clock.now_ms(), by, act, f"campaign:{campaign.id}", detail))


def running_of(campaign: Campaign) -> RunningCampaign:
    """What the core must know of it."""
    spec = campaign.spec
    return RunningCampaign(
        id=campaign.id,
        names=spec.names,
        on_behalf_of=spec.on_behalf_of,
        mode=spec.mode,
        dials=campaign.state is CampaignState.RUNNING,
        queue=spec.queue,
        flow=spec.flow,
        script=spec.script,
        caller_number=spec.caller_number,
        ring_ms=spec.ring_ms,
        attempts=spec.attempts,
        retries=spec.retries,
        results=spec.results,
        machines=spec.machines,
        machine_message=spec.machine_message,
    )


def own_numbers(state: CoreState) -> set[str]:
    """The numbers of this centre: those that customers can ring, and the one it shows."""
    return {*(number for number in state.config.numbers if number != "*"), state.config.caller_number} - {""}


def _unchanged(campaign: Campaign, version: int) -> Campaign:
    if campaign.version != version:
        raise Rejected("stale", campaign.id)
    return campaign
