"""Finds the entities of a sentence: a trainer's patterns and lists, values marked in examples, built-in kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from callcenter.bot.entities.dates import dates_in
from callcenter.bot.entities.found import Entity
from callcenter.bot.entities.money import amounts_in, card_tails_in, periods_in, phones_in
from callcenter.bot.training_data.model import Project

MAX_CHARACTERS = 1000
BUILT_IN: dict[str, Callable[[str, datetime], list[Entity]]] = {
    "phone": lambda text, now: phones_in(text),
    "date": lambda text, now: [
        Entity("date", found.value, text[found.start : found.end], found.start, found.end, "built_in")
        for found in dates_in(text, now)
    ],
    "period": lambda text, now: periods_in(text),
    "amount": lambda text, now: amounts_in(text),
    "card_tail": lambda text, now: card_tails_in(text),
}
"""Kinds every assistant knows by the entity's name; in the order in which they take a piece of a sentence."""
_MAY_SHARE = ({"amount", "card_tail"},)
"""Four digits alone may be either: both are told, and whoever asked takes the one that was asked for."""


class Listed(Struct, frozen=True):
    """One pattern, entry of a list or marked value; ``value`` stands for what is found, None: as said."""

    entity: str
    source: str
    is_regex: bool
    learnt: bool = False
    value: str | None = None
    role: str | None = None


class Extractor:
    """Finds entities by what a project says; ``built_in`` names the built-in kinds in use."""

    def __init__(self, listed: list[Listed], synonyms: dict[str, str], built_in: list[str]) -> None:
        self.listed = listed
        self.synonyms = synonyms
        self.built_in = [name for name in BUILT_IN if name in built_in]
        self._folded_synonyms = {text.casefold(): value for text, value in synonyms.items()}
        self._words: dict[str, Listed] = {}
        for one in listed:
            if not one.is_regex:
                self._words.setdefault(one.source.casefold(), one)
        self._any_word = _one_of(list(self._words))
        self._regexes = [(re.compile(one.source, re.IGNORECASE), one) for one in listed if one.is_regex]

    @classmethod
    def of_project(cls, project: Project) -> Extractor:
        """What the project's patterns, lists and marked examples say."""
        listed = [
            Listed(one.entity, one.source, one.is_regex)
            for one in project.patterns
            if project.literal_regexes or not one.is_regex
        ]
        known = {(one.entity, one.source.casefold()) for one in listed if not one.is_regex}
        for example in project.examples:
            for mark in example.annotations:
                text = example.text[mark.start : mark.end]
                if mark.entity in BUILT_IN or (mark.entity, text.casefold()) in known:
                    continue
                known.add((mark.entity, text.casefold()))
                listed.append(Listed(mark.entity, text, is_regex=False, learnt=True, value=mark.value, role=mark.role))
        built_in = [name for name in BUILT_IN if project.entities is None or name in project.entities]
        return cls(listed, project.synonyms, built_in)

    def extract(self, text: str, now: datetime) -> list[Entity]:
        """The entities of a sentence by their places; dates count from ``now``."""
        text = text[:MAX_CHARACTERS]
        taken: list[Entity] = []
        for one in self._listed(text):
            take(taken, one)
        for name in self.built_in:
            for one in BUILT_IN[name](text, now):
                take(taken, one)
        return sorted(taken, key=lambda one: (one.start, one.end, one.entity))

    def _listed(self, text: str) -> Iterator[Entity]:
        for pattern, one in self._regexes:
            for match in pattern.finditer(text):
                if match.group() and one.entity not in self.built_in:
                    yield self._entity(one, match, "pattern")
        if self._any_word is not None:
            for match in self._any_word.finditer(text):
                word = self._words[match.group().casefold()]
                yield self._entity(word, match, "learnt" if word.learnt else "lookup")

    def _entity(self, one: Listed, match: re.Match[str], extractor: str) -> Entity:
        text = match.group()
        value = one.value or self._folded_synonyms.get(text.casefold(), text)
        return Entity(one.entity, value, text, match.start(), match.end(), extractor, one.role)

    def to_json(self) -> dict[str, Any]:
        """For saving."""
        listed = [[one.entity, one.source, one.is_regex, one.learnt, one.value, one.role] for one in self.listed]
        return {"listed": listed, "synonyms": self.synonyms, "built_in": self.built_in}

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Extractor:
        """From what :meth:`to_json` gave."""
        return cls([Listed(*fields) for fields in saved["listed"]], saved["synonyms"], saved["built_in"])


def _one_of(words: list[str]) -> re.Pattern[str] | None:
    """A pattern for the longest of the words at each place; letters and digits must not go on beyond a word's ends."""
    if not words:
        return None
    sides = [
        (r"(?<![a-z0-9])" if word[:1].isascii() and word[:1].isalnum() else "")
        + re.escape(word)
        + (r"(?![a-z0-9])" if word[-1:].isascii() and word[-1:].isalnum() else "")
        for word in sorted(words, key=len, reverse=True)
    ]
    return re.compile("|".join(sides), re.IGNORECASE)


def take(taken: list[Entity], new: Entity) -> None:
    """Add an entity unless its place is taken by another of its kind or by one it may not share with."""
    for old in taken:
        if old.start < new.end and new.start < old.end and {old.entity, new.entity} not in _MAY_SHARE:
            return
    taken.append(new)
