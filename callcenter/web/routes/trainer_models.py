"""Models of the assistant: training with progress, figures before anything serves, who answers, and the way back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import Trainer
from callcenter.domain.training import RolloutState
from callcenter.web.access import services_of, signed_in
from callcenter.web.csrf_masks import masked
from callcenter.web.errors import NotFound
from callcenter.web.live import hub_of, standing
from callcenter.web.live.mailbox import Mailbox
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.trainer.intents import names_of
from callcenter.web.trainer.models import job_values, report_values
from callcenter.web.wording.refusals import refusal
from callcenter.web.wording.words import Words

router = APIRouter(prefix="/trainer/models")
TrainerViewer = Annotated[Viewer, Depends(signed_in(Right.TRAIN_ASSISTANT))]
Approver = Annotated[Viewer, Depends(signed_in(Right.APPROVE_CONFIGURATION))]
Seer = Annotated[Viewer, Depends(signed_in(Right.TRAIN_ASSISTANT, Right.APPROVE_CONFIGURATION))]
_Note = Annotated[str, Form(max_length=400)]
_Number = Annotated[int, Form(ge=1, le=2**53)]


@router.get("")
async def models_page(request: Request, viewer: Seer) -> Response:
    """All models, what answers, what waits for a second pair of eyes."""
    return await _page(request, viewer)


@router.post("/train")
async def train(request: Request, viewer: TrainerViewer) -> Response:
    """Begin to train with the working copy."""
    try:
        await services_of(request).trainer.train(viewer.user.name)
    except Rejected as refused:
        return await _page(request, viewer, refused)
    return RedirectResponse("/trainer/models", 303)


@router.post("/cancel")
async def cancel(request: Request, viewer: TrainerViewer) -> Response:
    """Stop training."""
    await services_of(request).trainer.cancel()
    return RedirectResponse("/trainer/models", 303)


@router.get("/live")
async def live(request: Request, viewer: Seer) -> Response:
    """Server-sent events: ``job`` with the HTML of how far the training is, whenever it is further."""
    services = services_of(request)
    source = Progress(services.trainer, words_of(request), masked(viewer.session.csrf))
    watched = standing(request, Right.TRAIN_ASSISTANT, Right.APPROVE_CONFIGURATION)
    return hub_of(request).stream(source, owner=viewer, standing=watched)


@router.post("/submit")
async def submit(
    request: Request,
    viewer: TrainerViewer,
    model: Annotated[str, Form(max_length=80)] = "",
    share: Annotated[int, Form(ge=0, le=1000)] = 100,
    note: _Note = "",
) -> Response:
    """Wish that a model answers, all or a share of new contacts."""
    try:
        await services_of(request).trainer.submit(viewer.user.name, model, share, note)
    except Rejected as refused:
        return await _page(request, viewer, refused)
    return RedirectResponse("/trainer/models", 303)


@router.post("/approve")
async def approve(request: Request, viewer: Approver, number: _Number) -> Response:
    """The second pair of eyes says yes: it answers from now on."""
    try:
        await services_of(request).trainer.approve(viewer.user.name, number)
    except Rejected as refused:
        return await _page(request, viewer, refused)
    return RedirectResponse("/trainer/models", 303)


@router.post("/return")
async def send_back(request: Request, viewer: Seer, number: _Number, note: _Note = "") -> Response:
    """Not like this; also how its author takes it back."""
    services = services_of(request)
    found = next((one for one in await services.training.rollouts() if one.number == number), None)
    if found is None:
        raise NotFound
    if found.author != viewer.user.name and not viewer.may(Right.APPROVE_CONFIGURATION):
        raise NotFound
    try:
        await services.trainer.send_back(viewer.user.name, number, note)
    except Rejected as refused:
        return await _page(request, viewer, refused)
    return RedirectResponse("/trainer/models", 303)


@router.post("/roll-back")
async def roll_back(request: Request, viewer: TrainerViewer) -> Response:
    """What answered before answers again, at once."""
    try:
        await services_of(request).trainer.roll_back(viewer.user.name)
    except Rejected as refused:
        return await _page(request, viewer, refused)
    return RedirectResponse("/trainer/models", 303)


@router.get("/{model}")
async def model_page(request: Request, viewer: Seer, model: str) -> Response:
    """One model's evaluation."""
    services, words = services_of(request), words_of(request)
    found = next((one for one in await services.training.models() if one.id == model), None)
    if found is None:
        raise NotFound
    values = report_values(found, names_of(words))
    return page(request, "trainer/model.html", model=found, person=words.person(found.made_by), **values)


async def _page(request: Request, viewer: Viewer, refused: Rejected | None = None) -> Response:
    services, words = services_of(request), words_of(request)
    models, rollouts = await services.training.models(), await services.training.rollouts()
    people = {one.author for one in rollouts} | {one.second for one in rollouts} | {one.made_by for one in models}
    await services.people.learn(people)
    return page(
        request,
        "trainer/models.html",
        status=409 if refused is not None else 200,
        refused=refusal(words, refused.code) if refused is not None else "",
        refused_detail=refused.detail if refused is not None and refused.detail != refused.code else "",
        models=models,
        rollouts=rollouts,
        waiting=next((one for one in rollouts if one.state is RolloutState.SUBMITTED), None),
        went_on=any(one.state is RolloutState.APPROVED for one in rollouts),
        serving=services.trainer.serving(),
        kept=len(await services.training.examples()),
        **job_values(services.trainer.training(), words),
    )


class Progress:
    """A page's news of the training. Fills ``Source`` of :mod:`callcenter.web.live`."""

    def __init__(self, trainer: Trainer, words: Words, csrf: str) -> None:
        self._trainer, self._words, self._csrf = trainer, words, csrf
        self._task: asyncio.Task[None] | None = None
        self._told = ""

    async def open(self, box: Mailbox) -> None:
        """Listen."""

        async def listen() -> None:
            async for _ in self._trainer.changes():
                box.wake()

        self._task = asyncio.create_task(listen())

    async def news(self) -> bytes:
        """The part of the page, when it looks otherwise than before."""
        values: dict[str, Any] = job_values(self._trainer.training(), self._words)
        html = fragment(self._words, "trainer/job_inside.html", csrf=self._csrf, **values)
        if html == self._told:
            return b""
        self._told = html
        return b"event: job\n" + b"".join(b"data: " + line.encode() + b"\n" for line in html.splitlines()) + b"\n"

    def close(self) -> None:
        """The page is gone."""
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                self._task.cancel()
