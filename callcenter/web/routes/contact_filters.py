"""Searches kept under a name, for oneself or for one's team."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import SavedFilter
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.filters import address_of, filters_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/contacts/filters")
ContactViewer = Annotated[Viewer, Depends(signed_in(Right.SEE_CONTACTS))]
LONGEST_NAME = 40
MOST = 50
_PERSONAL = frozenset({"number", "customer", "text"})
"""Such a search would show its team a customer's data."""


@router.post("")
async def save(
    request: Request,
    viewer: ContactViewer,
    name: Annotated[str, Form(max_length=200)],
    team: Annotated[str, Form()] = "",
) -> Response:
    """Keep the search that the form carries; the same name again replaces it."""
    services, given = services_of(request), await request.form()
    filters = filters_of({key: str(value) for key, value in given.items()})
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Rejected("filter_name")
    if not filters:
        raise Rejected("filter_empty")
    if team and team not in viewer.teams:
        raise Rejected("filter_team")
    if team and _PERSONAL & filters.keys():
        raise Rejected("filter_personal")
    owner = viewer.user.name
    mine = [one for one in await services.saved_filters.of(owner, frozenset()) if one.name != name]
    if len(mine) >= MOST:
        raise Rejected("filters_many")
    await services.saved_filters.save(SavedFilter(0, owner, name, filters, team))
    return RedirectResponse(address_of(filters), status_code=303)


@router.post("/{filter_id}/drop")
async def drop(request: Request, viewer: ContactViewer, filter_id: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """Forget one of one's own."""
    if not await services_of(request).saved_filters.drop(filter_id, viewer.user.name):
        raise NotFound
    return RedirectResponse("/contacts", status_code=303)
