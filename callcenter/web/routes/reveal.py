"""Showing one masked value whole: asked with a reason, on record, gone from the screen after a minute."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import EVERYTHING
from callcenter.web import masking
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.conversation import NO_TALK, Talk, talk_of
from callcenter.web.contacts.transcript import Spoken, spoken_of
from callcenter.web.errors import NotFound
from callcenter.web.i18n import N_
from callcenter.web.masking import Personal
from callcenter.web.rendering import fragment, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/reveal")
Unmasker = Annotated[Viewer, Depends(signed_in(Right.UNMASK))]
WRITTEN_MASKED = N_("Numbers and names in the messages are hidden")
WRITTEN_WHOLE = N_("The messages are shown whole")
SPOKEN_MASKED = N_("Numbers and names in the transcript are hidden")
SPOKEN_WHOLE = N_("The transcript is shown whole")
ContactId = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("")
async def again_masked(request: Request, viewer: Unmasker, contact: ContactId, what: Personal) -> Response:
    """The value masked again, with the button to ask for it."""
    text = await _masked(request, viewer, contact, what)
    revealed, spoken = await _elsewhere(request, contact, what)
    return _piece(request, "value.html", contact, what, text=text, revealed=revealed, spoken=spoken)


@router.get("/form")
async def form(request: Request, viewer: Unmasker, contact: ContactId, what: Personal) -> Response:
    """The question why."""
    text = await _masked(request, viewer, contact, what)
    return _form(request, contact, what, text)


@router.post("")
async def reveal(request: Request, viewer: Unmasker) -> Response:
    """The whole value, for :data:`masking.SHOWN_S` seconds; the act and its reason are on record before."""
    given = await request.form()
    contact = str(given.get("contact", ""))[:100]
    try:
        what = Personal(str(given.get("what", "")))
    except ValueError:
        raise NotFound from None
    reason, note = str(given.get("reason", "")), str(given.get("note", ""))
    try:
        why = masking.checked_reason(reason, note)
    except Rejected as error:
        text = await _masked(request, viewer, contact, what)
        message = refusal(words_of(request), error.code)
        return _form(request, contact, what, text, message=message, reason=reason, note=note[: masking.MAX_NOTE])
    found = await masking.reveal(services_of(request), viewer, contact, what, why)
    if found is None:
        raise NotFound
    revealed, spoken = await _elsewhere(request, contact, what, whole=True)
    text = found[0]
    if what is Personal.MESSAGES:
        text = words_of(request).gettext(SPOKEN_WHOLE if spoken else WRITTEN_WHOLE)
    more = {"text": text, "seconds": masking.SHOWN_S, "revealed": revealed, "spoken": spoken}
    return _piece(request, "whole.html", contact, what, **more)


async def _masked(request: Request, viewer: Viewer, contact: str, what: Personal) -> str:
    services = services_of(request)
    found = await masking.look_up(services, viewer, contact, what)
    if found is None:
        raise NotFound
    if what is not Personal.MESSAGES:
        return masking.masked(what, found[1])
    said = bool(await services.transcripts.of_contact(contact) or await services.transcripts.live_of(contact))
    return words_of(request).gettext(SPOKEN_MASKED if said else WRITTEN_MASKED)


async def _elsewhere(
    request: Request, contact: str, what: Personal, *, whole: bool = False
) -> tuple[Talk, tuple[Spoken, ...]]:
    """What changes elsewhere on the page: the messages, the transcripts."""
    services, words = services_of(request), words_of(request)
    record = await services.contacts.get(contact, EVERYTHING) if what is Personal.MESSAGES else None
    if record is None:
        return NO_TALK, ()
    customer = await services.customers.by_phone(record.caller) if record.caller else None
    talk = await talk_of(services, words, record, customer=customer, whole=whole)
    return talk, await spoken_of(services, words, record, customer=customer, whole=whole)


def _form(request: Request, contact: str, what: Personal, text: str, **more: str) -> Response:
    words = words_of(request)
    reasons = [(code, words.gettext(name)) for code, name in masking.REASONS.items()]
    shown = {"message": "", "reason": "", "note": ""} | more
    return _piece(request, "form.html", contact, what, text=text, reasons=reasons, **shown)


def _piece(request: Request, template: str, contact: str, what: Personal, **values: Any) -> Response:
    html = fragment(words_of(request), f"reveal/{template}", contact=contact, what=what.value, **values)
    return HTMLResponse(html)
