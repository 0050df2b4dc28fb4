"""The dialogue of a Rasa project as read: rules, forms, responses, slots. What is not supported is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, field

from callcenter.flow.problems import Problem
from callcenter.flow.yamlfile import Document, Place

NO_LOOP = ""
_SLOT = re.compile(r"\{(\w+)\}")
_RULE = {"rule", "condition", "steps"}
_NO_TOPIC = {"dialogue", "out_of_scope"}
_MAPPINGS = {"from_entity", "from_text", "from_intent", "custom"}


class Item(Struct, frozen=True):
    """One step of a rule: an ``action``, a form that is open (``loop``) or not, or what a ``slot`` is then."""

    kind: str
    name: str
    value: Any = None


class Rule(Struct, frozen=True):
    """What follows on one of ``intents``, or when a form is filled, while ``loop`` is open and ``slots`` are so."""

    name: str
    file: str
    line: int
    loop: str
    slots: tuple[tuple[str, Any], ...]
    intents: tuple[str, ...]
    items: tuple[Item, ...]


class Response(Struct, frozen=True):
    """What is said, by language, and what may be chosen: intent and title by language."""

    texts: dict[str, str]
    buttons: tuple[tuple[str, dict[str, str]], ...] = ()


class Mapping(Struct, frozen=True):
    """How a slot is filled. ``where``: (form, slot asked for), empty for any; no pair: anywhere."""

    slot: str
    kind: str
    entity: str = ""
    value: Any = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    where: tuple[tuple[str | None, str], ...] = ()

    def holds(self, form: str, asked: str) -> bool:
        """Whether it counts while ``form`` (empty: none) asks for ``asked``."""
        return not self.where or any(
            (loop is None or loop == form) and (not slot or slot == asked) for loop, slot in self.where
        )


class Dialogue(Struct):
    """A whole dialogue. ``names``: intents as people read them; ``topics``: what a customer wants, beside a person."""

    rules: list[Rule] = field(default_factory=list)
    responses: dict[str, Response] = field(default_factory=dict)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mappings: list[Mapping] = field(default_factory=list)
    slots: tuple[str, ...] = ()
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def read_dialogue(documents: Sequence[Document]) -> Dialogue:
    """Put a project's files together; what is wrong or not supported is among ``problems``."""
    found = Dialogue()
    for document in documents:
        data = document.data if isinstance(document.data, dict) else {}
        for number, written in enumerate(_list(data.get("rules"))):
            _rule(found, document, ("rules", str(number)), written)
        _domain(found, document, data)
        if all(isinstance(one, dict) and "theme" in one for one in _list(data.get("intents"))):
            _catalogue(found, _list(data.get("intents")))
    return found


def _rule(found: Dialogue, document: Document, place: Place, written: Any) -> None:
    if not isinstance(written, dict):
        return
    line = document.line(place)
    for key in sorted(set(written) - _RULE):
        found.problems.append(_unsupported(document, (*place, key), f"rule: {key}"))
    loop, slots = NO_LOOP, []
    for condition in _list(written.get("condition")):
        loop = condition.get("active_loop", loop) or NO_LOOP
        for pair in _list(condition.get("slot_was_set")):
            slots += list(pair.items())
    intents: list[str] = []
    items: list[Item] = []
    for number, step in enumerate(_list(written.get("steps"))):
        alternatives = _list(step.get("or")) or ([step] if "intent" in step else [])
        if alternatives and not items:
            intents += [str(one["intent"]) for one in alternatives if "intent" in one]
        elif "action" in step:
            items.append(Item("action", str(step["action"])))
        elif "active_loop" in step:
            items.append(Item("loop", step["active_loop"] or NO_LOOP))
        elif "slot_was_set" in step:
            items += [Item("slot", name, value) for pair in _list(step["slot_was_set"]) for name, value in pair.items()]
        else:
            what = "rule: " + ", ".join(sorted(step))
            found.problems.append(_unsupported(document, (*place, "steps", str(number)), what))
    name = str(written.get("rule", ""))
    found.rules.append(Rule(name, document.file, line, loop, tuple(slots), tuple(intents), tuple(items)))


def _domain(found: Dialogue, document: Document, data: dict[str, Any]) -> None:
    for name, form in _dict(data.get("forms")).items():
        found.forms[name] = tuple(_list(_dict(form).get("required_slots")))
        for key in sorted(set(_dict(form)) - {"required_slots"}):
            found.problems.append(_unsupported(document, ("forms", name, key), f"form: {key}"))
    for name, slot in _dict(data.get("slots")).items():
        found.slots = (*found.slots, name)
        for number, mapping in enumerate(_list(_dict(slot).get("mappings"))):
            place = ("slots", name, "mappings", str(number))
            if mapping.get("type") not in _MAPPINGS:
                found.problems.append(_unsupported(document, place, f"slot: {mapping.get('type')}"))
            elif mapping["type"] != "custom":
                found.mappings.append(_mapping(name, mapping))
    for name, variations in _dict(data.get("responses")).items():
        found.responses[name] = _response(found, document, name, _list(variations))


def _mapping(slot: str, written: dict[str, Any]) -> Mapping:
    where = tuple(
        (None if "active_loop" not in one else one["active_loop"] or NO_LOOP, one.get("requested_slot") or "")
        for one in _list(written.get("conditions"))
    )
    return Mapping(
        slot=slot,
        kind=written["type"],
        entity=written.get("entity", ""),
        value=written.get("value"),
        intents=_names(written.get("intent")),
        not_intents=_names(written.get("not_intent")),
        where=where,
    )


def _response(found: Dialogue, document: Document, name: str, variations: list[Any]) -> Response:
    texts: dict[str, str] = {}
    titles: dict[str, dict[str, str]] = {}
    for number, one in enumerate(variations):
        place = ("responses", name, str(number))
        for key in sorted(set(one) - {"text", "buttons", "condition"}):
            found.problems.append(_unsupported(document, (*place, key), f"response: {key}"))
        languages = list(_languages(one)) or ["zh", "en"]
        for language in languages:
            texts.setdefault(language, _SLOT.sub(r"{{ \1 }}", str(one.get("text", ""))))
            for button in _list(one.get("buttons")):
                titles.setdefault(str(button["payload"]).lstrip("/"), {})[language] = str(button["title"])
    return Response(texts, tuple(titles.items()))


def _languages(variation: dict[str, Any]) -> Iterator[str]:
    for condition in _list(variation.get("condition")):
        if condition.get("name") == "language":
            yield str(condition["value"])


def _catalogue(found: Dialogue, intents: list[dict[str, Any]]) -> None:
    for one in intents:
        found.names[one["id"]] = {"zh": str(one.get("zh", one["id"])), "en": str(one.get("en", one["id"]))}
    found.topics = tuple(one["id"] for one in intents if one["theme"] not in _NO_TOPIC and one["id"] != "human_agent")


def _unsupported(document: Document, place: Place, what: str) -> Problem:
    return Problem(document.file, document.line(place), "assistant_unsupported", {"what": what})


def _names(written: Any) -> tuple[str, ...]:
    return tuple(written) if isinstance(written, list) else (written,) if written else ()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
