"""The open callbacks a person sees, as rows: where each is, when it will be made, what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.domain.access import Right
from callcenter.domain.effects import CallbackBooked, CallbackSuperseded, CallbackUpdated, ContactOpened, PlaceTakenOver
from callcenter.domain.records import ContactReach, ContactRecord, TimelineEntry
from callcenter.domain.views import CallbackState, OpenCallback
from callcenter.web.contacts.reach import reach_of
from callcenter.web.i18n import N_
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.callbacks import attempt_outcome, window_text
from callcenter.web.wording.words import Words, short_time

SHOWN = 100
"""Rows on the page; whoever has more open callbacks looks at them queue by queue."""

_STATES = {
    CallbackState.ON_THE_LINE: ("◷", N_("Still on the line")),
    CallbackState.SCHEDULED: ("◷", N_("Scheduled")),
    CallbackState.SUSPENDED: ("⊘", N_("Queue closed")),
    CallbackState.WAITING: ("◌", N_("Waiting in the queue")),
    CallbackState.OFFERED: ("◔", N_("Being offered")),
    CallbackState.DIALLING: ("●", N_("Being dialled")),
}
_LOOKS = {CallbackState.OFFERED: "offered", CallbackState.DIALLING: "busy"}

_RELATIONS = {
    "origin": N_("The call in which it was asked for"),
    "callback": N_("The callback"),
    "by": N_("The call that took its place"),
    "former": N_("The callback whose place it took"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One callback as it is shown. ``linked``: the viewer may open its contact."""

    contact: str
    queue: str
    number: str
    booked_ms: int
    asked_for: str
    shape: str
    look: str
    state: str
    when: str
    attempts: str
    outcome: str
    linked: bool


@dataclass(frozen=True, slots=True)
class Related:
    """A contact that belongs to another one, and how."""

    relation: str
    contact: ContactRecord


def within(callback: OpenCallback, reach: ContactReach) -> bool:
    """Whether a callback is within reach: by its queue while nobody has reached the customer, or by its agent."""
    return reach.everything or callback.queue in reach.queues or callback.agent in reach.agents


def seen_callbacks(services: WebServices, viewer: Viewer, queue: str = "") -> list[OpenCallback]:
    """The open callbacks the viewer may see, of one queue or of all, the oldest booking first."""
    reach = reach_of(services.desk.config(), viewer, Right.WATCH_FLOOR)
    return [c for c in services.desk.callbacks() if within(c, reach) and queue in ("", c.queue)]


async def rows_of(services: WebServices, words: Words, viewer: Viewer, found: Sequence[OpenCallback]) -> list[Row]:
    """The rows of some callbacks."""
    reach = reach_of(words.config, viewer, Right.SEE_CONTACTS)
    return [_row(words, c, await services.contacts.get(c.contact, reach) is not None) for c in found]


def _row(words: Words, c: OpenCallback, linked: bool) -> Row:
    shape, state = _STATES[c.state]
    made = f"{c.attempts} / {c.attempts_allowed}" if c.attempts_allowed else str(c.attempts)
    return Row(
        contact=c.contact,
        queue=words.queue(c.queue),
        number=words.number(c.number),
        booked_ms=c.booked_ms,
        asked_for=window_text(words, c.not_before_ms, c.until_ms) or words.gettext("as soon as possible"),
        shape=shape,
        look=_LOOKS.get(c.state, "none"),
        state=words.gettext(state),
        when=_when(words, c),
        attempts=made,
        outcome=attempt_outcome(words, c.outcome, c.agent) if c.outcome else "",
        linked=linked,
    )


def _when(words: Words, c: OpenCallback) -> str:
    """When the next attempt will be made, as far as that is known."""
    match c.state:
        case CallbackState.ON_THE_LINE:
            return words.gettext("once the customer has hung up")
        case CallbackState.SUSPENDED:
            return words.gettext("once the queue is open again")
        case CallbackState.SCHEDULED if c.due_ms is not None:
            return words.gettext("from %(time)s on", time=words.moment(c.due_ms))
        case CallbackState.WAITING if c.expected_wait_ms is not None:
            return words.gettext("place %(place)d · about %(time)s", place=c.place, time=short_time(c.expected_wait_ms))
        case CallbackState.WAITING:
            return words.gettext("place %(place)d", place=c.place)
        case CallbackState.OFFERED | CallbackState.DIALLING:
            return words.agent(c.agent)
        case _:
            return ""


async def related_to(
    services: WebServices, words: Words, viewer: Viewer, timeline: Sequence[TimelineEntry]
) -> list[Related]:
    """The callbacks of a call and the calls of a callback, as far as the viewer may see them, in the story's order."""
    found: dict[str, str] = {}
    for entry in timeline:
        for effect in entry.effects:
            match effect:
                case ContactOpened(origin=origin) | CallbackUpdated(origin=origin) if origin:
                    found.setdefault(origin, "origin")
                case CallbackBooked(callback=callback) if callback:
                    found.setdefault(callback, "callback")
                case CallbackSuperseded(by=by):
                    found[by] = "by"
                case PlaceTakenOver(callback=callback):
                    found[callback] = "former"
    reach = reach_of(words.config, viewer, Right.SEE_CONTACTS)
    contacts = [(relation, await services.contacts.get(contact, reach)) for contact, relation in found.items()]
    return [Related(words.gettext(_RELATIONS[relation]), contact) for relation, contact in contacts if contact]
