"""Lists that are one form each: break reasons, dispositions, names of skills, emergency messages, numbers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Struct

from callcenter.domain.access import Right
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin.fields import NumberRow, Numbers, Reasons, fields_of
from callcenter.web.admin.labels import SECTIONS
from callcenter.web.admin.reading import read, read_form, typed, written
from callcenter.web.admin.work import (
    Work,
    admin_page,
    back,
    field_name,
    keep,
    option_lists,
    sentence,
    translated,
    work_of,
)
from callcenter.web.errors import NotFound
from callcenter.web.i18n import N_
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/admin")
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]
HINTS = {
    "break_reasons": N_(
        "What agents choose from when they take a break. An id that is in use must not change its meaning."
    ),
    "dispositions": N_("What agents file a contact under. A queue may offer some of them only."),
    "skill_names": N_("What skills are called on screens, by the id that queues and agents have them under."),
    "emergency_messages": N_("Prepared sentences for closing or diverting a queue from the floor page."),
    "numbers": N_("Which flow a dialled number begins. The number * stands for all others."),
}


def _type(section: str) -> type[Struct]:
    if section not in HINTS:
        raise NotFound
    return Numbers if section == "numbers" else Reasons


def _shown(work: Work, section: str) -> Any:
    config = work.config
    if section != "numbers":
        return Reasons(getattr(config, section))
    rows = tuple(NumberRow(number, flow) for number, flow in config.numbers.items())
    return Numbers(rows, config.caller_number, config.agent_grace_ms)


def _sections(section: str, value: Any) -> dict[str, Any]:
    if section != "numbers":
        return {section: value.reasons}
    numbers = {row.number: row.flow for row in value.numbers}
    return {"numbers": numbers, "caller_number": value.caller_number, "agent_grace_ms": value.agent_grace_ms}


def _faults(request: Request, work: Work, section: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = {number: index for index, number in enumerate(work.config.numbers)}
    for problem in services_of(request).configuration.problems(work.config):
        text = sentence(work.words, problem)
        inside = field_name(problem.place, section)
        if section == "numbers" and inside in rows:
            column = "number" if problem.code == "bad_number" else "flow"
            found[f"numbers.{rows[inside]}.{column}"] = text
        elif section == "numbers" and problem.place in ("caller_number", "agent_grace_ms"):
            found[problem.place] = text
        elif section != "numbers" and inside is not None:
            found.setdefault(f"reasons.{inside}", text)
    return found


@router.get("/{section}")
async def sheet(request: Request, viewer: Changer, section: str) -> Response:
    """The list as a form."""
    _type(section)
    work = await work_of(request, viewer)
    return await _page(request, viewer, work, section, written(_shown(work, section)), _faults(request, work, section))


@router.post("/{section}")
async def save(request: Request, viewer: Changer, section: str) -> Response:
    """Keep the list in the draft."""
    struct = _type(section)
    work = await work_of(request, viewer)
    reading = read_form(await request.form())
    value = read(reading, struct)
    if section == "numbers":
        seen: set[str] = set()
        for index, row in enumerate(value.numbers):
            if row.number in seen:
                reading.faults[f"numbers.{index}.number"] = N_("This number is there twice.")
            seen.add(row.number)
    if reading.faults:
        faults = translated(work.words, reading.faults)
        return await _page(request, viewer, work, section, typed(reading, struct), faults, 409)
    await keep(request, viewer, work, **_sections(section, value))
    return back(f"/admin/{section}?saved")


async def _page(
    request: Request,
    viewer: Viewer,
    work: Work,
    section: str,
    values: dict[str, Any],
    faults: dict[str, str],
    status: int = 200,
) -> Response:
    return admin_page(
        request,
        viewer,
        work,
        "sheet.html",
        status=status,
        section=section,
        section_name=work.words.gettext(SECTIONS[section]),
        hint=work.words.gettext(HINTS[section]),
        fields=fields_of(_type(section)),
        values=values,
        faults=faults,
        lists=await option_lists(request, work),
    )
