"""Contacts for programs: a list, one, and its timeline. Numbers are masked unless asked for with a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel

from callcenter.domain.access import Right
from callcenter.domain.records import ContactQuery, ContactRecord
from callcenter.web import masking
from callcenter.web.api.bearer import bearer, services_of
from callcenter.web.contacts.reach import reach_of, seen_contact
from callcenter.web.contacts.story import story_of
from callcenter.web.errors import Forbidden
from callcenter.web.masking import Personal
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import words_for

router = APIRouter(prefix="/contacts", tags=["contacts"])
Reader = Annotated[Viewer, Depends(bearer(Right.SEE_CONTACTS))]
ContactId = Annotated[str, Path(max_length=100)]
_Ms = Annotated[int | None, Query(ge=0, le=2**53, description="ms since 1970 UTC")]


class Contact(BaseModel):
    """One contact. Times in ms since 1970 UTC; null while not yet so."""

    id: str
    channel: str
    direction: str
    caller: str
    dialled: str
    flow: str
    queue: str
    agent: str
    started_ms: int
    answered_ms: int | None
    ended_ms: int | None
    waited_ms: int
    talked_ms: int
    reason: str
    disposition: str
    note: str
    has_recording: bool


class Contacts(BaseModel):
    """A page of contacts, newest first. ``before``: give it to get the next page; null at the end."""

    contacts: list[Contact]
    before: int | None


class Happening(BaseModel):
    """One thing in a contact's story."""

    at_ms: int
    text: str
    because: str


class Timeline(BaseModel):
    """A contact's story in words, oldest first."""

    contact: str
    entries: list[Happening]


@router.get("")
async def contacts(
    request: Request,
    viewer: Reader,
    text: Annotated[str, Query(max_length=100)] = "",
    agent: Annotated[str, Query(max_length=60)] = "",
    queue: Annotated[str, Query(max_length=60)] = "",
    from_ms: _Ms = None,
    to_ms: _Ms = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=-(2**53), le=2**53)] = None,
) -> Contacts:
    """Contacts within the token's reach, newest first."""
    services = services_of(request)
    query = ContactQuery(
        text=text.strip(), agent=agent, queue=queue, from_ms=from_ms, to_ms=to_ms, limit=limit, before=before
    )
    page = await services.contacts.search(query, reach_of(services.desk.config(), viewer, Right.SEE_CONTACTS))
    return Contacts(contacts=[_contact(record) for record in page.contacts], before=page.before)


@router.get("/{contact_id}")
async def contact(
    request: Request,
    viewer: Reader,
    contact_id: ContactId,
    unmask: Annotated[str, Query(max_length=40, description=f"why: {', '.join(masking.REASONS)}")] = "",
    note: Annotated[str, Query(max_length=masking.MAX_NOTE)] = "",
) -> Contact:
    """One contact. With ``unmask`` the customer's number is whole; that is put on record with the reason."""
    services = services_of(request)
    record = await seen_contact(services, viewer, contact_id)
    shown = _contact(record)
    if not unmask:
        return shown
    if not viewer.may(Right.UNMASK):
        raise Forbidden("right")
    what = Personal.DIALLED if record.direction == "outbound" else Personal.CALLER
    found = await masking.reveal(services, viewer, contact_id, what, masking.checked_reason(unmask, note))
    if found is None:
        raise Forbidden("right")
    return shown.model_copy(update={what.value: found[0]})


@router.get("/{contact_id}/timeline")
async def timeline(request: Request, viewer: Reader, contact_id: ContactId, language: str = "en") -> Timeline:
    """What happened, in words (``language`` zh or en)."""
    services = services_of(request)
    record = await seen_contact(services, viewer, contact_id)
    spoken = language if language in ("zh", "en") else "en"
    words = words_for(spoken, services.settings.timezone, services.desk.config(), services.desk.labels())
    rows = story_of(words, record, await services.contacts.timeline(contact_id))
    entries = [Happening(at_ms=row.at_ms, text=row.line.text, because=row.line.because or "") for row in rows]
    return Timeline(contact=contact_id, entries=entries)


def _contact(record: ContactRecord) -> Contact:
    shown = {name: getattr(record, name) for name in Contact.model_fields}
    shown["caller"] = masking.masked(Personal.CALLER, record.caller)
    if record.direction == "outbound":
        shown["dialled"] = masking.masked(Personal.DIALLED, record.dialled)
    return Contact(**shown)
