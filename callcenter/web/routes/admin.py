"""The configuration's front page: the draft, what is wrong with it, who must look at it, and all versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.domain.config_diff import changes
from callcenter.domain.config_merge import Conflict
from callcenter.domain.config_problem import ConfigProblem
from callcenter.domain.config_review import reasons
from callcenter.domain.configuration import Draft, VersionHead
from callcenter.domain.errors import Rejected
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin import labels
from callcenter.web.admin.differences import differences, element, value_text
from callcenter.web.admin.places import place_in_words
from callcenter.web.admin.work import Work, admin_page, back, sentence, work_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import Words

router = APIRouter(prefix="/admin")
Looker = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION, Right.APPROVE_CONFIGURATION))]
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]
Approver = Annotated[Viewer, Depends(signed_in(Right.APPROVE_CONFIGURATION))]
VersionNumber = Annotated[int, Path(ge=1, le=2**53)]
VERSIONS = 20
MAX_SHOWN = 300
MAX_NOTE = 300


@router.get("")
async def overview(
    request: Request, viewer: Looker, before: Annotated[int | None, Query(ge=1, le=2**53)] = None
) -> Response:
    """The draft and the versions."""
    return await _overview(request, viewer, before=before)


async def _overview(request: Request, viewer: Viewer, *, status: int = 200, code: str = "", **more: Any) -> Response:
    work, desk = await work_of(request, viewer), services_of(request).configuration
    before: int | None = more.get("before")
    heads = await desk.versions(VERSIONS + 1, before)
    waiting = [draft for draft in await desk.submitted() if draft.author != viewer.user.name]
    await _learn(request, [draft.author for draft in waiting], heads)
    return admin_page(
        request,
        viewer,
        work,
        "overview.html",
        status=status,
        code=code,
        review=await _review(request, work, work.draft) if work.draft else None,
        heads=heads[:VERSIONS],
        older=heads[VERSIONS - 1].number if len(heads) > VERSIONS else None,
        waiting=waiting,
        in_force=work.version.head,
    )


async def _review(request: Request, work: Work, draft: Draft) -> dict[str, Any]:
    """What a draft would change, and what stands in its way."""
    desk = services_of(request).configuration
    merged, now = await desk.merge(draft), await desk.in_force()
    found = changes(now.config, merged.config)
    lines = differences(work.words, found[:MAX_SHOWN], now.config, merged.config)
    problems = desk.problems(merged.config)

    def said(problem: ConfigProblem) -> tuple[str, str, str]:
        where = place_in_words(work.words, merged.config, problem.place)
        return problem.place, where, sentence(work.words, problem)

    return {
        "lines": lines,
        "count": len(found),
        "reviewed": bool(reasons(found)),
        "conflicts": [_conflict(work.words, draft, conflict) for conflict in merged.conflicts],
        "errors": [said(problem) for problem in problems if problem.blocks],
        "warnings": [said(problem) for problem in problems if not problem.blocks],
        "moved_on": draft.base != now.head.number,
    }


def _conflict(words: Words, draft: Draft, conflict: Conflict) -> dict[str, str]:
    section, _, key = conflict.place.partition(".")
    return {
        "place": conflict.place,
        "name": element(words, section, key, draft.config),
        "mine": _side(words, conflict.base, conflict.mine),
        "theirs": _side(words, conflict.base, conflict.theirs),
    }


def _side(words: Words, base: Any, value: Any) -> str:
    if value is None:
        return words.gettext("removed")
    if base is None or not hasattr(value, "__struct_fields__"):
        return value_text(words, value)
    changed = [name for name in value.__struct_fields__ if getattr(value, name) != getattr(base, name)]
    said = (
        words.pair(words.gettext(labels.FIELDS.get(name, name)), value_text(words, getattr(value, name)))
        for name in changed
    )
    return words.gettext("; ").join(said)


@router.post("/draft/{act}")
async def draft_act(request: Request, viewer: Changer, act: str) -> Response:
    """``submit``, ``publish``, ``discard`` or ``resolve`` one's own draft."""
    desk, name = services_of(request).configuration, viewer.user.name
    form = await request.form()
    note = str(form.get("note", "")).strip()[:MAX_NOTE]
    try:
        if act == "submit":
            await desk.submit(name, note)
        elif act == "publish":
            await desk.publish(name, name, _number(form.get("revision")), note)
        elif act == "discard":
            await desk.discard(name)
        elif act == "resolve":
            await desk.resolve(
                name, [key[5:] for key, value in form.items() if key.startswith("pick:") and value == "mine"]
            )
        else:
            raise NotFound
    except Rejected as refused:
        return await _overview(request, viewer, status=409, code=refused.code)
    return back(f"/admin?done={act}")


@router.get("/drafts/{author}")
async def review(request: Request, viewer: Approver, author: str) -> Response:
    """Another's submitted draft, to be read before it is approved."""
    return await _draft_page(request, viewer, author)


async def _draft_page(request: Request, viewer: Viewer, author: str, *, status: int = 200, code: str = "") -> Response:
    work = await work_of(request, viewer)
    theirs = await services_of(request).configuration.draft(author)
    if theirs is None or not theirs.submitted:
        raise NotFound
    shown = await _review(request, work, theirs)
    await _learn(request, [author])
    return admin_page(request, viewer, work, "review.html", status=status, code=code, theirs=theirs, review=shown)


@router.post("/drafts/{author}/{act}")
async def decide(request: Request, viewer: Approver, author: str, act: str) -> Response:
    """``approve`` puts it in force, ``return`` sends it back with a reason."""
    desk = services_of(request).configuration
    form = await request.form()
    revision, note = _number(form.get("revision")), str(form.get("note", "")).strip()[:MAX_NOTE]
    try:
        if author == viewer.user.name:
            raise Rejected("own_draft")
        if act == "approve":
            await desk.publish(viewer.user.name, author, revision)
        elif act == "return" and note:
            await desk.give_back(viewer.user.name, author, revision, note)
        elif act == "return":
            raise Rejected("reason_missing")
        else:
            raise NotFound
    except Rejected as refused:
        if refused.code == "no_draft":
            return await _overview(request, viewer, status=409, code=refused.code)
        return await _draft_page(request, viewer, author, status=409, code=refused.code)
    return back(f"/admin?done={act}")


@router.get("/versions/{number}")
async def version(request: Request, viewer: Looker, number: VersionNumber) -> Response:
    """What a version changed, and what bringing it back would change."""
    return await _version_page(request, viewer, number)


async def _version_page(
    request: Request, viewer: Viewer, number: int, *, status: int = 200, code: str = ""
) -> Response:
    work, desk = await work_of(request, viewer), services_of(request).configuration
    found = await desk.version(number)
    if found is None:
        raise NotFound
    await _learn(request, [], [found.head])
    base = await desk.version(found.head.base)
    was, now = base.config if base else found.config, work.version.config
    return admin_page(
        request,
        viewer,
        work,
        "version.html",
        status=status,
        code=code,
        head=found.head,
        made=differences(work.words, changes(was, found.config)[:MAX_SHOWN], was, found.config),
        back_to=differences(work.words, changes(now, found.config)[:MAX_SHOWN], now, found.config),
    )


@router.post("/versions/{number}/rollback")
async def roll_back(request: Request, viewer: Changer, number: VersionNumber) -> Response:
    """Publish what this version said."""
    form = await request.form()
    try:
        fresh = await services_of(request).configuration.roll_back(
            viewer.user.name, number, str(form.get("note", "")).strip()[:MAX_NOTE]
        )
    except Rejected as refused:
        return await _version_page(request, viewer, number, status=409, code=refused.code)
    return back("/admin?done=rollback" if fresh else "/admin?done=submit")


async def _learn(request: Request, authors: Iterable[str], heads: Iterable[VersionHead] = ()) -> None:
    """Names of those who wrote and approved."""
    named = {name for head in heads for name in (head.author, head.approved_by)}
    await services_of(request).people.learn(named.union(authors))


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isdigit() and len(text) < 10 else -1
