"""The agent page's regions as HTML, from the live picture; each is sent only when it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.config import ChatRule
from callcenter.domain.contact import Channel, Place
from callcenter.domain.records import ContactQuery, ContactRecord, Customer
from callcenter.domain.views import ContactView, DeskView
from callcenter.reports import metrics
from callcenter.web.desk.form import FormQuestion, local_input, questions
from callcenter.web.follow_ups import NONE as NO_FOLLOW_UPS
from callcenter.web.follow_ups import FollowUps
from callcenter.web.i18n import N_
from callcenter.web.rendering import fragment
from callcenter.web.services import WebServices
from callcenter.web.wording.assistant import OURS, slot_value, summary_of
from callcenter.web.wording.outcomes import (
    SHAPES,
    end_reason,
    state_word,
    step_kind,
    step_path,
    variable_name,
    variable_value,
)
from callcenter.web.wording.why import why_sentence
from callcenter.web.wording.words import Words, short_time

REGIONS = ("notice", "messages", "state", "work", "conversation", "so_far", "customer", "help", "history", "wrapup")
ABOUT_A_CONTACT = ("so_far", "customer", "help", "history", "wrapup")
"""Without a contact they depend on the language alone."""
_AT_REST: dict[str, dict[str, str]] = {}
SHOWN_VARIABLES = 8
HIDDEN_VARIABLES = frozenset(
    {"tries", "pin", "caller", "number", "minutes", "dialled", "line", "contact", "agent", "queue"}
    | {"name", "campaign", "outcome", "preferred_agent"}
)
"""Ours or shown elsewhere; the caller's number is never shown whole."""
LIVE = frozenset({Place.OFFERED, Place.DIALLING, Place.TALKING, Place.AGENT_LOST, Place.OUTSIDE})
LAST_CONTACTS = 20
NOTHING_UNREAD: Mapping[str, int] = {}
DECLINE_REASONS: dict[str, str] = {
    "still_busy": N_("Still busy with the last one"),
    "equipment": N_("Headset or computer trouble"),
    "not_my_field": N_("Not my field"),
    "personal": N_("Have to leave for a moment"),
}
"""Why an offer is declined: the code goes into the contact's story."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the directories say about the caller of one contact."""

    contact: str
    customer: Customer | None
    last: tuple[ContactRecord, ...]


def in_focus(view: DeskView, focus: str = "") -> ContactView | None:
    """The contact the page is about.

    A call that rings comes first, then what the agent chose (``focus``), the call, chats, and what is in wrap-up. A
    chat that is offered waits beside the one that is being written in.
    """
    call = call_of(view)
    if call is not None and call.place is Place.OFFERED:
        return call
    live = [contact for contact in view.contacts if contact.place in LIVE]
    wrap_ups = [held.contact for held in view.wrap_ups]
    chosen = [contact for contact in (*live, *wrap_ups) if contact.id == focus]
    taken = [contact for contact in live if contact.place is not Place.OFFERED]
    return next(iter((*chosen, *filter(None, [call]), *taken, *wrap_ups, *live)), None)


def call_of(view: DeskView) -> ContactView | None:
    """The call that is offered or talked on; a customer in the survey after it is the flow's again."""
    calls = (contact for contact in view.contacts if contact.channel is Channel.VOICE)
    return next((contact for contact in calls if contact.place in LIVE), None)


def offered_to(view: DeskView) -> ContactView | None:
    """What the agent is being asked to take."""
    return next((c for c in view.contacts if part_of(view, c) == "offered"), None)


async def look_up(services: WebServices, contact: ContactView | None, before: Known | None) -> Known | None:
    """Customer and last contacts, asked once for each contact."""
    if contact is None:
        return None
    if before is not None and before.contact == contact.id:
        return before
    customer = await services.customers.by_phone(contact.caller) if contact.caller else None
    query = ContactQuery(number=contact.caller, limit=LAST_CONTACTS + 1)
    found = await services.contacts.list(query) if contact.caller else ()
    last = tuple(record for record in found if record.id != contact.id)[:LAST_CONTACTS]
    return Known(contact.id, customer, last)


def mode_of(view: DeskView, desk: str) -> str:
    """``here``, ``signed_out`` or ``elsewhere`` (another window has the desk)."""
    if view.state is AgentState.LOGGED_OUT:
        return "signed_out"
    return "here" if view.desk in ("", desk) else "elsewhere"


def part_of(view: DeskView, contact: ContactView | None) -> str:
    """The agent's part: ``offered``, ``talking``, ``consulted`` (asked by a colleague), ``supervising`` or none.

    ``dialling``: the customer of a callback, or a campaign's lead, is being called for them.
    """
    if contact is None or contact.place not in LIVE or contact not in view.contacts:
        return ""  # another agent may go on with what this one still wraps up
    if contact.supervising:
        return "supervising"
    if contact.place is Place.OFFERED:
        return "offered"
    if contact.place is Place.DIALLING:
        return "dialling"
    consulted = contact.why is not None and contact.why.code == "consult" and contact.agent != view.agent
    return "consulted" if consulted else "talking"


def render_regions(
    words: Words,
    view: DeskView,
    known: Known | None,
    *,
    desk: str,
    telephony_up: bool,
    follow_ups: FollowUps = NO_FOLLOW_UPS,
    focus: str = "",
    unread: Mapping[str, int] = NOTHING_UNREAD,
) -> dict[str, str]:
    """Every region's inner HTML. ``unread`` has the chats in which something was not seen yet, with how much."""
    contact = in_focus(view, focus)
    part = part_of(view, contact)
    held = next((held for held in view.wrap_ups if contact is not None and held.contact.id == contact.id), None)
    in_wrap_up = held is not None and part == ""
    form: tuple[FormQuestion, ...] = questions(words, contact) if contact else ()
    values: dict[str, Any] = {
        "view": view,
        "mode": mode_of(view, desk),
        "contact": contact,
        "cards": [(c, part_of(view, c), unread.get(c.id, 0)) for c in view.contacts if c.place in LIVE],
        "held": held,
        "several": len(view.contacts) + len(view.wrap_ups) > 1,
        "first_reply_ms": _first_reply_ms(words, contact),
        "part": part,
        "offered": part == "offered",
        "talking": part == "talking",
        "in_wrap_up": in_wrap_up,
        "customer": known.customer if known else None,
        "last": known.last if known else (),
        "why": why_sentence(words, contact.why) if contact else "",
        "idle_why": why_sentence(words, view.idle_why),
        "path": step_path(words, contact.flow_path) if contact else [],
        "level": variable_value(words, known.customer.level) if known and known.customer else "",
        "variables": _variables(words, contact),
        "summary": summary_of(words, contact.handed_over) if contact else None,
        "gives_back": _gives_back(words, contact, part),
        "dispositions": _dispositions(words, contact),
        "questions": form,
        "follow_up": local_input(words, contact.follow_up_ms) if contact else "",
        "figures": today_figures(words, view),
        "follow_ups": follow_ups.due,
        "shapes": SHAPES,
        "telephony_up": telephony_up,
        "state_word": lambda state: state_word(words, state),
        "end_reason": lambda reason, channel: end_reason(words, reason, channel),
        "step_kind": lambda kind: step_kind(words, kind),
    }
    rest = _at_rest(words, values) if contact is None else {}
    drawn = {name: fragment(words, f"agent/{name}.html", **values) for name in REGIONS if name not in rest}
    return {**rest, **drawn}


def _at_rest(words: Words, values: dict[str, Any]) -> dict[str, str]:
    """The regions that say the same to everybody without a contact, drawn once for each language."""
    kept = _AT_REST.get(words.language)
    if kept is None:
        kept = {name: fragment(words, f"agent/{name}.html", **values) for name in ABOUT_A_CONTACT}
        _AT_REST[words.language] = kept
    return kept


def today_figures(words: Words, view: DeskView) -> list[tuple[str, str]]:
    """The agent's own day: name and figure."""
    today = view.today
    return [
        (words.gettext("Handled"), str(today.handled)),
        (words.gettext("Average handling"), short_time(metrics.aht_ms(today))),
        (words.gettext("Talk time"), short_time(today.talk_ms)),
        (words.gettext("On hold"), short_time(today.hold_ms)),
        (words.gettext("Wrap-up"), short_time(today.wrap_up_ms)),
        (words.gettext("Missed"), str(today.missed)),
    ]


def _variables(words: Words, contact: ContactView | None) -> list[tuple[str, str]]:
    if contact is None:
        return []
    shown = [
        (name, value)
        for name, value in contact.variables.items()
        if name not in HIDDEN_VARIABLES | OURS
        and not name.endswith("_given")
        and value not in ("", None)
        and not isinstance(value, (dict, list))
    ]
    return [(variable_name(words, name), slot_value(words, name, value)) for name, value in shown[:SHOWN_VARIABLES]]


def _gives_back(words: Words, contact: ContactView | None, part: str) -> str:
    """The flow whose assistant had this chat before, for the button that gives it back; empty where none had."""
    told = contact.handed_over if contact is not None else None
    return f"flow:{told.flow}" if told is not None and part == "talking" else ""


def _dispositions(words: Words, contact: ContactView | None) -> list[tuple[str, str]]:
    """Those of the contact's queue, else all."""
    if contact is None:
        return []
    queue = words.config.queues.get(contact.queue)
    wanted = set(queue.dispositions) if queue else set()
    return [(d.id, words.name(d.names, d.id)) for d in words.config.dispositions if not wanted or d.id in wanted]


def _first_reply_ms(words: Words, contact: ContactView | None) -> int:
    """When an agent's answer in a chat is late."""
    queue = words.config.queues.get(contact.queue) if contact is not None else None
    return queue.chat.first_reply_ms if queue is not None else ChatRule().first_reply_ms


def facts_of(view: DeskView, desk: str, now_ms: int, focus: str = "") -> dict[str, Any]:
    """What softphone and chat must know: a few words of state, no personal data."""
    contact = call_of(view)
    offered = offered_to(view)
    front = in_focus(view, focus)
    return {
        "offered": offered.id if offered else "",
        "offeredBy": offered.channel.value if offered else "",
        "focus": front.id if front else "",
        "chat": bool(front and front.channel is Channel.CHAT),
        "writes": part_of(view, front) == "talking" and front is not None and front.channel is Channel.CHAT,
        "notes": part_of(view, front) == "consulted" and front is not None and front.channel is Channel.CHAT,
        "now": now_ms,
        "mode": mode_of(view, desk),
        "state": view.state.value,
        "contact": contact.id if contact else "",
        "part": part_of(view, contact),
        "place": contact.place.value if contact else "",
        "legUp": contact.agent_leg_up if contact else False,
        "rejoining": contact.rejoining if contact else False,
        "onHold": contact.on_hold if contact else False,
        "consult": contact.consult if contact else "",
        "payment": contact.payment_since_ms if contact else None,
        "wrapUp": view.wrap_up.id if view.wrap_up else "",
    }
