"""The trainer's list: what was said, what was understood, and a verdict on each; the working copy of examples."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.training import Review, Sentence, Verdict
from callcenter.domain.understanding import NOT_UNDERSTOOD
from callcenter.web.access import services_of, signed_in
from callcenter.web.csrf_masks import masked
from callcenter.web.errors import NotFound
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.trainer.export import as_rasa
from callcenter.web.trainer.intents import choices, names_of
from callcenter.web.trainer.sentences import PAGE, Doubt, doubt_of, example_of, query_of, row_of, typed_of

router = APIRouter(prefix="/trainer")
TrainerViewer = Annotated[Viewer, Depends(signed_in(Right.TRAIN_ASSISTANT))]
INTENT = re.compile(r"[a-z][a-z0-9_]{1,60}")
_HIGHEST = 2**63 - 1
_Contact = Annotated[str, Form(min_length=1, max_length=120)]
_Message = Annotated[int, Form(ge=1, le=2**53)]


@router.get("")
async def sentences_page(
    request: Request, viewer: TrainerViewer, before: Annotated[int | None, Query(ge=0, le=_HIGHEST)] = None
) -> Response:
    """Newest first; htmx asks for further rows alone."""
    services, words = services_of(request), words_of(request)
    services.trainer.warm()
    typed = typed_of(request.query_params)
    found = await services.training.sentences(query_of(typed, before))
    await services.people.learn({one.review.by for one in found if one.review is not None})
    names = names_of(words)
    values: dict[str, Any] = {
        "rows": [row_of(words, one, names) for one in found[:PAGE]],
        "further": found[PAGE - 1].ordinal if len(found) > PAGE else None,
        "typed": typed,
        "continued": before is not None,
    }
    if before is not None and request.headers.get("hx-request"):
        return HTMLResponse(fragment(words, "trainer/rows.html", viewer=viewer, Right=Right, **values))
    known = choices(words, services.trainer.intents())
    serving = services.trainer.serving()
    return page(request, "trainer.html", choices=known, serving=serving, **values)


@router.post("/review")
async def review(
    request: Request,
    viewer: TrainerViewer,
    contact: _Contact,
    message: _Message,
    verdict: Annotated[str, Form(max_length=20)] = "",
    intent: Annotated[str, Form(max_length=120)] = "",
    sure: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Keep a verdict, unless something speaks against it that the trainer has not seen yet."""
    services = services_of(request)
    sentence = await _sentence(request, contact, message)
    wished, meant = _meant(verdict, intent, sentence)
    if wished is not Verdict.DISCARDED and sure != "yes":
        doubt = await _doubt(request, sentence, meant)
        if doubt is not None:
            return _row(request, viewer, sentence, doubt)
    text = "" if wished is Verdict.DISCARDED else example_of(sentence)
    kept = Review(sentence.contact, message, wished, meant, text, viewer.user.name, services.clock.now_ms())
    await services.training.review(kept)
    return await _done(request, viewer, contact, message)


@router.post("/undo")
async def undo(request: Request, viewer: TrainerViewer, contact: _Contact, message: _Message) -> Response:
    """Take a verdict back."""
    await _sentence(request, contact, message)
    await services_of(request).training.unreview(contact, message)
    return await _done(request, viewer, contact, message)


@router.get("/examples")
async def examples_page(request: Request, viewer: TrainerViewer) -> Response:
    """The working copy, newest first, and what in it contradicts."""
    services, words = services_of(request), words_of(request)
    found = list(reversed(await services.training.examples()))
    await services.people.learn({one.by for one in found})
    return page(request, "trainer/examples.html", examples=found, names=names_of(words))


@router.get("/examples.yml")
async def examples_file(request: Request, viewer: TrainerViewer) -> Response:
    """The working copy as a Rasa file, to be carried into the project by hand."""
    text = as_rasa(await services_of(request).training.examples())
    headers = {"Content-Disposition": 'attachment; filename="trainer.yml"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


@router.get("/groups")
async def groups_page(request: Request, viewer: TrainerViewer) -> Response:
    """Questions that are asked alike; what takes seconds is fetched by the page."""
    return page(
        request, "trainer/groups.html", choices=choices(words_of(request), services_of(request).trainer.intents())
    )


@router.get("/groups/found")
async def groups_found(request: Request, viewer: TrainerViewer) -> Response:
    """The groups."""
    services, words = services_of(request), words_of(request)
    names = names_of(words)
    groups = [
        (one.intent, names.get(one.intent, one.intent), [row_of(words, said, names) for said in one.sentences])
        for one in (await services.trainer.groups())[:PAGE]
    ]
    token = masked(viewer.session.csrf)
    return HTMLResponse(fragment(words, "trainer/group_list.html", groups=groups, csrf=token))


@router.post("/groups/take")
async def take_group(
    request: Request,
    viewer: TrainerViewer,
    intent: Annotated[str, Form(max_length=120)],
    said: Annotated[list[str], Form(max_length=600)],
) -> Response:
    """Keep the chosen sentences of a group as examples of one intent."""
    services = services_of(request)
    wished = _checked(intent)
    for key in said:
        contact, _, number = key.rpartition("-")
        if not number.isascii() or not number.isdecimal() or len(number) > 15:
            raise NotFound
        sentence = await _sentence(request, contact, int(number))
        same = wished in (sentence.intent, sentence.guess)
        verdict = Verdict.ACCEPTED if same else Verdict.CORRECTED
        now, by = services.clock.now_ms(), viewer.user.name
        await services.training.review(
            Review(sentence.contact, sentence.message, verdict, wished, example_of(sentence), by, now)
        )
    return RedirectResponse("/trainer/groups", 303)


def _meant(verdict: str, intent: str, sentence: Sentence) -> tuple[Verdict, str]:
    """The verdict and the intent it gives. A correction to what was understood anyway is an acceptance."""
    if verdict == Verdict.DISCARDED:
        return Verdict.DISCARDED, ""
    if not sentence.text:
        raise Rejected("sentence_gone")
    if verdict == Verdict.ACCEPTED:
        return Verdict.ACCEPTED, _checked(sentence.intent)
    wished = _checked(intent)
    return (Verdict.ACCEPTED if wished == sentence.intent else Verdict.CORRECTED), wished


def _checked(intent: str) -> str:
    wished = intent.strip()
    if wished == NOT_UNDERSTOOD or not INTENT.fullmatch(wished):
        raise Rejected("intent_name")
    return wished


async def _doubt(request: Request, sentence: Sentence, intent: str) -> Doubt | None:
    services = services_of(request)
    near = await services.trainer.near(example_of(sentence))
    known = {id for id, _ in choices(words_of(request), services.trainer.intents())}
    own = {one.intent for one in await services.training.examples()}
    return doubt_of(intent, near, intent in known | own)


async def _sentence(request: Request, contact: str, message: int) -> Sentence:
    found = await services_of(request).training.sentence(contact, message)
    if found is None:
        raise NotFound
    return found


async def _done(request: Request, viewer: Viewer, contact: str, message: int) -> Response:
    return _row(request, viewer, await _sentence(request, contact, message))


def _row(request: Request, viewer: Viewer, sentence: Sentence, doubt: Doubt | None = None) -> Response:
    """The row alone for htmx; without it the page again, where a doubt can't be answered."""
    words = words_of(request)
    row = row_of(words, sentence, names_of(words), doubt)
    if not request.headers.get("hx-request"):
        if doubt is not None:
            raise Rejected(f"example_{doubt.kind}")
        return RedirectResponse("/trainer", 303)
    values: dict[str, Any] = {"rows": [row], "further": None, "typed": {}, "continued": True}
    return HTMLResponse(fragment(words, "trainer/rows.html", viewer=viewer, Right=Right, **values))
