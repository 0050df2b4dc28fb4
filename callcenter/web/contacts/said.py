"""The page that looks for words in what was said: what was typed, and each hit as its viewer may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callcenter.domain.access import Right
from callcenter.domain.records import ContactReach, ContactRecord
from callcenter.domain.said_search import SaidHit, SaidQuery, SaidTurn
from callcenter.domain.speech import Speaker
from callcenter.domain.written_words import Wanted, spans, stands_in, wanted
from callcenter.web.contacts.filters import faults_of as day_faults_of
from callcenter.web.contacts.filters import query_of
from callcenter.web.contacts.reach import may_read_locked, reach_of
from callcenter.web.contacts.score import blind_review_of, may_judge
from callcenter.web.i18n import N_
from callcenter.web.masking import masked_speech
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import Words

FIELDS = ("said", "queue", "agent", "from", "to", "score_from", "score_to")
PAGE = 20
LONGEST = 100
HIGHEST_SCORE = 1_000
AROUND = 40
"""Characters shown before the first word found in a long turn."""
SCORE_FAULT = N_("Write a number from 0 to 1000.")


@dataclass(frozen=True, slots=True)
class Moment:
    """One turn of a hit: its place in the contact's page and its text in pieces, those that were looked for marked."""

    place: str
    start_ms: int
    who: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One contact in which it was said; ``score`` None: there is none, or it is not the viewer's to see."""

    contact: ContactRecord
    score: float | None
    moments: tuple[Moment, ...]


def given_of(params: Mapping[str, str]) -> dict[str, str]:
    """What the form says, without what is empty."""
    found = {name: params.get(name, "").strip()[:LONGEST] for name in FIELDS}
    return {name: value for name, value in found.items() if value}


def said_faults(words: Words, given: Mapping[str, str]) -> dict[str, str]:
    """What can not be looked for, by field: the sentence that says how to mend it."""
    found = {name: words.gettext(text) for name, text in day_faults_of(given, words.zone).items()}
    wrong = [name for name in ("score_from", "score_to") if name in given and _score(given[name]) is None]
    return found | {name: words.gettext(SCORE_FAULT) for name in wrong}


def said_query(words: Words, given: Mapping[str, str], before: int | None) -> SaidQuery:
    """The query; what has a fault is left out of it."""
    days = query_of({name: given[name] for name in ("from", "to") if name in given}, words.zone, PAGE, None)
    return SaidQuery(
        words=given.get("said", ""),
        queue=given.get("queue", ""),
        agent=given.get("agent", ""),
        from_ms=days.from_ms,
        to_ms=days.to_ms,
        score_from=_score(given.get("score_from", "")),
        score_to=_score(given.get("score_to", "")),
        limit=PAGE,
        before=before,
    )


def said_reach(words: Words, viewer: Viewer, query: SaidQuery) -> ContactReach:
    """Whose words the viewer may read; who asks for scores, only contacts whose score they may see."""
    scored = query.score_from is not None or query.score_to is not None
    return reach_of(words.config, viewer, Right.HEAR_RECORDINGS if scored else Right.SEE_CONTACTS)


async def said_hits(
    services: WebServices, words: Words, viewer: Viewer, query: SaidQuery, reach: ContactReach
) -> dict[str, Any]:
    """What was found, without contacts that are locked for the viewer, and names masked."""
    found = await services.transcripts.search(query, reach, masked_speech)
    pieces = wanted(query.words)
    shown = [await _shown(services, words, viewer, query, hit, pieces) for hit in found.hits]
    return {
        "hits": [one for one in shown if one is not None],
        "before": found.before,
        "paused": found.paused,
    }


async def _shown(
    services: WebServices, words: Words, viewer: Viewer, query: SaidQuery, hit: SaidHit, pieces: list[Wanted]
) -> Said | None:
    contact = hit.contact
    see = reach_of(words.config, viewer, Right.SEE_CONTACTS)
    if await services.contacts.get(contact.id, see) is None or not await may_read_locked(services, viewer, contact.id):
        return None
    judges = await may_judge(services, viewer, contact.id) and not await blind_review_of(services, viewer, contact.id)
    if not judges and (query.score_from is not None or query.score_to is not None):
        return None
    customer = await services.customers.by_phone(contact.caller) if contact.caller else None
    hidden = () if customer is None else (customer.name,)
    texts = [masked_speech(turn.text, hidden) for turn in hit.turns]
    if not any(stands_in(texts, piece) for piece in pieces):
        return None
    moments = tuple(_moment(words, turn, text, pieces) for turn, text in zip(hit.turns, texts, strict=True))
    return Said(contact, hit.score if judges else None, moments)


def _moment(words: Words, turn: SaidTurn, text: str, pieces: list[Wanted]) -> Moment:
    who = words.gettext("Customer") if turn.speaker == Speaker.CUSTOMER else words.gettext("Our side")
    return Moment(f"turn-{turn.source}-{turn.number}", turn.start_ms, who, highlighted(text, pieces))


def highlighted(text: str, pieces: list[Wanted]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each with whether it was looked for; a long beginning is left out."""
    places = spans(text, pieces)
    at = max(0, places[0][0] - AROUND) if places else 0
    found: list[tuple[str, bool]] = [("…", False)] if at else []
    for start, end in places:
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    return tuple(one for one in (*found, (text[at : at + 4 * AROUND], False)) if one[0])


def _score(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= HIGHEST_SCORE else None
