"""What the pages of calibration show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callcenter.domain.access import Right
from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.records import ContactRecord
from callcenter.domain.reviews import Judgement, MarkedItem
from callcenter.quality.review import calibration
from callcenter.web.contacts.reach import reach_of
from callcenter.web.i18n import N_
from callcenter.web.quality.forms import form_lines, form_of
from callcenter.web.quality.reviewers import reviewer_choices
from callcenter.web.quality.views import conversation_values, form_rows
from callcenter.web.quality.words import title_of
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import Words

_DAY_MS = 86_400_000
_REVIEWED_DAYS = 60
_OFFERED = 60
_MARK = N_("Submit the result")


def may_open(session: CalibrationSession, viewer: Viewer) -> bool:
    """Its reviewers, and who plans reviews."""
    return viewer.may(Right.PLAN_REVIEWS) or viewer.user.name in session.reviewers


async def calibration_list(services: WebServices, viewer: Viewer) -> dict[str, Any]:
    """The sessions one may open, newest first; those with something to score for the viewer say how much."""
    me = viewer.user.name
    shown = [one for one in await services.reviews.sessions() if may_open(one, viewer)]
    await services.people.learn({one.made_by for one in shown})
    return {
        "rows": [
            {
                "session": one,
                "waiting": len(calibration.waiting(one, me)),
                "given": len(one.marks),
                "all": len(one.contacts) * len(one.reviewers),
            }
            for one in shown
        ],
        "begins": viewer.may(Right.PLAN_REVIEWS),
    }


async def new_values(services: WebServices, words: Words, viewer: Viewer) -> dict[str, Any]:
    """Reviewers, and the contacts scored or reviewed last, without how: who begins a session may score as well."""
    now = services.clock.now_ms()
    reviews = await services.reviews.between(now - _REVIEWED_DAYS * _DAY_MS, now)
    reviewed = [one.contact for one in reversed(reviews) if one.judgements]
    scored = [one.contact for one in await services.quality.latest(_OFFERED)]
    reach, offered = reach_of(services.desk.config(), viewer, Right.PLAN_REVIEWS), []
    for contact in list(dict.fromkeys([*reviewed[:_OFFERED], *scored])):
        record = await services.contacts.get(contact, reach)
        if record is not None and record.agent and record.ended_ms is not None:
            offered.append(record)
    newest = sorted(offered, key=lambda one: -one.started_ms)
    return {
        "contacts": [(one.id, _named(words, one), words.queue(one.queue)) for one in newest],
        "reviewers": await reviewer_choices(services),
    }


async def session_values(
    services: WebServices, words: Words, viewer: Viewer, session: CalibrationSession
) -> dict[str, Any]:
    """One session: what waits for the viewer, who has scored how much, and, where they may see it, the agreement."""
    me = viewer.user.name
    names = await _names(services, words, viewer, session)
    todo = calibration.waiting(session, me)
    mine = {one.contact: one.judgement for one in session.marks if one.reviewer == me}
    await services.people.learn({session.made_by, *session.reviewers})
    shows = calibration.sees_all(session, me)
    return {
        "session": session,
        "takes_part": me in session.reviewers,
        "rows": [(one, names[one], mine.get(one)) for one in session.contacts],
        "next": todo[0] if todo else "",
        "given": {who: sum(one.reviewer == who for one in session.marks) for who in session.reviewers},
        "closes": not session.closed_ms and me == session.made_by and viewer.may(Right.PLAN_REVIEWS),
        "shows": shows,
        **(await _outcome(services, words, session, names) if shows else {}),
    }


async def mark_values(
    services: WebServices,
    words: Words,
    viewer: Viewer,
    session: CalibrationSession,
    contact: str,
    given: dict[str, str],
) -> dict[str, Any]:
    """One contact for one reviewer, blind: the conversation and the form, nothing of the machine's or of others."""
    talked = await conversation_values(services, words, viewer, contact)
    talked.pop("whole")
    seen = [one for one in session.marks if (one.contact, one.reviewer) == (contact, viewer.user.name)]
    judgement = seen[0].judgement if seen else None
    return {
        **talked,
        "session": session,
        "judgement": judgement,
        "rows": form_rows(words, await form_of(services, session.form_version), judgement, given),
        "acts": [] if session.closed_ms else [("mark", words.gettext(_MARK))],
        "without_machine": True,
        "given": given,
        "place": (session.contacts.index(contact) + 1, len(session.contacts)),
    }


async def _outcome(
    services: WebServices, words: Words, session: CalibrationSession, names: dict[str, str]
) -> dict[str, Any]:
    lines = form_lines(await form_of(services, session.form_version), None)
    titles = {line.id: title_of(words, line.title) for line in lines}
    return {
        "outcome": calibration.outcome(session),
        "titles": titles,
        "differences": [
            (names[one.contact], one.contact, titles.get(one.item, one.item), _cells(session.reviewers, one.given))
            for one in calibration.differences(session)
        ],
        "scores": _scores(session, names),
    }


def _cells(reviewers: Sequence[str], given: dict[str, MarkedItem]) -> list[MarkedItem | None]:
    return [given.get(who) for who in reviewers]


def _scores(session: CalibrationSession, names: dict[str, str]) -> list[tuple[str, str, list[Judgement | None]]]:
    """Each contact with everybody's result, None for who has not scored it."""
    given = {(one.contact, one.reviewer): one.judgement for one in session.marks}
    return [(one, names[one], [given.get((one, who)) for who in session.reviewers]) for one in session.contacts]


async def _names(services: WebServices, words: Words, viewer: Viewer, session: CalibrationSession) -> dict[str, str]:
    """Contacts by when and by whom they were; by their id where they are beyond the viewer's reach."""
    reach, names = reach_of(services.desk.config(), viewer, Right.SEE_CONTACTS), {}
    for contact in session.contacts:
        record = await services.contacts.get(contact, reach)
        names[contact] = contact if record is None else _named(words, record)
    return names


def _named(words: Words, record: ContactRecord) -> str:
    return f"{words.moment(record.started_ms)} · {words.agent(record.agent)}"
