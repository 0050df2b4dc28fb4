"""Sections of elements (queues, teams, alarms, canned replies and so on): a list, and a form for each from its type."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from msgspec import Struct

from callcenter.domain.access import Right
from callcenter.domain.alarms import SHARES, AlarmRule
from callcenter.domain.config import AgentConfig, CannedReply, ChannelConfig, ChatEntry, QueueConfig, Team
from callcenter.domain.config_diff import Change
from callcenter.domain.config_elements import elements
from callcenter.domain.knowledge import Article
from callcenter.routing.check_articles import MAX_QUESTION
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin.agent_list import agent_list
from callcenter.web.admin.differences import element, element_name, value_text
from callcenter.web.admin.fields import fields_of
from callcenter.web.admin.labels import LANGUAGES, SECTIONS
from callcenter.web.admin.reading import read, read_form, typed, written
from callcenter.web.admin.work import (
    Work,
    admin_page,
    back,
    keep,
    option_lists,
    section_problems,
    translated,
    work_of,
)
from callcenter.web.errors import NotFound
from callcenter.web.i18n import N_
from callcenter.web.sessions import Viewer
from callcenter.web.wording.outcomes import channel_word

router = APIRouter(prefix="/admin")
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]

TYPES: dict[str, type[Struct]] = {
    "queues": QueueConfig,
    "teams": Team,
    "alarms": AlarmRule,
    "agents": AgentConfig,
    "chat_entries": ChatEntry,
    "channels": ChannelConfig,
    "canned_replies": CannedReply,
    "articles": Article,
}
FIXED = frozenset({"channels"})
"""Sections whose elements are changed, never added or taken out."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "queues": ("names", "skills", "priority", "wrap_up_ms", "service_level_ms", "agent_policy", "record"),
    "teams": ("names", "leaders", "queues"),
    "chat_entries": ("names", "target", "origins", "languages", "calendar"),
    "channels": ("capacity", "pauses"),
    "canned_replies": ("names", "texts", "queues"),
    "articles": ("questions", "answers", "channels", "assistant", "valid_from", "valid_until"),
    "alarms": ("metric", "limit", "for_ms", "queues", "sound"),
}
_CHINESE = re.compile(r"[㐀-鿿]")
Row = Annotated[int, Query(ge=0, lt=2**63)]
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}")


def _elements(work: Work, section: str) -> dict[str, Any]:
    return {key: value for (place, key), value in elements(work.config).items() if place == section}


def _section(section: str) -> type[Struct]:
    if section not in TYPES:
        raise NotFound
    return TYPES[section]


def _changing(section: str) -> type[Struct]:
    """The type of a section to which elements may be added, and from which they may be taken."""
    if section in FIXED:
        raise NotFound
    return _section(section)


def _place(work: Work, section: str, key: str) -> str:
    """Where the checker says it is: lists count, tables have ids."""
    if isinstance(getattr(work.config, section), tuple):
        keys = list(_elements(work, section))
        return f"{section}[{keys.index(key)}]" if key in keys else section
    return f"{section}.{key}"


@router.get("/agents")
async def agents(request: Request, viewer: Changer, text: str = "", after: str = "") -> Response:
    """Agents, fifty at a time."""
    work = await work_of(request, viewer)
    found = agent_list(work.config, text, after)
    return admin_page(request, viewer, work, "agents.html", found=found, text=text, words_of=work.words)


@router.get("/{section}/new")
async def new(request: Request, viewer: Changer, section: str, miss: Row = 0) -> Response:
    """An empty form; for an article, begun with what was asked in vain (``miss``)."""
    work, struct = await work_of(request, viewer), _changing(section)
    return await _form(request, viewer, work, section, struct, "", await _begun(request, section, miss))


async def _begun(request: Request, section: str, miss: int) -> dict[str, Any]:
    """What stands in an empty form: for an article the question that found none."""
    found = await services_of(request).misses.get(miss) if section == "articles" and miss else None
    if found is None:
        return {}
    asked = {"zh" if _CHINESE.search(found.text) else "en": found.text[:MAX_QUESTION]}
    return {"questions": asked, **{f"questions.{language}": text for language, text in asked.items()}}


@router.get("/{section}/edit/{key}")
async def edit(request: Request, viewer: Changer, section: str, key: str) -> Response:
    """The form of one element, with what is wrong beside its fields."""
    work, struct = await work_of(request, viewer), _section(section)
    found = _elements(work, section).get(key)
    if found is None:
        raise NotFound
    faults = section_problems(request, work, _place(work, section, key))
    return await _form(request, viewer, work, section, struct, key, written(found), faults)


@router.post("/{section}/new")
async def add(request: Request, viewer: Changer, section: str) -> Response:
    """A new element in the draft."""
    _changing(section)
    return await _save(request, viewer, section, "")


@router.post("/{section}/edit/{key}")
async def save(request: Request, viewer: Changer, section: str, key: str) -> Response:
    """A changed element in the draft."""
    return await _save(request, viewer, section, key)


@router.post("/{section}/remove/{key}")
async def remove(request: Request, viewer: Changer, section: str, key: str) -> Response:
    """Take an element out of the draft."""
    work = await work_of(request, viewer)
    _changing(section)
    there = getattr(work.config, section)
    if isinstance(there, tuple):
        kept: Any = tuple(item for item in there if item.id != key)
    else:
        kept = {name: item for name, item in there.items() if name != key}
    await keep(request, viewer, work, **{section: kept})
    return back(f"/admin/{section}?saved")


async def _save(request: Request, viewer: Viewer, section: str, key: str) -> Response:
    work, struct = await work_of(request, viewer), _section(section)
    there = _elements(work, section)
    if key and key not in there:
        raise NotFound
    reading = read_form(await request.form())
    identity = key or reading.one("id")
    if not _ID.fullmatch(identity):
        reading.faults["id"] = N_("Use 1 to 40 letters, digits, underscores and dashes.")
    elif not key and identity in there:
        reading.faults["id"] = N_("There is one with this id already.")
    value = read(reading, struct, id=identity)
    if reading.faults:
        faults = translated(work.words, reading.faults)
        return await _form(request, viewer, work, section, struct, key, typed(reading, struct), faults, 409)
    there[identity] = value
    is_list = isinstance(getattr(work.config, section), tuple)
    await keep(request, viewer, work, **{section: tuple(there.values()) if is_list else there})
    return back(f"/admin/{section}/edit/{identity}?saved")


async def _form(
    request: Request,
    viewer: Viewer,
    work: Work,
    section: str,
    struct: type[Struct],
    key: str,
    values: dict[str, Any],
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return admin_page(
        request,
        viewer,
        work,
        "element.html",
        status=status,
        section=section,
        section_name=work.words.gettext(SECTIONS[section]),
        key=key,
        title=element(work.words, section, key, work.config) if key else _title_of_new(work, section),
        fields=[field for field in fields_of(struct) if not (key and field.name == "id")],
        values=values,
        faults=faults or {},
        fixed=section in FIXED,
        lists=await option_lists(request, work, key),
    )


def _title_of_new(work: Work, section: str) -> str:
    return work.words.gettext("%(section)s: new") % {"section": work.words.gettext(SECTIONS[section])}


@router.get("/queues")
@router.get("/teams")
@router.get("/alarms")
@router.get("/channels")
@router.get("/chat_entries")
@router.get("/canned_replies")
@router.get("/articles")
async def listed(request: Request, viewer: Changer) -> Response:
    """All elements of a section."""
    section = request.url.path.rpartition("/")[2]
    work = await work_of(request, viewer)
    columns = [field for name in COLUMNS[section] for field in fields_of(TYPES[section]) if field.name == name]
    there = _elements(work, section)
    if section == "teams":
        await services_of(request).people.learn(name for team in there.values() for name in team.leaders)
    problems = section_problems(request, work, section)
    wrong = {key: _count(problems, str(index), key) for index, key in enumerate(there)}
    return admin_page(
        request,
        viewer,
        work,
        "elements.html",
        section=section,
        section_name=work.words.gettext(SECTIONS[section]),
        columns=columns,
        figures={field.name for field in columns if field.kind in ("seconds", "whole", "decimal")},
        rows=[(key, [_cell(work, field.name, value) for field in columns]) for key, value in there.items()],
        wrong=wrong,
        fixed=section in FIXED,
        titles={key: element_name(work.words, work.config, section, key) for key in there} if section in FIXED else {},
    )


def _count(problems: dict[str, str], *keys: str) -> int:
    """How many of a section's problems are about the element with one of these keys."""
    return sum(name.split(".")[0] in keys for name in problems)


def _cell(work: Work, name: str, value: Any) -> str:
    given = getattr(value, name)
    if name == "names":
        return work.words.name(given, value.id)
    if name in ("texts", "questions", "answers"):
        return work.words.name(given, "–")
    if name == "channels":
        shown = [channel_word(work.words, one) for one in given]
        return work.words.gettext(", ").join(shown) or work.words.gettext("all")
    if name == "queues":
        return work.words.gettext(", ").join(work.words.queue(queue) for queue in given) or work.words.gettext("all")
    if name == "leaders":
        return work.words.gettext(", ").join(work.words.person(leader) for leader in given) or "–"
    if name == "languages":
        return work.words.gettext(", ").join(work.words.gettext(LANGUAGES.get(code, code)) for code in given)
    if name == "limit" and value.metric in SHARES:
        return f"{given:g} %"
    if name == "limit" and value.metric.endswith("_ms"):
        name = "limit_ms"
    return value_text(work.words, given, Change("", "", "changed", (name,)))
