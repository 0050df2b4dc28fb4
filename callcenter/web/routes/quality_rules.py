"""Rules and forms of quality: versions, drafts that are checked and tried before they count, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.audit_quality import SCORING_AGAIN
from callcenter.domain.quality_records import Evaluation, Issue, Tried, WrittenKind, WrittenVersion
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.reach import reach_of
from callcenter.web.contacts.trial import compared
from callcenter.web.errors import NotFound
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/quality/rules")
Writer = Annotated[Viewer, Depends(signed_in(Right.WRITE_RULES))]
_Revision = Annotated[int, Form(ge=1, le=2**31)]
TRIED = 50
_LOOKED_AT = 400
"""Of the newest evaluations, those within the viewer's reach are tried on."""
LIST = "/quality/rules"


@router.get("")
async def versions(request: Request, viewer: Writer) -> Response:
    """All versions, what is in force, and how far scoring is."""
    services = services_of(request)
    return page(
        request,
        "quality/rules.html",
        rules=await services.quality.versions(WrittenKind.RULES),
        forms=await services.quality.versions(WrittenKind.FORM),
        backlog=await services.scoring.backlog(),
        dead=await services.scoring.dead(20),
    )


@router.post("/begin")
async def begin(request: Request, viewer: Writer, kind: Annotated[WrittenKind, Form()]) -> Response:
    """A draft of what is in force."""
    number = await services_of(request).quality_desk.begin(kind, viewer.user.name)
    return RedirectResponse(f"{LIST}/{kind.value}/{number}", 303)


@router.post("/again")
async def again(request: Request, viewer: Writer) -> Response:
    """Contacts whose scoring was given up are tried again."""
    services = services_of(request)
    await services.scoring.again()
    await services.audit.write(AuditRecord(services.clock.now_ms(), viewer.user.name, SCORING_AGAIN, ""))
    return RedirectResponse(LIST, 303)


@router.get("/{kind}/{number}")
async def version(request: Request, viewer: Writer, kind: WrittenKind, number: int) -> Response:
    """One version; a draft can be edited."""
    return _page(request, await _found(request, kind, number))


@router.post("/{kind}/{number}")
async def save(
    request: Request,
    viewer: Writer,
    kind: WrittenKind,
    number: int,
    revision: _Revision,
    act: Annotated[str, Form(pattern="^(save|try|publish)$")] = "save",
    note: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Keep a draft, and say what is wrong with it; try it on past contacts; publish it."""
    services, words = services_of(request), words_of(request)
    draft = await _found(request, kind, number)
    form = await request.form()
    files = {name: str(form.get(f"file.{name}", text)).replace("\r\n", "\n") for name, text in draft.files.items()}
    await services.quality_desk.save(kind, number, revision, files, note.strip(), viewer.user.name)
    kept = await _found(request, kind, number)
    if act == "try":
        before = await _within(request, viewer)
        contacts = [one.contact for one in before]
        issues, tried = await services.quality_desk.try_on(kind, files, contacts, words.language)
        return await _tried(request, kept, issues, before, tried)
    if act == "publish":
        issues = await services.quality_desk.put_in_force(kind, number, kept.revision, viewer.user.name, words.language)
        return _page(request, kept, issues, status=409) if issues else RedirectResponse(LIST, 303)
    issues = await services.quality_desk.check(kind, files, words.language)
    return _page(request, kept, issues, checked=True)


@router.post("/{kind}/{number}/back")
async def go_back(request: Request, viewer: Writer, kind: WrittenKind, number: int, revision: _Revision) -> Response:
    """A version that was published before counts again."""
    found = await _found(request, kind, number)
    if found.published_ms is None:
        raise NotFound
    words = words_of(request)
    issues = await services_of(request).quality_desk.put_in_force(
        kind, number, revision, viewer.user.name, words.language
    )
    return _page(request, found, issues, status=409) if issues else RedirectResponse(LIST, 303)


@router.post("/{kind}/{number}/drop")
async def drop(request: Request, viewer: Writer, kind: WrittenKind, number: int) -> Response:
    """Forget a draft."""
    await services_of(request).quality_desk.drop(kind, number, viewer.user.name)
    return RedirectResponse(LIST, 303)


async def _found(request: Request, kind: WrittenKind, number: int) -> WrittenVersion:
    found = await services_of(request).quality.version(kind, number) if 0 < number < 2**53 else None
    if found is None:
        raise NotFound
    return found


async def _within(request: Request, viewer: Viewer) -> list[Evaluation]:
    """The newest evaluations of contacts that the viewer may hear."""
    services = services_of(request)
    reach = reach_of(services.desk.config(), viewer, Right.HEAR_RECORDINGS)
    newest = await services.quality.latest(TRIED if reach.everything else _LOOKED_AT)
    if not reach.everything:
        newest = [one for one in newest if await services.contacts.get(one.contact, reach) is not None]
    return list(newest)[:TRIED]


async def _tried(
    request: Request,
    version: WrittenVersion,
    issues: Sequence[Issue],
    before: Sequence[Evaluation],
    tried: Sequence[Tried],
) -> Response:
    services = services_of(request)
    found = {one.contact: {place.rule for place in await services.quality.findings(one.id)} for one in before}
    return _page(request, version, issues, checked=True, trial=compared(before, found, tried))


def _page(
    request: Request, version: WrittenVersion, issues: Sequence[Issue] = (), *, status: int = 200, **more: Any
) -> Response:
    return page(request, "quality/rules_version.html", status=status, version=version, issues=issues, **more)
