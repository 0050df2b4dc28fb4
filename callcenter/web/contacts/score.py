"""How a contact was scored, as its page shows it: each item with its evidence, each finding beside its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from callcenter.domain.access import Right
from callcenter.domain.contact import Channel
from callcenter.domain.quality_records import Evaluation, Found, QualityTitles
from callcenter.domain.records import ContactRecord, Customer, RecordingRecord
from callcenter.domain.reviews import Review
from callcenter.domain.speech import joined
from callcenter.quality.personal import mask_personal
from callcenter.quality.review.life import is_blind_for
from callcenter.web.contacts.conversation import MAX_MESSAGES
from callcenter.web.contacts.reach import reach_of
from callcenter.web.i18n import N_
from callcenter.web.masking import masked_speech
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import Words

KINDS = {"service": N_("Service"), "compliance": N_("Compliance"), "fatal": N_("Fatal"), "risk": N_("Risk")}
NOTES = {
    "transcript_empty": N_("Nobody says anything in it."),
    "other_language": N_("It is in another language than the rules."),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding. ``target`` is the id of its sentence on the page, empty for what was missing; ``at_ms`` its time."""

    title: str
    kind: str
    quote: str
    target: str
    at_ms: int | None
    sure: int
    """Percent."""


@dataclass(frozen=True, slots=True)
class Point:
    """An item of the form; ``points`` None: a person scores it."""

    title: str
    points: float | None
    of: float
    fatal: bool
    evidence: tuple[Evidence, ...]

    @property
    def lost(self) -> bool:
        """Whether it took something."""
        return bool(self.evidence) and (self.fatal or self.points is None or self.points < self.of)


@dataclass(frozen=True, slots=True)
class Result:
    """The evaluation that counts. ``others``: findings that no item counts, as risks; ``marks``: titles by sentence."""

    evaluation: Evaluation
    points: tuple[Point, ...]
    others: tuple[Evidence, ...]
    notes: tuple[str, ...]
    marks: Mapping[str, tuple[str, ...]]


async def may_judge(services: WebServices, viewer: Viewer, contact: str) -> bool:
    """Whether the viewer sees how this contact was scored: those whose right to hear recordings reaches it."""
    reach = reach_of(services.desk.config(), viewer, Right.HEAR_RECORDINGS)
    return await services.contacts.get(contact, reach) is not None


async def blind_review_of(services: WebServices, viewer: Viewer, contact: str) -> Review | None:
    """The review for which the viewer must judge this contact without having seen the machine's result."""
    reviews = await services.reviews.of_contact(contact)
    return next((one for one in reviews if is_blind_for(one, viewer.user.name)), None)


async def result_of(
    services: WebServices,
    words: Words,
    contact: ContactRecord,
    recordings: Sequence[RecordingRecord],
    *,
    customer: Customer | None,
    whole: bool,
) -> Result | None:
    """The result to show; None where the contact was not scored yet. Quotes are masked unless ``whole``."""
    evaluation = await services.quality.current(contact.id)
    if evaluation is None:
        return None
    titles = await services.quality_desk.titles(evaluation.rule_set, evaluation.form_version)
    places = await _places(services, contact, recordings)
    hidden = () if whole or customer is None else (customer.name,)

    def shown(quote: str) -> str:
        return quote if whole else masked_speech(mask_personal(quote), hidden)

    found = await services.quality.findings(evaluation.id)
    evidence = [(one, _evidence(words, titles, one, places, shown)) for one in found]
    points = tuple(
        Point(
            words.name(titles.items.get(item.id, {}), item.id),
            item.points,
            item.of,
            item.fatal,
            tuple(told for one, told in evidence if one.rule in item.evidence),
        )
        for item in evaluation.items
    )
    counted = {rule for item in evaluation.items for rule in item.evidence}
    marks: dict[str, tuple[str, ...]] = {}
    for _, told in evidence:
        if told.target:
            marks[told.target] = (*marks.get(told.target, ()), told.title)
    notes = tuple(words.gettext(NOTES[code]) for note in evaluation.notes if (code := str(note.get("code"))) in NOTES)
    others = tuple(told for one, told in evidence if one.rule not in counted)
    return Result(evaluation, points, others, notes, marks)


def _evidence(
    words: Words,
    titles: QualityTitles,
    one: Found,
    places: Sequence[tuple[str, int]],
    shown: Callable[[str], str],
) -> Evidence:
    target, at_ms = places[one.turn] if one.turn is not None and one.turn < len(places) else ("", one.start_ms)
    title = words.name(titles.rules.get(one.rule, {}), one.rule)
    kind = words.gettext(KINDS[one.kind]) if one.kind in KINDS else one.kind
    return Evidence(title, kind, shown(one.quote), target, at_ms, round(one.confidence * 100))


async def _places(
    services: WebServices, contact: ContactRecord, recordings: Sequence[RecordingRecord]
) -> list[tuple[str, int]]:
    """Where each turn stands on the page, and its time: in its recording, or since the chat began."""
    if contact.channel == Channel.CHAT:
        messages = await services.chats.history(contact.id, 0, MAX_MESSAGES)
        return [(f"said-{one.number}", max(0, one.at_ms - contact.started_ms)) for one in messages if one.text]
    begun = {one.id: one.started_ms for one in recordings}
    placed = joined(await services.transcripts.of_contact(contact.id), begun)
    return [(f"turn-{one.source}-{one.number}", one.turn.start_ms - one.late_ms) for one in placed]
