"""Campaigns for programs: which there are, what came of them, more leads, and who is not to be called any more.

Nothing here dials. Leads go the way of a file: each row is checked, judged by the campaign's rules, and judged again in
the moment of dialling.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from callcenter.domain.access import Right
from callcenter.domain.campaign_records import Campaign as CampaignRecord
from callcenter.domain.campaign_records import CampaignState
from callcenter.domain.campaigns import CampaignMode
from callcenter.domain.errors import Rejected
from callcenter.domain.lead_lists import Mapping, Use
from callcenter.domain.phone import callable_number
from callcenter.reports.campaigns import picked_up, talked
from callcenter.web.api.bearer import bearer, services_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer

router = APIRouter(tags=["campaigns"])
Runner = Annotated[Viewer, Depends(bearer(Right.RUN_CAMPAIGNS))]
Seer = Annotated[Viewer, Depends(bearer(Right.RUN_CAMPAIGNS, Right.APPROVE_CAMPAIGNS))]
CampaignId = Annotated[str, Path(min_length=1, max_length=100)]
_Text = Annotated[str, Field(max_length=200)]


class Campaign(BaseModel):
    """One campaign."""

    id: str
    names: dict[str, str]
    state: CampaignState
    mode: CampaignMode
    requested_by: str
    approved_by: str
    changed_ms: int


class Figures(BaseModel):
    """What a campaign's calls came to, in all and today. ``outcomes`` are attempts by outcome."""

    dialled: int
    answered: int
    spoken: int
    abandoned: int
    outcomes: dict[str, int]
    today: dict[str, int]
    line_ms: int


class NewLead(BaseModel):
    """Somebody to call. ``columns`` is what agents, flows and rules are told besides, such as ``consent``."""

    model_config = ConfigDict(extra="forbid")
    number: str = Field(min_length=1, max_length=60)
    name: _Text = ""
    time_zone: str = Field(default="", max_length=60)
    columns: dict[Annotated[str, Field(min_length=1, max_length=60)], _Text] = Field(default={}, max_length=20)


class NewLeads(BaseModel):
    """Leads to add, as one list of this name."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=80)
    leads: list[NewLead] = Field(min_length=1, max_length=1_000)


class ListState(BaseModel):
    """A list of leads. ``state`` is ``importing``, ``imported`` or ``failed``; rows are counted as they are read."""

    id: int
    state: str
    accepted: int
    refused: int
    rejected: int


class OptOut(BaseModel):
    """Whoever has this number is called by no campaign any more. ``reason`` says how they said so."""

    model_config = ConfigDict(extra="forbid")
    number: str = Field(max_length=40)
    reason: str = Field(default="", max_length=500)


@router.get("/campaigns")
async def campaigns(request: Request, viewer: Seer) -> list[Campaign]:
    """All campaigns, the last changed first."""
    return [_campaign(one) for one in await services_of(request).campaigns.listed()]


@router.get("/campaigns/{campaign}")
async def figures(request: Request, viewer: Seer, campaign: CampaignId) -> Figures:
    """What a campaign's calls came to."""
    await _found(request, campaign)
    funnel = await services_of(request).campaigns.funnel(campaign)
    return Figures(
        dialled=funnel.dialled,
        answered=picked_up(funnel.outcomes),
        spoken=talked(funnel.outcomes),
        abandoned=funnel.outcomes.get("abandoned", 0),
        outcomes=funnel.outcomes,
        today=funnel.today,
        line_ms=funnel.line_ms,
    )


@router.post("/campaigns/{campaign}/leads", status_code=202)
async def add_leads(request: Request, viewer: Runner, campaign: CampaignId, new: NewLeads) -> ListState:
    """Add leads. They are read as a file is; sending the very same again is refused as ``list_same_file``."""
    await _found(request, campaign)
    desk, (mapping, text) = services_of(request).lead_lists, as_file(new.leads)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    by = viewer.user.name
    made = await desk.receive(campaign, new.name, f"api-{digest}.csv", by, _piece(text.encode()))
    await desk.begin(made.id, mapping, by)
    return await list_state(request, viewer, campaign, made.id)


@router.get("/campaigns/{campaign}/lists/{list_id}")
async def list_state(
    request: Request, viewer: Runner, campaign: CampaignId, list_id: Annotated[int, Path(ge=1, le=2**53)]
) -> ListState:
    """How far the reading of a list is."""
    found = await services_of(request).leads.list_of(list_id)
    if found is None or found.campaign != campaign:
        raise NotFound
    counts = {"accepted": found.accepted, "refused": found.refused, "rejected": found.rejected}
    return ListState(id=found.id, state=str(found.state), **counts)


@router.post("/opt-outs", status_code=204)
async def opt_out(request: Request, viewer: Runner, asked: OptOut) -> None:
    """Somebody does not want to be called any more; what rings for them just now is hung up."""
    number = callable_number(asked.number)
    if not number:
        raise Rejected("not_a_number", "number")
    await services_of(request).campaigns.opt_out(number, viewer.user.name, asked.reason)


def as_file(leads: Sequence[NewLead]) -> tuple[Mapping, str]:
    """The leads as a CSV file, and what its columns are."""
    extra = list(dict.fromkeys(name for lead in leads for name in lead.columns))
    headings = ("number", "name", "time zone", *extra)
    uses = (Use.NUMBER, Use.NAME, Use.ZONE, *(Use.VARIABLE for _ in extra))
    rows: list[list[Any]] = [
        [lead.number, lead.name, lead.time_zone, *(lead.columns.get(name, "") for name in extra)] for lead in leads
    ]
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return Mapping(headings, uses, encoding="utf-8-sig", delimiter=","), out.getvalue()


async def _piece(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _found(request: Request, campaign: str) -> CampaignRecord:
    try:
        return await services_of(request).campaigns.get(campaign)
    except Rejected as unknown:
        raise NotFound from unknown


def _campaign(one: CampaignRecord) -> Campaign:
    return Campaign(
        id=one.id,
        names=dict(one.spec.names),
        state=one.state,
        mode=one.spec.mode,
        requested_by=one.requested_by,
        approved_by=one.approved_by,
        changed_ms=one.changed_ms,
    )
