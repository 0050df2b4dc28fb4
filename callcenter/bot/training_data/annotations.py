"""Marked entities in a sentence: ``[text](entity)``, ``[text](entity:value)``, ``[text]{"entity": …, "value": …}``.

The notation is Rasa's (https://legacy-docs-oss.rasa.com/docs/rasa/nlu-training-data); ``[text]{…}`` is JSON.
"""

from __future__ import annotations

import json
import re

from callcenter.bot.training_data.model import Annotation

_MARK = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<short>[^()]*)\)|(?P<long>\{[^{}]*\}))")
_KEYS = {"entity", "value", "role", "group"}
_NAME = re.compile(r"[^\W\d][\w.-]*\Z")


class BadAnnotation(ValueError):
    """A mark that cannot be read; the message says why."""


def read_annotations(written: str) -> tuple[str, tuple[Annotation, ...]]:
    """The sentence without marks, and the marks with their places in it. Raises :class:`BadAnnotation`."""
    plain, found, at = "", [], 0
    for mark in _MARK.finditer(written):
        plain += written[at : mark.start()]
        text = mark["text"]
        fields = _short(mark["short"]) if mark["short"] is not None else _long(mark["long"])
        found.append(Annotation(start=len(plain), end=len(plain) + len(text), **fields))
        plain, at = plain + text, mark.end()
    plain += written[at:]
    rest = re.search(r"\]\s*[({]", plain)
    if rest is not None:
        raise BadAnnotation(f"near '{plain[rest.start() : rest.start() + 12]}'")
    return plain, tuple(found)


def _short(inside: str) -> dict[str, str]:
    entity, _, value = inside.partition(":")
    if not _NAME.match(entity.strip()):
        raise BadAnnotation(f"'{entity}' is no entity's name")
    return {"entity": entity.strip(), **({"value": value.strip()} if value.strip() else {})}


def _long(inside: str) -> dict[str, str]:
    try:
        fields = json.loads(inside)
    except ValueError as error:
        raise BadAnnotation(f"{inside} is no JSON ({error})") from None
    unknown = set(fields) - _KEYS
    if unknown or not _NAME.match(str(fields.get("entity", ""))):
        raise BadAnnotation(f"{inside} needs 'entity' and allows 'value', 'role' and 'group'")
    return {key: str(value) for key, value in fields.items()}
