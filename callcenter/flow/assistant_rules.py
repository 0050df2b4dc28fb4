"""What single rules, slots and responses of a dialogue mean for the steps that are made of them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from callcenter.domain.understanding import NOT_UNDERSTOOD
from callcenter.flow import model
from callcenter.flow.dialogue import NO_LOOP, Item, Mapping, Response, Rule

_QUIET = frozenset({"action_listen", "action_deactivate_loop", "action_read_turn"})
_WHY = {"human_agent": "asked_for_person", NOT_UNDERSTOOD: "assistant_not_understood"}
RISK, HOURS = "risk_word", "after_hours"
"""Slots that rules look at: a word of risk was said; nobody is there."""


class Context(Struct, frozen=True):
    """Where in the dialogue a chain of steps belongs."""

    form: str = NO_LOOP
    """The form that is open."""
    intent: str = ""
    """What led here; empty: a form is filled."""
    risk: bool = False
    service: bool = False
    """Whether a service could not do what was asked."""


def why(context: Context) -> str:
    """The reason for a hand-over."""
    if context.risk:
        return "assistant_risk"
    if context.intent == "unavailable":
        return "assistant_unavailable"
    if context.service:
        return "assistant_service"
    return _WHY.get(context.intent, "assistant_rule")


def buttons(response: Response) -> tuple[model.Button, ...]:
    """A response's buttons as a step has them."""
    return tuple(model.Button(text=titles, intent=intent) for intent, titles in response.buttons)


def fill(mapping: Mapping) -> model.Fill:
    """A slot's mapping as a step has it."""
    return model.Fill(
        slot=mapping.slot,
        entity=mapping.entity or None,
        value=mapping.value if mapping.kind == "from_intent" else None,
        whole=mapping.kind == "from_text",
        intents=mapping.intents,
        not_intents=mapping.not_intents,
    )


def condition(name: str, value: Any) -> str:
    """What a rule asks of a slot, as an expression."""
    if value == "any":
        return f"{name} != none"
    if isinstance(value, bool) or value is None:
        return f"{name} == {str(value).lower()}"
    return f"{name} == '{value}'"


def silent(item: Item) -> bool:
    """What says nothing that a flow does not know by itself."""
    if item.kind == "loop" or (item.kind == "slot" and item.name == "requested_slot"):
        return True
    return item.kind == "action" and item.name in _QUIET


def completes(rule: Rule, form: str) -> bool:
    """Whether a rule says what follows when the form is filled."""
    return rule.loop == form and rule.items[:2] == (Item("action", form), Item("loop", NO_LOOP))


def completed(rule: Rule) -> Rule:
    """What follows when a form is filled: the rule without the form itself."""
    return Rule(rule.name, rule.file, rule.line, rule.loop, rule.slots, (), rule.items[1:])
