"""The list of contacts, and one contact as a story."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import ContactQuery, ContactRecord, RecordingRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.story import story_of
from callcenter.web.wording_outcomes import end_reason

router = APIRouter(prefix="/contacts")
ContactViewer = Annotated[Viewer, Depends(signed_in(Right.SEE_OWN_CONTACTS, Right.SEE_ALL_CONTACTS))]
PAGE = 50


def may_see(viewer: Viewer, contact: ContactRecord) -> bool:
    """All contacts, or one's own."""
    if viewer.may(Right.SEE_ALL_CONTACTS):
        return True
    own = viewer.user.agent_id
    return viewer.may(Right.SEE_OWN_CONTACTS) and bool(own) and contact.agent == own


def may_hear(viewer: Viewer, contact: ContactRecord) -> bool:
    """Whoever has the right, within the contacts they see; agents their own."""
    return may_see(viewer, contact) and (viewer.may(Right.HEAR_RECORDINGS) or contact.agent == viewer.user.agent_id)


@router.get("")
async def contact_list(
    request: Request,
    viewer: ContactViewer,
    text: Annotated[str, Query(max_length=100)] = "",
    agent: Annotated[str, Query(max_length=60)] = "",
    queue: Annotated[str, Query(max_length=60)] = "",
    before: Annotated[int | None, Query(ge=0)] = None,
    before_id: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Newest first; htmx asks for further rows alone."""
    if not viewer.may(Right.SEE_ALL_CONTACTS):
        agent = viewer.user.agent_id
        if not agent:
            raise Rejected("no_agent")
    query = ContactQuery(
        text=text.strip(), agent=agent, queue=queue, limit=PAGE + 1, before_ms=before, before_id=before_id
    )
    found = list(await services_of(request).contacts.list(query))
    words = words_of(request)
    values: dict[str, Any] = {
        "contacts": found[:PAGE],
        "more": len(found) > PAGE,
        "query": query,
        "end_reason": lambda reason: end_reason(words, reason),
    }
    if request.headers.get("hx-request"):
        return HTMLResponse(fragment(words, "contacts/rows.html", **values))
    everyone = viewer.may(Right.SEE_ALL_CONTACTS)
    return page(request, "contacts.html", **values, config=words.config, all_contacts=everyone)


@router.get("/{contact_id}")
async def contact_page(request: Request, viewer: ContactViewer, contact_id: str) -> Response:
    """One contact: story, figures, recordings."""
    services = services_of(request)
    contact = await services.contacts.get(contact_id)
    if contact is None or not may_see(viewer, contact):
        raise NotFound
    words = words_of(request)
    recordings = await services.contacts.recordings(contact_id)
    return page(
        request,
        "contact.html",
        contact=contact,
        customer=await services.customers.by_phone(contact.caller) if contact.caller else None,
        rows=story_of(words, contact, await services.contacts.timeline(contact_id)),
        recordings=[(recording, _is_there(request, recording)) for recording in recordings],
        hears=may_hear(viewer, contact),
        end_reason=lambda reason: end_reason(words, reason),
    )


def _is_there(request: Request, recording: RecordingRecord) -> bool:
    try:
        services_of(request).recordings.path_of(recording)
    except Rejected:
        return False
    return True
