"""What one person works on: their draft, or the version in force until they change something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.config import CenterConfig
from callcenter.domain.config_problem import ConfigProblem
from callcenter.domain.configuration import ConfigVersion, Draft
from callcenter.routing.check import said
from callcenter.web.access import services_of
from callcenter.web.admin.options import OptionLists
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal
from callcenter.web.wording.words import Words

_COUNTED = re.compile(r"\w+\.\d+")
"""A value of a list that is one field: a ticked queue."""


@dataclass(frozen=True, slots=True)
class Work:
    """The configuration a page shows and changes; ``words`` call things as it does."""

    words: Words
    config: CenterConfig
    version: ConfigVersion
    draft: Draft | None

    @property
    def revision(self) -> int:
        """The draft's, 0 when there is none."""
        return self.draft.revision if self.draft is not None else 0


async def work_of(request: Request, viewer: Viewer) -> Work:
    """The viewer's draft, or what is in force."""
    desk = services_of(request).configuration
    draft, version = await desk.draft(viewer.user.name), await desk.in_force()
    config = draft.config if draft else version.config
    return Work(replace(words_of(request), config=config), config, version, draft)


async def keep(request: Request, viewer: Viewer, work: Work, **sections: Any) -> None:
    """Write sections into the viewer's draft. Nothing is written when nothing is changed."""
    config = msgspec.structs.replace(work.config, **sections)
    if config != work.config:
        await services_of(request).configuration.edit(viewer.user.name, config, work.revision)


def section_problems(request: Request, work: Work, prefix: str) -> dict[str, str]:
    """What is wrong below a place, by field name: ``overflow.0.target`` → what and the mend."""
    found: dict[str, str] = {}
    for problem in services_of(request).configuration.problems(work.config):
        inside = field_name(problem.place, prefix)
        if inside is not None:
            found.setdefault(inside, sentence(work.words, problem))
            if _COUNTED.fullmatch(inside):
                found.setdefault(inside.rpartition(".")[0], sentence(work.words, problem))
    return found


def field_name(place: str, prefix: str) -> str | None:
    """``queues.general.overflow[0].target`` below ``queues.general`` is ``overflow.0.target``; None elsewhere."""
    if place != prefix and not place.startswith((f"{prefix}.", f"{prefix}[")):
        return None
    return place[len(prefix) :].replace("[", ".").replace("]", "").lstrip(".")


def sentence(words: Words, problem: ConfigProblem) -> str:
    """What is wrong and the mend, in one line."""
    what, mend = said(problem, words.language)
    return f"{what}。{mend}" if words.language == "zh" else f"{what} — {mend}"


async def option_lists(request: Request, work: Work, key: str = "") -> OptionLists:
    """What the fields of the element ``key`` choose from."""
    services = services_of(request)
    desk = services.configuration
    return OptionLists(work.words, work.config, desk.flows(), await services.users.all(), desk.file_calendars(), key)


def back(path: str) -> Response:
    """On to a page after something was done."""
    return RedirectResponse(path, status_code=303)


def admin_page(
    request: Request, viewer: Viewer, work: Work, template: str, *, status: int = 200, code: str = "", **values: Any
) -> Response:
    """A page of the administration: with the sections beside it and the state of the draft above."""
    message = refusal(work.words, code) if code else ""
    return page(
        request,
        f"admin/{template}",
        status=status,
        work=work,
        draft=work.draft,
        message=message,
        may_change=viewer.may(Right.CHANGE_CONFIGURATION),
        may_approve=viewer.may(Right.APPROVE_CONFIGURATION),
        saved="saved" in request.query_params,
        done_act=request.query_params.get("done", ""),
        **values,
    )


def translated(words: Words, faults: dict[str, str]) -> dict[str, str]:
    """Faults of reading in the viewer's language."""
    return {name: words.gettext(text) for name, text in faults.items()}


def ids_of(items: Sequence[Any]) -> list[str]:
    """The ids of a list of elements."""
    return [item.id for item in items]
