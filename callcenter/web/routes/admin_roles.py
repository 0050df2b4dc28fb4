"""Roles as a matrix of rights and how far each reaches; agents' skills as a matrix of levels."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from callcenter.domain.access import SCOPED_RIGHTS, Right, RoleConfig, Scope
from callcenter.domain.config import AgentConfig
from callcenter.web.access import signed_in
from callcenter.web.admin import labels
from callcenter.web.admin.agent_list import agent_list
from callcenter.web.admin.options import skills_of
from callcenter.web.admin.reading import Reading, read_form
from callcenter.web.admin.work import Work, admin_page, back, keep, section_problems, translated, work_of
from callcenter.web.i18n import N_
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/admin")
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]
MATRIX_PAGE = 25
MATRIX_SKILLS = 40
MATRIX_CELLS = 800
"""A form has at most 1,000 fields."""
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}")


@router.get("/roles")
async def roles(request: Request, viewer: Changer) -> Response:
    """Rights by role."""
    work = await work_of(request, viewer)
    return _roles_page(request, viewer, work, dict(work.config.roles), section_problems(request, work, "roles"))


@router.post("/roles")
async def save_roles(request: Request, viewer: Changer) -> Response:
    """Keep the matrix in the draft; a new role when its id is given."""
    work = await work_of(request, viewer)
    reading = read_form(await request.form())
    kept = {key: _role(reading, key) for key in work.config.roles if not reading.one(f"{key}.remove")}
    fresh = reading.one("new.id")
    if fresh and (fresh in work.config.roles or not _ID.fullmatch(fresh)):
        reading.faults["new.id"] = N_("Use 1 to 40 letters, digits, underscores and dashes, and an id of its own.")
    elif fresh:
        kept[fresh] = RoleConfig(fresh, _names(reading, "new"))
    if reading.faults:
        faults = translated(work.words, reading.faults)
        return _roles_page(request, viewer, work, kept, faults, 409, reading.one("new.id"))
    await keep(request, viewer, work, roles=kept)
    return back("/admin/roles?saved")


def _names(reading: Reading, key: str) -> dict[str, str]:
    return {language: text for language in ("zh", "en") if (text := reading.one(f"{key}.names.{language}"))}


def _role(reading: Reading, key: str) -> RoleConfig:
    rights: dict[Right, Scope] = {}
    for right in Right:
        given = reading.one(f"{key}.{right.value}")
        if given in set(Scope):
            rights[right] = Scope(given)
    return RoleConfig(key, _names(reading, key), rights)


def _roles_page(
    request: Request,
    viewer: Viewer,
    work: Work,
    shown: dict[str, RoleConfig],
    faults: dict[str, str],
    status: int = 200,
    fresh: str = "",
) -> Response:
    words = work.words
    return admin_page(
        request,
        viewer,
        work,
        "roles.html",
        status=status,
        roles=shown,
        rights=[(right.value, words.gettext(text), right in SCOPED_RIGHTS) for right, text in labels.RIGHTS.items()],
        scopes=[(scope.value, words.gettext(text)) for scope, text in labels.SCOPES.items()],
        faults=faults,
        fresh=fresh,
    )


@router.get("/skills")
async def skills(request: Request, viewer: Changer, text: str = "", after: str = "", skill: str = "") -> Response:
    """Levels by agent and skill, a page of agents at a time; ``skill`` narrows the columns, or adds one."""
    work = await work_of(request, viewer)
    return _matrix(request, viewer, work, text, after, skill, {}, {})


@router.post("/skills")
async def save_skills(request: Request, viewer: Changer) -> Response:
    """Keep the levels of the agents shown in the draft."""
    work = await work_of(request, viewer)
    reading = read_form(await request.form())
    agents, text, after = dict(work.config.agents), reading.one("text"), reading.one("after")
    for key in reading.form.get("agents", ()):
        if key in agents:
            agents[key] = _with_levels(reading, agents[key], skills_of(work.config), reading.one("skill"))
    if reading.faults:
        shown = {name: values[0] for name, values in reading.form.items() if values}
        faults = translated(work.words, reading.faults)
        return _matrix(request, viewer, work, text, after, reading.one("skill"), shown, faults, 409)
    await keep(request, viewer, work, agents=agents)
    return back(str(request.url.include_query_params(text=text, after=after, saved="").replace(scheme="", netloc="")))


def _with_levels(reading: Reading, agent: AgentConfig, known: list[str], extra: str) -> AgentConfig:
    levels = dict(agent.skills)
    for skill in dict.fromkeys([*known, *([extra] if extra else [])]):
        name = f"{agent.id}.{skill}"
        if name not in reading.form:
            continue
        text = reading.one(name)
        if not text:
            levels.pop(skill, None)
        elif text.isdigit() and len(text) < 3 and 1 <= int(text) <= 10:
            levels[skill] = int(text)
        else:
            reading.faults[name] = N_("A level is 1 to 10.")
    return msgspec.structs.replace(agent, skills=levels)


def _matrix(
    request: Request,
    viewer: Viewer,
    work: Work,
    text: str,
    after: str,
    skill: str,
    typed: dict[str, str],
    faults: dict[str, str],
    status: int = 200,
) -> Response:
    found = [known for known in skills_of(work.config) if skill in known]
    columns = (found or ([skill] if _ID.fullmatch(skill) else []))[:MATRIX_SKILLS]
    size = min(MATRIX_PAGE, MATRIX_CELLS // max(1, len(columns)))
    return admin_page(
        request,
        viewer,
        work,
        "skills.html",
        status=status,
        found=agent_list(work.config, text, after, size),
        columns=columns,
        text=text,
        after=after,
        skill=skill,
        typed=typed,
        faults=faults,
    )
