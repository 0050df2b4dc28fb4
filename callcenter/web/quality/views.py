"""What the pages of reviews show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.quality_records import Found
from callcenter.domain.records import RecordingRecord
from callcenter.domain.reviews import Actor, Judgement, MarkedItem, Review, ReviewAct, ReviewState
from callcenter.quality.forms import Form
from callcenter.quality.review import life
from callcenter.quality.review.marks import Line
from callcenter.web.contacts.conversation import talk_of
from callcenter.web.contacts.player import player_of
from callcenter.web.contacts.reach import look_at_locked, may_hear, seen_contact
from callcenter.web.contacts.transcript import spoken_of
from callcenter.web.masking import Personal, Sight, masked_words, sights
from callcenter.web.quality.forms import evaluation_of, form_lines, form_of
from callcenter.web.quality.reviewers import reviewer_choices
from callcenter.web.quality.rule_names import rule_names
from callcenter.web.quality.words import ACTS, ROUNDS, STATES, TONES, title_of
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import Words

JUDGING = frozenset(
    {ReviewAct.SUBMIT, ReviewAct.SUBMIT_FOR_SECOND, ReviewAct.SECOND_REVIEW, ReviewAct.CHANGE, ReviewAct.UPHOLD}
)
"""Acts of a reviewer that end their work on a review for now."""
MARKING = JUDGING - {ReviewAct.UPHOLD}


def actor_of(viewer: Viewer) -> Actor:
    """Who looks."""
    return Actor(viewer.user.name, viewer.user.agent_id)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the machine cites for a line: ms of the contact, None for what is missing."""

    start_ms: int | None
    quote: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the form as it is filled in, or as it was judged (``marked``)."""

    line: Line
    title: str
    section: str
    points: float | None
    broken: bool
    note: str
    evidence: Sequence[Evidence]
    marked: MarkedItem | None
    disputed: bool


def listed_row(words: Words, review: Review, now_ms: int) -> dict[str, Any]:
    """A review in a list."""
    judgement = review.judgement
    return {
        "review": review,
        "state": words.gettext(STATES[review.state]),
        "tone": TONES[review.state],
        "late": review.state is ReviewState.ASSIGNED and 0 < review.due_ms < now_ms,
        "score": None if judgement is None else judgement.score,
        "fatal": judgement is not None and judgement.fatal,
    }


async def queue_values(services: WebServices, words: Words, viewer: Viewer) -> dict[str, Any]:
    """A reviewer's own work, what waits for another reviewer than before, and for who plans what others have to do."""
    me, now = actor_of(viewer), services.clock.now_ms()
    mine = await services.reviews.listed(reviewer=me.name, states={ReviewState.ASSIGNED})
    others = await services.reviews.listed(states={ReviewState.SECOND, ReviewState.APPEALED})
    able = [one for one in others if JUDGING & set(life.acts(one, me))]
    done = await services.reviews.listed(reviewer=me.name, states=life.DONE, limit=1_000)
    open_ones = await services.reviews.listed(states={ReviewState.ASSIGNED}) if viewer.may(Right.PLAN_REVIEWS) else ()
    theirs = [one for one in open_ones if one.reviewer != me.name]
    await services.people.learn({one.reviewer for one in theirs})
    newest = sorted(done, key=lambda one: -one.changed_ms)[:10]
    return {
        "mine": [listed_row(words, one, now) for one in mine],
        "appeals": [listed_row(words, one, now) for one in able if one.state is ReviewState.APPEALED],
        "seconds": [listed_row(words, one, now) for one in able if one.state is ReviewState.SECOND],
        "theirs": [listed_row(words, one, now) for one in theirs],
        "done": [listed_row(words, one, now) for one in newest],
    }


async def review_values(
    services: WebServices, words: Words, viewer: Viewer, review: Review, given: dict[str, str] | None = None
) -> dict[str, Any]:
    """One review for its reviewers: the conversation, the form, what the machine found. ``given``: what was typed."""
    possible = JUDGING & set(life.acts(review, actor_of(viewer)))
    talked = await conversation_values(services, words, viewer, review.contact)
    rows = await rows_of(services, words, review, whole=talked.pop("whole"), given=given or {})
    comments = await services.reviews.comments(review.id)
    hands_out = viewer.may(Right.PLAN_REVIEWS) and review.state is ReviewState.ASSIGNED
    names = {one.by for one in comments} | {one.by for one in review.judgements} | {review.reviewer}
    await services.people.learn(names | ({review.appeal.by} if review.appeal is not None else set()))
    return {
        **talked,
        "review": review,
        "rows": rows,
        "comments": comments,
        "state": words.gettext(STATES[review.state]),
        "tone": TONES[review.state],
        "acts": [(act.value, words.gettext(ACTS[act])) for act in ReviewAct if act in possible and act in MARKING],
        "upholds": ReviewAct.UPHOLD in possible,
        "rounds": {name: words.gettext(text) for name, text in ROUNDS.items()},
        "blind": review.random and bool(possible) and review.judgement is None,
        "without_machine": False,
        "withdraws": hands_out,
        "reviewers": [one for one in await reviewer_choices(services) if one[0] != review.reviewer]
        if hands_out
        else [],
        "given": given or {},
    }


async def conversation_values(services: WebServices, words: Words, viewer: Viewer, contact_id: str) -> dict[str, Any]:
    """The contact's words and sounds as the viewer may see and hear them."""
    contact = await seen_contact(services, viewer, contact_id)
    await look_at_locked(services, viewer, contact_id)
    timeline = await services.contacts.timeline(contact_id)
    sight = await sights(services, viewer, contact_id)
    customer = await services.customers.by_phone(contact.caller) if contact.caller else None
    whole = sight(Personal.MESSAGES) is Sight.WHOLE
    spoken = await spoken_of(services, words, contact, customer=customer, whole=whole)
    recordings = await services.contacts.recordings(contact_id)
    return {
        "contact": contact,
        "talk": await talk_of(services, words, contact, customer=customer, whole=whole),
        "players": [player_of(words, one, timeline, there=_there(services, one), spoken=spoken) for one in recordings],
        "hears": await may_hear(services, viewer, contact_id),
        "sight": lambda what: sight(Personal(what)).value,
        "whole": whole,
    }


async def rows_of(
    services: WebServices, words: Words, review: Review, *, whole: bool, given: dict[str, str]
) -> list[Row]:
    """The form's lines, filled with what was typed, judged, or (unless drawn at random) given by the machine."""
    evaluation = await evaluation_of(services, review)
    found = await services.quality.findings(evaluation.id) if evaluation is not None else ()
    judged = {} if review.judgement is None else {item.id: item for item in review.judgement.items}
    disputed = review.appeal.items if review.appeal is not None else ()
    form = await form_of(services, review.form_version)
    called = await rule_names(services, words, evaluation.rule_set if evaluation is not None else None)
    return [
        Row(
            line,
            title_of(words, line.title),
            title_of(words, line.section),
            *_filled(line, judged.get(line.id), given, blind=review.random and not judged),
            [_evidence(one, called, whole=whole) for one in found if one.item == line.id],
            judged.get(line.id),
            line.id in disputed,
        )
        for line in form_lines(form, evaluation)
    ]


def form_rows(words: Words, form: Form, judgement: Judgement | None, given: dict[str, str]) -> list[Row]:
    """The form's lines without anything of the machine's, filled with what was typed, or judged before."""
    judged = {} if judgement is None else {item.id: item for item in judgement.items}
    return [
        Row(
            line,
            title_of(words, line.title),
            title_of(words, line.section),
            *_filled(line, judged.get(line.id), given, blind=True),
            (),
            judged.get(line.id),
            False,
        )
        for line in form_lines(form, None)
    ]


def _filled(
    line: Line, marked: MarkedItem | None, given: dict[str, str], *, blind: bool
) -> tuple[float | None, bool, str]:
    note = given.get(f"note-{line.id}", marked.note if marked is not None else "")
    if f"points-{line.id}" in given or f"broken-{line.id}" in given:
        return _number(given.get(f"points-{line.id}", "")), given.get(f"broken-{line.id}") == "yes", note
    value = marked.points if marked is not None else None if blind else line.machine
    if line.kind == "deduction" and value is None:
        value = 0.0
    if line.kind == "fatal":
        return None, value == 0 and (marked is not None or not blind), note
    return value, False, note


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _evidence(found: Found, called: Callable[[str], str], *, whole: bool) -> Evidence:
    quote = found.quote if whole else masked_words(found.quote, ())
    return Evidence(found.start_ms, quote, called(found.rule), found.confidence)


def _there(services: WebServices, recording: RecordingRecord) -> bool:
    try:
        services.recordings.path_of(recording)
    except Rejected:
        return False
    return True
