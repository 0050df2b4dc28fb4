"""The port of campaigns: what is asked for, what was tried, and who may not be called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from callcenter.domain.campaign_records import (
    Campaign,
    CampaignAct,
    CampaignQuarter,
    CampaignSpec,
    CampaignState,
    Fault,
    Funnel,
    OptOut,
    PacedTime,
    PacingSaid,
    PastAttempts,
)
from callcenter.domain.campaign_reports import CampaignReport, ReportDue


class CampaignStore(Protocol):
    """Campaigns and their attempts. The journal writes the attempts, in its own transaction."""

    async def save(self, campaign: Campaign, now_ms: int) -> Campaign:
        """Keep a new state of it. Raises ``Rejected`` (``stale``) unless its version is the one that is kept."""
        ...

    async def get(self, campaign: str) -> Campaign | None:
        """One campaign."""
        ...

    async def listed(self) -> Sequence[Campaign]:
        """All, the last changed first."""
        ...

    async def in_state(self, *states: CampaignState) -> Sequence[Campaign]:
        """Those in one of the states."""
        ...

    async def tried(self, lead: int) -> Mapping[str, int]:
        """The lead's settled attempts by outcome."""
        ...

    async def past(self, number: str, now_ms: int, midnight_ms: int) -> PastAttempts:
        """What was tried with a person, over all campaigns and calls of agents."""
        ...

    async def funnel(self, campaign: str, midnight_ms: int) -> Funnel:
        """What its attempts came to."""
        ...

    async def opt_out(self, entry: OptOut) -> None:
        """The person is called no more; the first proof is kept."""
        ...

    async def opted_out(self, number: str) -> OptOut | None:
        """Whether the person may not be called, and the proof."""
        ...


class CampaignFigureStore(Protocol):
    """Figures of campaigns by quarter of an hour. The journal counts the attempts, in its own transaction."""

    async def add_time(self, times: Sequence[PacedTime]) -> None:
        """Add agents' time to the quarters it is of."""
        ...

    async def quarters(self, campaign: str, from_ms: int, to_ms: int) -> Sequence[CampaignQuarter]:
        """Those in which something happened, in order."""
        ...


class CampaignReportStore(Protocol):
    """Reports of campaigns, and when the next ones are due."""

    async def by_agent(self, campaign: str, from_ms: int, to_ms: int) -> Mapping[str, Mapping[str, int]]:
        """Dialled attempts that ended in the time, by agent and outcome."""
        ...

    async def expect(self, due: Sequence[ReportDue]) -> None:
        """Note when reports are due; what is noted already stays as it is."""
        ...

    async def due(self, now_ms: int) -> Sequence[ReportDue]:
        """Those whose time has come, the longest due first."""
        ...

    async def keep(self, report: CampaignReport, due: ReportDue, then: int | None) -> bool:
        """Keep a report and move its due time to ``then`` (None: no more), both or none; False: it was done before."""
        ...

    async def reviewed(self) -> Collection[str]:
        """Campaigns whose review was made."""
        ...

    async def kept(self, campaign: str) -> Sequence[CampaignReport]:
        """The reports of a campaign, the newest first."""
        ...


class CampaignReports(Protocol):
    """What was reported of campaigns."""

    async def kept(self, campaign: str) -> Sequence[CampaignReport]:
        """The reports that were made, the newest first."""
        ...

    async def now(self, campaign: str) -> CampaignReport:
        """The whole campaign up to this moment."""
        ...


class Campaigns(Protocol):
    """What people do with campaigns. What can't be done raises ``Rejected``."""

    async def listed(self) -> Sequence[Campaign]:
        """All, the last changed first."""
        ...

    async def get(self, campaign: str) -> Campaign:
        """One. Refused: ``unknown_campaign``."""
        ...

    def faults(self, spec: CampaignSpec) -> list[Fault]:
        """What keeps a request from being submitted."""
        ...

    def pacing(self, campaign: str) -> PacingSaid | None:
        """What pacing decided last for a predictive campaign that runs."""
        ...

    def numbers(self) -> Sequence[str]:
        """The centre's own numbers, which a campaign may show."""
        ...

    async def funnel(self, campaign: str) -> Funnel:
        """What its attempts came to."""
        ...

    async def today(self, campaign: str) -> Sequence[CampaignQuarter]:
        """Today's quarters of an hour in which something happened, in order."""
        ...

    async def create(self, spec: CampaignSpec, by: str) -> Campaign:
        """A new draft."""
        ...

    async def edit(self, campaign: str, version: int, spec: CampaignSpec, by: str) -> Campaign:
        """Another request; a draft again. Refused: ``stale``, ``campaign_running``."""
        ...

    async def act(self, campaign: str, version: int, act: CampaignAct, by: str, note: str = "") -> Campaign:
        """One step of its life.

        Refused: ``stale``, ``campaign_state``, ``own_campaign``, ``campaign_faults``, ``no_leads``.
        """
        ...

    async def opt_out(self, number: str, by: str, reason: str) -> None:
        """The person is called no more by anybody; what rings for them is hung up."""
        ...
