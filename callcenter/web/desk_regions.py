"""The agent page's regions as HTML, from the live picture; each is sent only when it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place
from callcenter.domain.records import ContactQuery, ContactRecord, Customer
from callcenter.domain.views import ContactView, DeskView
from callcenter.web.rendering import fragment
from callcenter.web.services import WebServices
from callcenter.web.wording_outcomes import (
    SHAPES,
    end_reason,
    state_word,
    step_kind,
    step_path,
    variable_name,
    variable_value,
)
from callcenter.web.wording_why import why_sentence
from callcenter.web.words import Words

REGIONS = ("notice", "state", "work", "conversation", "customer", "wrapup")
SHOWN_VARIABLES = 8
HIDDEN_VARIABLES = frozenset({"tries", "pin", "caller", "dialled", "line", "contact", "agent", "queue"})
"""Ours or shown elsewhere; the caller's number is never shown whole."""
LIVE = frozenset({Place.OFFERED, Place.TALKING, Place.AGENT_LOST, Place.OUTSIDE})
LAST_CONTACTS = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What the directories say about the caller of one contact."""

    contact: str
    customer: Customer | None
    last: tuple[ContactRecord, ...]


def in_focus(view: DeskView) -> ContactView | None:
    """The contact the page is about: talk or offer, else the one in wrap-up."""
    return live_contact(view) or view.wrap_up


def live_contact(view: DeskView) -> ContactView | None:
    """The offer or talk; a customer in the survey after it is the flow's again."""
    return next((contact for contact in view.contacts if contact.place in LIVE), None)


async def look_up(services: WebServices, contact: ContactView | None, before: Known | None) -> Known | None:
    """Customer and last contacts, asked once for each contact."""
    if contact is None:
        return None
    if before is not None and before.contact == contact.id:
        return before
    customer = await services.customers.by_phone(contact.caller) if contact.caller else None
    found = (
        await services.contacts.list(ContactQuery(text=contact.caller, limit=LAST_CONTACTS + 1))
        if (contact.caller)
        else ()
    )
    last = tuple(record for record in found if record.id != contact.id)[:LAST_CONTACTS]
    return Known(contact.id, customer, last)


def mode_of(view: DeskView, desk: str) -> str:
    """``here``, ``signed_out`` or ``elsewhere`` (another window has the desk)."""
    if view.state is AgentState.LOGGED_OUT:
        return "signed_out"
    return "here" if view.desk in ("", desk) else "elsewhere"


def render_regions(
    words: Words, view: DeskView, known: Known | None, *, desk: str, telephony_up: bool
) -> dict[str, str]:
    """Every region's inner HTML."""
    contact = in_focus(view)
    values: dict[str, Any] = {
        "view": view,
        "mode": mode_of(view, desk),
        "contact": contact,
        "offered": contact is not None and contact.place is Place.OFFERED,
        "talking": contact is not None and contact.place in (Place.TALKING, Place.AGENT_LOST),
        "in_wrap_up": view.wrap_up is not None and live_contact(view) is None,
        "customer": known.customer if known else None,
        "last": known.last if known else (),
        "why": why_sentence(words, contact.why) if contact else "",
        "path": step_path(words, contact.flow_path) if contact else [],
        "level": variable_value(words, known.customer.level) if known and known.customer else "",
        "variables": _variables(words, contact),
        "dispositions": _dispositions(words, contact),
        "shapes": SHAPES,
        "telephony_up": telephony_up,
        "state_word": lambda state: state_word(words, state),
        "end_reason": lambda reason: end_reason(words, reason),
        "step_kind": lambda kind: step_kind(words, kind),
    }
    return {name: fragment(words, f"agent/{name}.html", **values) for name in REGIONS}


def _variables(words: Words, contact: ContactView | None) -> list[tuple[str, str]]:
    if contact is None:
        return []
    shown = [
        (name, value)
        for name, value in contact.variables.items()
        if name not in HIDDEN_VARIABLES and value not in ("", None) and not isinstance(value, (dict, list))
    ]
    return [(variable_name(words, name), variable_value(words, value)) for name, value in shown[:SHOWN_VARIABLES]]


def _dispositions(words: Words, contact: ContactView | None) -> list[tuple[str, str]]:
    """Those of the contact's queue, else all."""
    if contact is None:
        return []
    queue = words.config.queues.get(contact.queue)
    wanted = set(queue.dispositions) if queue else set()
    return [(d.id, words.name(d.names, d.id)) for d in words.config.dispositions if not wanted or d.id in wanted]


def facts_of(view: DeskView, desk: str, now_ms: int) -> dict[str, Any]:
    """What the softphone must know: a few words of state, no personal data."""
    contact = live_contact(view)
    return {
        "now": now_ms,
        "mode": mode_of(view, desk),
        "state": view.state.value,
        "contact": contact.id if contact else "",
        "place": contact.place.value if contact else "",
        "legUp": contact.agent_leg_up if contact else False,
        "rejoining": contact.rejoining if contact else False,
        "onHold": contact.on_hold if contact else False,
        "consult": contact.consult if contact else "",
        "wrapUp": view.wrap_up.id if view.wrap_up else "",
    }
