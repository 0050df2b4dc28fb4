"""Risk cases: locked contacts, who follows them up, by when, and what was done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right, scope_of
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord
from callcenter.domain.reviews import Actor
from callcenter.domain.risk_cases import RiskAct, RiskCase
from callcenter.quality.review import risk
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.quality.rule_names import rule_names
from callcenter.web.quality.views import actor_of
from callcenter.web.quality.words import RISK_ACTS, RISK_STATES
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/quality/risks")
Handler = Annotated[Viewer, Depends(signed_in(Right.HANDLE_RISKS))]
CaseId = Annotated[str, Path(min_length=1, max_length=200)]


@router.get("")
async def risks_page(request: Request, viewer: Handler, closed: Annotated[bool, Query()] = False) -> Response:
    """Open cases, the first due first; or the closed ones."""
    services, words = services_of(request), words_of(request)
    now = services.clock.now_ms()
    cases = await services.risks.listed(closed=closed)
    await services.people.learn({one.assignee for one in cases})
    rows = [(one, words.gettext(RISK_STATES[one.state]), risk.is_overdue(one, now)) for one in cases]
    called = await rule_names(services, words)
    return page(request, "quality/risks.html", rows=rows, closed=closed, called=called)


@router.get("/{case}")
async def case_page(request: Request, viewer: Handler, case: CaseId) -> Response:
    """One case."""
    return await _page(request, viewer, await _found(request, case))


@router.post("/{case}")
async def act(
    request: Request,
    viewer: Handler,
    case: CaseId,
    version: Annotated[int, Form(ge=0, le=2**31 - 1)],
    act: Annotated[RiskAct, Form()],
    note: Annotated[str, Form(max_length=4000)] = "",
    to: Annotated[str, Form(max_length=100)] = "",
    due: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """One step of it."""
    services, found = services_of(request), await _found(request, case)
    now = services.clock.now_ms()
    try:
        if found.version != version:
            raise Rejected("stale")
        user = await services.users.by_name(to) if to else None
        whom = None if user is None else Actor(user.name, user.agent_id)
        said, due_ms = note.strip()[:2000], _due(request, due)
        after = risk.done(found, act, actor_of(viewer), now, said, to=whom, due_ms=due_ms)
        record = AuditRecord(now, viewer.user.name, f"risk_{act.value}", f"case:{case}", {"contact": found.contact})
        await services.audit.write(record)
        await services.risks.save(after, now)
    except Rejected as refused:
        return await _page(request, viewer, found, refused, note)
    return RedirectResponse(f"/quality/risks/{case}", 303)


def _due(request: Request, day: str) -> int:
    """The end of a day in ms; 0 for what is no day."""
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        return 0
    return round(datetime(after.year, after.month, after.day, tzinfo=words_of(request).zone).timestamp() * 1000)


async def _found(request: Request, case: str) -> RiskCase:
    found = await services_of(request).risks.get(case)
    if found is None:
        raise NotFound
    return found


async def _page(
    request: Request, viewer: Viewer, case: RiskCase, refused: Rejected | None = None, note: str = ""
) -> Response:
    services, words = services_of(request), words_of(request)
    config = services.desk.config()
    await services.people.learn({one.by for one in case.steps} | {one.to for one in case.steps} | {case.assignee})
    able = [
        (user.name, user.display_name or user.name)
        for user in await services.users.all()
        if not user.disabled
        and scope_of(config.roles, user.role, Right.HANDLE_RISKS) is not None
        and (not user.agent_id or user.agent_id != case.agent)
    ]
    values: dict[str, Any] = {
        "case": case,
        "state": words.gettext(RISK_STATES[case.state]),
        "late": risk.is_overdue(case, services.clock.now_ms()),
        "acts": {one.value: words.gettext(RISK_ACTS[one]) for one in risk.acts(case, actor_of(viewer))},
        "steps": [(words.gettext(RISK_ACTS[one.act]), one) for one in case.steps],
        "people": able,
        "note": note,
        "called": await rule_names(services, words),
    }
    message = refusal(words, refused.code) if refused is not None else ""
    return page(request, "quality/risk.html", status=422 if refused is not None else 200, message=message, **values)
