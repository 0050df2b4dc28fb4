"""What Rasa's ``POST /model/parse`` answers, said as the port says it.

Rasa marks words and leaves them as they were said (三千五, next Friday). The port promises values in their usual form,
so amounts, dates, periods, card tails and telephone numbers are read here by the product's own readers, the place that
Duckling has elsewhere. What a reader finds goes before what Rasa marked, since Rasa often marks half of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from callcenter.bot.entities import Entity as Read
from callcenter.bot.entities.extractor import BUILT_IN, Extractor, take
from callcenter.bot.sentence import language_of, wanted
from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE, Entity, Understanding

SURELY_OUT = 0.66
"""From this confidence on a sentence out of scope is about something else: a joke comes to 0.68, babble to 0.64."""
_LISTED = "RegexEntityExtractor"
_READERS = Extractor([], {}, list(BUILT_IN))


class _Intent(Struct):
    name: str | None = None
    confidence: float = 0.0


class _Marked(Struct):
    entity: str
    start: int
    end: int
    value: Any = None
    extractor: str = ""
    role: str | None = None


class Parsed(Struct):
    """The parts of the answer that are used."""

    intent: _Intent
    entities: tuple[_Marked, ...] = ()


def read(body: bytes) -> Parsed:
    """Read the answer's body. Raises ``ValueError`` when it is no such answer."""
    try:
        return msgspec.json.decode(body, type=Parsed)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None


def understanding_of(parsed: Parsed, text: str, now: datetime) -> Understanding:
    """What the answer means for ``text``; dates in it count from ``now``.

    Rasa's FallbackClassifier refuses by itself: its intent is the port's word for not understood.
    """
    intent, confidence = parsed.intent.name or NOT_UNDERSTOOD, min(1.0, max(0.0, parsed.intent.confidence))
    if intent == OUT_OF_SCOPE and confidence < SURELY_OUT:
        intent = NOT_UNDERSTOOD
    kept = wanted(text, _entities(parsed, text, now))
    entities = tuple(Entity(one.entity, one.value, one.text) for one in kept)
    return Understanding(intent, confidence, entities, language_of(text), model="rasa")


def _entities(parsed: Parsed, text: str, now: datetime) -> list[Read]:
    """Listed words first, as they are sure; then what the readers find; then what Rasa marked elsewhere."""
    listed = [one for one in parsed.entities if one.extractor == _LISTED]
    marked = [one for one in parsed.entities if one.extractor != _LISTED]
    taken: list[Read] = []
    for one in (*_usual(listed, text, now), *_READERS.extract(text, now), *_usual(marked, text, now)):
        take(taken, one)
    return sorted(taken, key=lambda one: (one.start, one.end, one.entity))


def _usual(marked: list[_Marked], text: str, now: datetime) -> Iterator[Read]:
    """Marked words in their usual form; those that none is known for, though the kind has one, are left out."""
    for one in marked:
        said = text[one.start : one.end]
        if one.entity not in BUILT_IN:
            value = said if one.value is None else str(one.value)
            yield Read(one.entity, value, said, one.start, one.end, one.extractor, one.role)
            continue
        for found in BUILT_IN[one.entity](said, now)[:1]:
            yield Read(one.entity, found.value, said, one.start, one.end, one.extractor, one.role)
