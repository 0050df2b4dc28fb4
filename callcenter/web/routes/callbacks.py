"""The list of open callbacks, and taking one off it with a reason."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.views import OpenCallback
from callcenter.web.access import services_of, signed_in
from callcenter.web.callbacks import SHOWN, rows_of, seen_callbacks
from callcenter.web.contacts.reach import reach_of
from callcenter.web.errors import NotFound
from callcenter.web.floor.acts import FloorActs
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/callbacks")
CallbackViewer = Annotated[Viewer, Depends(signed_in(Right.WATCH_FLOOR))]
Withdrawer = Annotated[Viewer, Depends(signed_in(Right.OPERATE_QUEUES))]
MAX_REASON = 500


@router.get("")
async def callback_list(
    request: Request, viewer: CallbackViewer, queue: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """The oldest booking first; htmx asks for the list alone, again and again."""
    services, words = services_of(request), words_of(request)
    reach = reach_of(words.config, viewer, Right.WATCH_FLOOR)
    found = seen_callbacks(services, viewer, queue)
    values: dict[str, Any] = {
        "rows": await rows_of(services, words, viewer, found[:SHOWN]),
        "count": len(found),
        "queue": queue,
        "may_withdraw": viewer.may(Right.OPERATE_QUEUES),
        "sees_contacts": viewer.may(Right.SEE_CONTACTS),
        "no_queues": not (reach.everything or reach.queues),
        "taken": request.query_params.get("taken") == "yes",
    }
    if request.headers.get("hx-request"):
        return HTMLResponse(fragment(words, "callbacks/list.html", **values))
    queues = [q for q in words.config.queues if reach.everything or q in reach.queues]
    return page(
        request,
        "callbacks.html",
        **values,
        queues=[(q, words.queue(q)) for q in queues],
        everything=reach.everything,
    )


@router.get("/{contact_id}/withdraw")
async def ask(request: Request, contact_id: str, viewer: Withdrawer) -> Response:
    """What will be taken off the list, and the question why."""
    return await _form(request, viewer, _found(request, viewer, contact_id))


@router.post("/{contact_id}/withdraw")
async def withdraw(
    request: Request,
    contact_id: str,
    viewer: Withdrawer,
    reason: Annotated[str, Form(max_length=5_000)] = "",
) -> Response:
    """Take it off the list. Refused with a sentence: without a reason, or when it was over a moment before."""
    callback = _found(request, viewer, contact_id)
    if len(reason.strip()) > MAX_REASON:
        return await _form(request, viewer, callback, "callback_reason_long", reason)
    try:
        await FloorActs(services_of(request), viewer, uuid.uuid4().hex).withdraw_callback(callback, reason)
    except Rejected as refused:
        return await _form(request, viewer, callback, refused.code, reason)
    return RedirectResponse("/callbacks?taken=yes", 303)


def _found(request: Request, viewer: Viewer, contact: str) -> OpenCallback:
    """The open callback within reach; one that is over says so only to who might see it in the list."""
    for callback in seen_callbacks(services_of(request), viewer):
        if callback.contact == contact:
            return callback
    raise NotFound


async def _form(
    request: Request, viewer: Viewer, callback: OpenCallback, refused: str = "", reason: str = ""
) -> Response:
    services, words = services_of(request), words_of(request)
    (row,) = await rows_of(services, words, viewer, [callback])
    return page(
        request,
        "callbacks/withdraw.html",
        status=409 if refused else 200,
        row=row,
        error=refusal(words, refused) if refused else "",
        reason=reason[:MAX_REASON],
        longest=MAX_REASON,
    )
