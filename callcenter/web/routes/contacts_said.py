"""Words in what was said, with the contacts in which they were said."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.filters import choices_of
from callcenter.web.contacts.said import FIELDS, given_of, said_faults, said_hits, said_query, said_reach
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/contacts/said")
ContactViewer = Annotated[Viewer, Depends(signed_in(Right.SEE_CONTACTS))]


@router.get("")
async def said_page(
    request: Request, viewer: ContactViewer, before: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None
) -> Response:
    """Newest contacts first."""
    services, words = services_of(request), words_of(request)
    given = given_of(request.query_params)
    query = said_query(words, given, before)
    reach = said_reach(words, viewer, query)
    if not (reach.everything or reach.agents or reach.queues):
        raise Rejected("no_agent")
    found: dict[str, Any] = {"hits": [], "before": None, "paused": False}
    if query.words:
        found = await said_hits(services, words, viewer, query, reach)
    further = f"/contacts/said?{urlencode({**given, 'before': found['before']})}"
    faults = said_faults(words, given)
    return page(
        request,
        "contacts_said.html",
        **found,
        asked=bool(query.words),
        continued=before is not None,
        further=further if found["before"] is not None else "",
        form={name: given.get(name, "") for name in FIELDS},
        faults={name: faults.get(name, "") for name in FIELDS},
        choices=choices_of(words, words.config, reach),
        scores=viewer.reach(Right.HEAR_RECORDINGS) is not None,
    )
