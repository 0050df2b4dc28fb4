"""The audit log as sentences, and whether its chain is whole."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from callcenter.domain.access import Right
from callcenter.domain.access_records import AuditQuery, AuditRow
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.spreadsheets import csv_line
from callcenter.web.wording import acts as wording_acts
from callcenter.web.wording.act_details import details

router = APIRouter(prefix="/audit")
Auditor = Annotated[Viewer, Depends(signed_in(Right.SEE_AUDIT))]
PAGE = 50
_Text = Annotated[str, Query(max_length=120)]
_Day = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


@router.get("")
async def audit_page(
    request: Request,
    viewer: Auditor,
    actor: _Text = "",
    act: _Text = "",
    subject: _Text = "",
    first: _Day = "",
    last: _Day = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Newest first; htmx asks for further rows alone."""
    zone = services_of(request).settings.timezone
    query = AuditQuery(
        actor=actor.strip(),
        act=act,
        subject=subject.strip(),
        from_ms=_midnight(first, zone),
        to_ms=_midnight(last, zone, days=1),
        limit=PAGE + 1,
        before_id=before,
    )
    rows = await services_of(request).audit.page(query)
    typed = {"actor": actor, "act": act, "subject": subject, "first": first, "last": last}
    values = await _rows(request, rows, typed)
    if before is not None and request.headers.get("hx-request"):
        return HTMLResponse(fragment(words_of(request), "audit/rows.html", **values))
    return page(request, "audit.html", **values, acts=_acts(request))


@router.post("/verify")
async def verify(request: Request, viewer: Auditor) -> Response:
    """Check the whole chain."""
    check = await services_of(request).audit.verify()
    return HTMLResponse(fragment(words_of(request), "audit/check.html", check=check))


@router.post("/export")
async def export(request: Request, viewer: Auditor) -> Response:
    """Every row with its hash as CSV; the export itself is on record first."""
    services = services_of(request)
    await services.audit.write(AuditRecord(services.clock.now_ms(), viewer.user.name, "audit_exported", ""))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_csv(services.audit.rows()), media_type="text/csv; charset=utf-8", headers=headers)


async def _csv(rows: AsyncIterator[AuditRow]) -> AsyncIterator[str]:
    yield "\ufeff" + csv_line(["id", "at_ms", "actor", "act", "subject", "detail", "hash"])
    async for row in rows:
        record = row.record
        detail = json.dumps(record.detail, ensure_ascii=False)
        yield csv_line([row.id, record.at_ms, record.actor, record.act, record.subject, detail, row.hash])


def _midnight(day: str, zone: str, days: int = 0) -> int | None:
    try:
        found = date.fromisoformat(day) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return int(datetime(found.year, found.month, found.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def _acts(request: Request) -> list[tuple[str, str]]:
    words = words_of(request)
    plain = {"subject": "…"}
    return sorted(((act, words.gettext(text, **plain)) for act, text in wording_acts.SENTENCES.items()), key=_second)


def _second(pair: tuple[str, str]) -> str:
    return pair[1]


async def _rows(request: Request, rows: Any, typed: dict[str, str]) -> dict[str, Any]:
    services, words = services_of(request), words_of(request)
    users: dict[str, str] = {}
    for row in rows:
        kind, _, number = row.record.subject.partition(":")
        if kind == "user" and row.record.subject not in users and number.isdecimal():
            user = await services.users.by_id(int(number))
            users[row.record.subject] = user.name if user is not None else number
    actors = {row.record.actor for row in rows if ":" not in row.record.actor}
    actors |= {str(row.record.detail.get("author", "")) for row in rows}
    subjects = {str(row.record.detail.get("name", "")) for row in rows if row.record.subject.startswith("user:")}
    await services.people.learn(actors | subjects | set(users.values()))
    shown = [
        {
            "id": row.id,
            "at_ms": row.record.at_ms,
            "actor": wording_acts.actor_of(words, row.record),
            "sign_in_name": wording_acts.sign_in_name(words, row.record),
            "sentence": wording_acts.sentence(words, row.record, users),
            "details": details(words, row.record),
            "contact": row.record.subject.removeprefix("contact:")
            if row.record.subject.startswith("contact:")
            else str(row.record.detail.get("contact", "")),
        }
        for row in rows[:PAGE]
    ]
    return {"rows": shown, "more": len(rows) > PAGE, "typed": typed}
