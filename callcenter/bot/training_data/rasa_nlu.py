"""One Rasa NLU file: intents with examples, lookup tables, regular expressions, synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from callcenter.bot.training_data.annotations import BadAnnotation, read_annotations
from callcenter.bot.training_data.model import DataProblem, Example, Pattern, Project
from callcenter.bot.training_data.regex_safety import may_run_away
from callcenter.flow.yamlfile import Document, Place

MAX_SENTENCE = 1000
"""Characters; nobody says more in one sentence, and cost grows with length."""

_KINDS = ("intent", "synonym", "regex", "lookup")


class NluFile:
    """Reads the ``nlu:`` section of one document into ``project``; what is wrong goes to its problems."""

    def __init__(self, document: Document, project: Project) -> None:
        self._document = document
        self._project = project

    def read(self) -> None:
        """Read every entry."""
        entries = self._document.data.get("nlu")
        if not isinstance(entries, list):
            if entries is not None:
                self._say(("nlu",), "not_a_list", where="nlu")
            return
        for number, entry in enumerate(entries):
            place: Place = ("nlu", str(number))
            if isinstance(entry, dict):
                self._entry(entry, place)
            else:
                self._say(place, "not_a_mapping", where=f"nlu[{number}]")

    def _entry(self, entry: dict[str, Any], place: Place) -> None:
        kind = next((kind for kind in _KINDS if kind in entry), None)
        if kind is None:
            self._say(place, "unknown_key", key=next(iter(entry), "?"), known=[*_KINDS, "examples"])
            return
        for key in set(entry) - {kind, "examples"}:
            if key == "metadata":
                self._say((*place, key), "unsupported_key", blocks=False, key=key)
            else:
                self._say((*place, key), "unknown_key", key=key, known=[kind, "examples", "metadata"])
        name = str(entry[kind] or "").strip()
        if not name:
            self._say((*place, kind), "section_without_examples", name=kind)
            return
        lines = list(self._lines(entry.get("examples"), (*place, "examples")))
        if not lines:
            self._say((*place, kind), "section_without_examples", name=name)
        reader = {"intent": self._intent, "synonym": self._synonym, "regex": self._regex, "lookup": self._lookup}[kind]
        reader(name, lines)

    def _lines(self, examples: Any, place: Place) -> Iterator[tuple[int, str]]:
        if isinstance(examples, str):
            yield from self._block(examples, self._document.line(place))
        elif isinstance(examples, list):
            for number, item in enumerate(examples):
                at = (*place, str(number))
                text = item.get("text") if isinstance(item, dict) else item
                if isinstance(item, dict):
                    for key in set(item) - {"text"}:
                        self._say((*at, key), "unsupported_key", blocks=False, key=key)
                text = str(text if text is not None else "").strip()
                yield self._document.line(at), text.removeprefix("- ").strip()
        elif examples is not None:
            self._say(place, "line_without_dash", text=str(examples)[:60])

    def _block(self, text: str, first: int) -> Iterator[tuple[int, str]]:
        for offset, written in enumerate(text.split("\n"), start=1):
            line = written.strip()
            if not line:
                continue
            if line == "-" or line.startswith("- "):
                yield first + offset, line[1:].strip()
            else:
                self._say_at(first + offset, "line_without_dash", text=line[:60])

    def _intent(self, intent: str, lines: list[tuple[int, str]]) -> None:
        for line, written in lines:
            try:
                text, annotations = read_annotations(written)
            except BadAnnotation as error:
                self._say_at(line, "bad_annotation", text=written[:60], reason=str(error))
                continue
            if not text.strip():
                self._say_at(line, "empty_example")
            elif len(text) > MAX_SENTENCE:
                self._say_at(line, "example_too_long", size=len(text), limit=MAX_SENTENCE)
            else:
                self._project.examples.append(Example(text, intent, annotations, self._document.file, line))

    def _synonym(self, value: str, lines: list[tuple[int, str]]) -> None:
        for line, text in lines:
            known = self._project.synonyms.setdefault(text, value)
            if known != value:
                self._say_at(line, "contradicting_synonym", text=text, value=value, other=known)

    def _regex(self, entity: str, lines: list[tuple[int, str]]) -> None:
        for line, source in lines:
            try:
                re.compile(source)
            except re.error as error:
                self._say_at(line, "bad_regex", source=source[:60], reason=str(error))
                continue
            if may_run_away(source):
                self._say_at(line, "slow_regex", source=source[:60])
                continue
            self._project.patterns.append(Pattern(entity, source, True, self._document.file, line))

    def _lookup(self, entity: str, lines: list[tuple[int, str]]) -> None:
        for line, text in lines:
            if text:
                self._project.patterns.append(Pattern(entity, text, False, self._document.file, line))
            else:
                self._say_at(line, "empty_example")

    def _say(self, place: Place, code: str, *, blocks: bool = True, **detail: Any) -> None:
        self._say_at(self._document.line(place), code, blocks=blocks, **detail)

    def _say_at(self, line: int, code: str, *, blocks: bool = True, **detail: Any) -> None:
        self._project.problems.append(DataProblem(self._document.file, line, code, detail, blocks=blocks))


def near(word: str, known: list[str]) -> list[str]:
    """What somebody may have meant by ``word``."""
    return get_close_matches(word, known, 3, 0.5) or known[:3]
