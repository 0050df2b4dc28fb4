"""The list of contacts with its search, and one contact as a story."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import RecordingRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.callbacks import related_to
from callcenter.web.contacts.conversation import talk_of, told
from callcenter.web.contacts.filters import FIELDS, address_of, choices_of, faults_of, filters_of, query_of
from callcenter.web.contacts.player import player_of
from callcenter.web.contacts.reach import look_at_locked, may_export, may_hear, reach_of, seen_contact
from callcenter.web.contacts.score import blind_review_of, may_judge, result_of
from callcenter.web.contacts.story import story_of
from callcenter.web.contacts.transcript import spoken_of
from callcenter.web.masking import Personal, Sight, sights
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.facts import answers
from callcenter.web.wording.outcomes import channel_word, end_reason

router = APIRouter(prefix="/contacts")
ContactViewer = Annotated[Viewer, Depends(signed_in(Right.SEE_CONTACTS))]
PAGE = 50
_HIGHEST = 2**63 - 1


@router.get("")
async def contact_list(
    request: Request, viewer: ContactViewer, before: Annotated[int | None, Query(ge=0, le=_HIGHEST)] = None
) -> Response:
    """Newest first; htmx asks for rows alone."""
    services, words = services_of(request), words_of(request)
    reach = reach_of(words.config, viewer, Right.SEE_CONTACTS)
    if not (reach.everything or reach.agents or reach.queues):
        raise Rejected("no_agent")
    filters = filters_of(request.query_params)
    faults = faults_of(filters, words.zone)
    found = await services.contacts.search(query_of(filters, words.zone, PAGE, before), reach)
    values: dict[str, Any] = {
        "contacts": found.contacts,
        "further": address_of(filters, before=found.before) if found.before is not None else "",
        "paused_at_ms": found.paused_at_ms,
        "more_customers": found.more_customers,
        "filters": filters,
        "form": {name: filters.get(name, "") for name in FIELDS},
        "faults": {name: words.gettext(faults[name]) if name in faults else "" for name in FIELDS},
        "end_reason": lambda reason, channel: end_reason(words, reason, channel),
        "channel_word": lambda channel: channel_word(words, channel),
        "continued": before is not None,
    }
    if request.headers.get("hx-request"):
        return HTMLResponse(fragment(words, "contacts/rows.html", **values))
    return page(
        request,
        "contacts.html",
        **values,
        choices=choices_of(words, words.config, reach),
        saved=await services.saved_filters.of(viewer.user.name, viewer.teams),
        teams=[
            (team, words.name(words.config.teams[team].names, team) if team in words.config.teams else team)
            for team in sorted(viewer.teams)
        ],
        address_of=address_of,
        everything=reach.everything,
    )


@router.get("/{contact_id}")
async def contact_page(request: Request, viewer: ContactViewer, contact_id: str) -> Response:
    """One contact: story, figures, result, recordings."""
    services, words = services_of(request), words_of(request)
    contact = await seen_contact(services, viewer, contact_id)
    locked = await look_at_locked(services, viewer, contact_id)
    agents = await services.contacts.agents(contact_id)
    timeline = await services.contacts.timeline(contact_id)
    recordings = await services.contacts.recordings(contact_id)
    sight = await sights(services, viewer, contact.id, live_agent=contact.agent if contact.ended_ms is None else "")
    customer = await services.customers.by_phone(contact.caller) if contact.caller else None
    whole = sight(Personal.MESSAGES) is Sight.WHOLE
    talk = await talk_of(services, words, contact, customer=customer, whole=whole)
    spoken = await spoken_of(services, words, contact, customer=customer, whole=whole)
    blind = await blind_review_of(services, viewer, contact_id)
    judged = blind is None and await may_judge(services, viewer, contact_id)
    return page(
        request,
        "contact.html",
        result=(
            await result_of(services, words, contact, recordings, customer=customer, whole=whole) if judged else None
        ),
        blind=blind,
        contact=contact,
        locked=locked,
        customer=customer,
        talk=talk,
        agent_names=words.gettext(", ").join(words.agent(agent) for agent in agents),
        answers=answers(words, contact.fields),
        story=told(story_of(words, contact, timeline), talk),
        players=[player_of(words, r, timeline, there=_is_there(request, r), spoken=spoken) for r in recordings],
        related=await related_to(services, words, viewer, timeline),
        hears=await may_hear(services, viewer, contact_id),
        exports=await may_export(services, viewer, contact_id),
        sight=lambda what: sight(Personal(what)).value,
        end_reason=lambda reason, channel: end_reason(words, reason, channel),
        channel_word=lambda channel: channel_word(words, channel),
    )


def _is_there(request: Request, recording: RecordingRecord) -> bool:
    try:
        services_of(request).recordings.path_of(recording)
    except Rejected:
        return False
    return True
