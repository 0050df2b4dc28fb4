"""A campaign's leads: page by page, found by number, shown whole with a reason; handed out and taken back."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from callcenter.domain import audit_leads
from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.leads import Lead, LeadState
from callcenter.web import masking
from callcenter.web.access import services_of, signed_in
from callcenter.web.csrf_masks import masked
from callcenter.web.errors import NotFound
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.routes.campaign_lists import CampaignId, ListId, Runner, named, note
from callcenter.web.sessions import Viewer
from callcenter.web.wording import lead_lists as wording
from callcenter.web.wording import leads as lead_words
from callcenter.web.wording.refusals import refusal
from callcenter.web.wording.words import Words, masked_name, masked_number
from dialer.lists.shares import even

router = APIRouter(prefix="/campaigns/{campaign}")
Unmasker = Annotated[Viewer, Depends(signed_in(Right.UNMASK))]
PAGE = 50
FOUND = 100
MIN_DIGITS = 4


@router.get("/leads")
async def leads_page(
    request: Request,
    viewer: Runner,
    campaign: CampaignId,
    list: int = 0,
    state: str = "",
    reason: str = "",
    number: str = "",
    after: int = 0,
) -> Response:
    """The leads of a list, of a state with its reason, or with a number."""
    called = await named(request, campaign)
    words, store = words_of(request), services_of(request).leads
    digits = "".join(filter(str.isdecimal, number))[:20]
    if digits:
        found = await store.search(campaign, digits, FOUND) if len(digits) >= MIN_DIGITS else []
        later = ""
    else:
        standing = (LeadState(state), reason) if state in LeadState.__members__.values() else None
        found = await store.page(campaign, list_id=list or None, standing=standing, after=max(after, 0), limit=PAGE + 1)
        asked = {"list": list, "state": state, "reason": reason, "after": found[PAGE - 1].id if found[PAGE:] else 0}
        later = f"/campaigns/{campaign}/leads?{urlencode(asked)}" if found[PAGE:] else ""
        found = found[:PAGE]
    counts = await store.counts(campaign, list or None)
    return page(
        request,
        "campaigns/list_leads.html",
        campaign=campaign,
        called=called,
        rows=[_row(words, lead) for lead in found],
        lists=[(one.id, one.name) for one in await store.lists(campaign)],
        states=[
            (f"{one.state}|{one.reason}", lead_words.state(words, one.state, one.reason), one.leads) for one in counts
        ],
        asked={"list": list, "state": state, "reason": reason, "number": number[:20], "after": after},
        short=0 < len(digits) < MIN_DIGITS,
        later=later,
        reveals=viewer.may(Right.UNMASK),
    )


def _row(words: Words, lead: Lead) -> dict[str, Any]:
    return {
        "lead": lead,
        "name": masked_name(lead.name),
        "number": masked_number(lead.number) + (f"-{lead.extension}" if lead.extension else ""),
        "further": len(lead.further),
        "state": lead_words.state(words, lead.state, lead.reason),
        "owner": wording.owner(words, lead.owner) if lead.owner else "",
        "due": words.moment(lead.due_ms) if lead.state is LeadState.WAITING else "",
        "last": words.moment(lead.last_attempt_ms),
        "outcome": lead_words.outcome(words, lead.last_outcome),
    }


@router.get("/leads/{lead_id}/reveal")
async def ask_reason(
    request: Request, viewer: Unmasker, campaign: CampaignId, lead_id: ListId, back: int = 0
) -> Response:
    """The question why the number is needed; with ``back`` the masked number again."""
    lead = await _lead(request, campaign, lead_id)
    return _piece(request, viewer, lead, "masked" if back else "form")


@router.post("/leads/{lead_id}/reveal")
async def reveal(request: Request, viewer: Unmasker, campaign: CampaignId, lead_id: ListId) -> Response:
    """The whole number for a minute; the act and its reason are on record before."""
    lead = await _lead(request, campaign, lead_id)
    form = await request.form()
    try:
        why = masking.checked_reason(str(form.get("reason", "")), str(form.get("note", "")))
    except Rejected as error:
        return _piece(request, viewer, lead, "form", message=refusal(words_of(request), error.code))
    await note(request, viewer, "unmasked", f"lead:{lead.id}", {"field": "number", "campaign": campaign, **why})
    return _piece(request, viewer, lead, "whole")


def _piece(request: Request, viewer: Viewer, lead: Lead, shape: str, message: str = "") -> Response:
    words = words_of(request)
    html = fragment(
        words,
        "campaigns/list_reveal.html",
        shape=shape,
        lead=lead,
        text=masked_number(lead.number),
        message=message,
        seconds=masking.SHOWN_S,
        reasons=[(code, words.gettext(text)) for code, text in masking.REASONS.items()],
        csrf=masked(viewer.session.csrf),
    )
    return HTMLResponse(html)


async def _lead(request: Request, campaign: str, lead_id: int) -> Lead:
    await named(request, campaign)
    lead = await services_of(request).leads.get(lead_id)
    if lead is None or lead.campaign != campaign:
        raise NotFound
    return lead


@router.post("/hand-out")
async def hand_out(request: Request, viewer: Runner, campaign: CampaignId) -> Response:
    """Give nobody's leads to those chosen: even shares of ``leads``, or of all there are."""
    await named(request, campaign)
    services, words = services_of(request), words_of(request)
    form = await request.form()
    known = {f"agent:{agent}" for agent in words.config.agents} | {f"team:{team}" for team in words.config.teams}
    owners = [owner for owner in dict.fromkeys(map(str, form.getlist("owner"))) if owner in known]
    free = next((one.leads for one in await services.leads.owners(campaign) if not one.owner), 0)
    wanted = str(form.get("leads", ""))
    most = min(int(wanted), free) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else free
    if owners and most:
        shares = even(owners, most)
        given = await services.leads.hand_out(campaign, shares)
        detail = {"leads": given, "owners": [owner for owner, count in shares if count]}
        await note(request, viewer, audit_leads.LEADS_HANDED_OUT, f"campaign:{campaign}", detail)
    return RedirectResponse(f"/campaigns/{campaign}/lists#owners", 303)


@router.post("/take-back")
async def take_back(request: Request, viewer: Runner, campaign: CampaignId) -> Response:
    """Make an owner's leads nobody's again, but for those they promised to call."""
    await named(request, campaign)
    owner = str((await request.form()).get("owner", ""))[:200]
    if owner:
        taken = await services_of(request).leads.take_back(campaign, owner)
        detail = {"leads": taken, "owner": owner}
        await note(request, viewer, audit_leads.LEADS_TAKEN_BACK, f"campaign:{campaign}", detail)
    return RedirectResponse(f"/campaigns/{campaign}/lists#owners", 303)
