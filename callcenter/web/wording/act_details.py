"""What an audit row knows besides: details as pairs of name and value, in the reader's words."""

from __future__ import annotations

from typing import Any

from callcenter.domain.access import Scope
from callcenter.domain.agent import AgentState
from callcenter.domain.records import AuditRecord
from callcenter.web.admin import labels
from callcenter.web.admin.places import place_in_words
from callcenter.web.i18n import N_
from callcenter.web.masking import REASONS
from callcenter.web.wording.outcomes import state_word
from callcenter.web.wording.refusals import refusal
from callcenter.web.wording.words import Words

_DETAILS: dict[str, str] = {
    "address": N_("address"),
    "how": N_("by"),
    "reason": N_("reason"),
    "note": N_("note"),
    "field": N_("what"),
    "contact": N_("contact"),
    "role": N_("role"),
    "state": N_("state"),
    "agent": N_("agent"),
    "queue": N_("queue"),
    "rows": N_("rows"),
    "agents": N_("agents"),
    "before": N_("before"),
    "after": N_("after"),
    "version": N_("version"),
    "author": N_("author"),
    "refused": N_("why not"),
    "places": N_("changes"),
    "reviewed": N_("what somebody else had to approve"),
    "days": N_("good for days"),
    "scope": N_("reach"),
    "teams": N_("teams"),
    "message": N_("message"),
    "target": N_("then"),
    "to": N_("sent to"),
    "length": N_("characters"),
    "recordings": N_("recordings"),
    "section": N_("section"),
    "file": N_("file"),
    "others": N_("all other sessions"),
    "base": N_("from version"),
    "reviewer": N_("reviewer"),
    "former_reviewer": N_("reviewer before"),
}

_VALUES: dict[str, str] = {
    **REASONS,
    "caller": N_("the caller's number"),
    "dialled": N_("the number dialled"),
    "customer_name": N_("the customer's name"),
    "customer_phone": N_("the customer's number"),
    "messages": N_("the messages of the chat"),
    "file": N_("a file of the chat"),
    "password": N_("password"),
    "code": N_("code"),
    "recovery_code": N_("recovery code"),
    "oidc": N_("identity provider"),
}

_THEN = {"queue": N_("to another queue"), "flow": N_("to a menu"), "number": N_("to a number")}


def details(words: Words, record: AuditRecord) -> list[tuple[str, str]]:
    """What else is known, as pairs of name and value."""
    shown = []
    for key, value in record.detail.items():
        if key == "name" or value in (None, "", [], {}):
            continue
        name = words.gettext(_DETAILS[key]) if key in _DETAILS else key.replace("_", " ")
        shown.append((name, _detail(words, record, key, value)))
    return shown


def _detail(words: Words, record: AuditRecord, key: str, value: Any) -> str:
    match key:
        case "refused":
            return refusal(words, value)
        case "role" if isinstance(value, str):
            return words.role(value)
        case "scope" if value in Scope.__members__.values():
            return words.gettext(labels.SCOPES[Scope(value)])
        case "section" if isinstance(value, str):
            return words.gettext(labels.SECTIONS.get(value, value))
        case "message" if isinstance(value, str):
            return words.emergency_message(value)
        case "target" if value in _THEN:
            return words.gettext(_THEN[value])
        case "to" if isinstance(value, str):
            return _recipients(words, value)
        case "teams" if isinstance(value, list):
            return words.gettext(", ").join(words.team(team) for team in value)
        case "agent" if isinstance(value, str):
            return words.agent(value)
        case "author" | "reviewer" | "former_reviewer" if isinstance(value, str):
            return words.person(value)
        case "places" | "reviewed" if isinstance(value, list):
            return words.gettext(", ").join(place_in_words(words, words.config, str(place)) for place in value)
        case "queue" if isinstance(value, str):
            return words.queue(value)
        case "state" if isinstance(value, str) and value in AgentState.__members__.values():
            return state_word(words, AgentState(value))
        case "reason" if record.act == "state_forced":
            return words.break_reason(str(value))
    return _value(words, value)


def _recipients(words: Words, to: str) -> str:
    """``team:one`` and its like; ``all`` is everybody signed in."""
    kind, _sep, value = to.partition(":")
    named = {"agent": words.agent, "team": words.team, "queue": words.queue}.get(kind)
    return named(value) if named else words.gettext("Everybody signed in")


def _value(words: Words, value: Any) -> str:
    if isinstance(value, bool):
        return words.gettext("yes") if value else words.gettext("no")
    if isinstance(value, list):
        return words.gettext(", ").join(_value(words, part) for part in value)
    if isinstance(value, dict):
        return words.gettext(", ").join(f"{key} {_value(words, part)}" for key, part in value.items())
    text = str(value)
    return words.gettext(_VALUES[text]) if text in _VALUES else text
