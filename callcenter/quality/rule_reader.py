"""Reads rule files: named lists, named conditions and rules with their examples."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from callcenter.domain.yamlfile import BadYaml, Document, Place, read_bytes
from callcenter.quality.condition_reader import NOTHING, ConditionReader, References, kind_of
from callcenter.quality.examples import ExampleReader
from callcenter.quality.problems import QualityProblem
from callcenter.quality.rules import KINDS, SIDES, Loaded, Rule

NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
FILE_FIELDS = ("version", "note", "lists", "conditions", "rules")
RULE_FIELDS = ("id", "title", "kind", "side", "note", "applies", "when", "cite", "confidence", "examples")
CITES = ("first", "last", "none")


class RuleFiles:
    """Rules read from several files as one set. ``problems`` tells everything that could not be read."""

    def __init__(self, models: Iterable[str] = ()) -> None:
        self.loaded = Loaded()
        self.problems: list[QualityProblem] = []
        self.condition_places: dict[str, tuple[str, int]] = {}
        self.references = References(models=frozenset(models))
        self._documents: list[Document] = []
        self._list_places: dict[str, str] = {}

    def add(self, file: str, raw: bytes) -> None:
        """Read a file; call :meth:`finish` after the last."""
        try:
            document = read_bytes(file, raw)
        except BadYaml as error:
            self.problems += [QualityProblem(file, fault.line, fault.code, fault.detail) for fault in error.faults]
            return
        if not isinstance(document.data, dict):
            self.problems.append(QualityProblem(file, 1, "not_a_record", {"found": kind_of(document.data)}))
            return
        self._documents.append(document)
        for name in document.data:
            if name not in FILE_FIELDS:
                self._say(document, (name,), "unknown_field", field=name, near=list(FILE_FIELDS))

    def finish(self) -> Loaded:
        """Read what the files hold: lists of all files first, then conditions, then rules."""
        written: dict[str, tuple[Document, list[Any]]] = {}
        for document, name, value in self._named("lists"):
            if not isinstance(value, list) or not value:
                detail = {"field": name, "found": kind_of(value), "expected": "@words", "limit": ""}
                self._say(document, ("lists", name), "wrong_type", **detail)
            elif name in written:
                self._say(document, ("lists", name), "duplicate_id", name=name, first=self._list_places[name])
            else:
                written[name] = (document, value)
                self._list_places[name] = f"{document.file}:{document.line(('lists', name))}"
        self._resolve_lists(written)
        for document, name, value in self._named("conditions"):
            place = ("conditions", name)
            if name in self.condition_places:
                file, line = self.condition_places[name]
                self._say(document, place, "duplicate_id", name=name, first=f"{file}:{line}")
                continue
            self.condition_places[name] = (document.file, document.line(place))
            self.loaded.conditions[name] = self._reader(document).read(value, place)
        for document in self._documents:
            rules = document.data.get("rules", [])
            if not isinstance(rules, list):
                self._say(
                    document, ("rules",), "wrong_type", field="rules", found=kind_of(rules), expected="@list", limit=""
                )
                continue
            for number, value in enumerate(rules):
                self._rule(document, value, ("rules", str(number)))
        return self.loaded

    def _say(self, document: Document, place: Place, code: str, **detail: Any) -> None:
        self.problems.append(QualityProblem(document.file, document.line(place), code, detail))

    def _reader(self, document: Document) -> ConditionReader:
        return ConditionReader(document, self.references, self.problems)

    def _named(self, section: str) -> Iterable[tuple[Document, str, Any]]:
        for document in self._documents:
            values = document.data.get(section, {})
            if not isinstance(values, dict):
                detail = {"field": section, "found": kind_of(values), "expected": "@record", "limit": ""}
                self._say(document, (section,), "wrong_type", **detail)
                continue
            for name, value in values.items():
                if not NAME.fullmatch(name):
                    self._say(document, (section, name), "bad_name", name=name)
                yield document, name, value

    def _resolve_lists(self, written: dict[str, tuple[Document, list[Any]]]) -> None:
        """Put lists into lists, those without references first; what goes round in a circle is left over."""
        left = dict(written)
        while left:
            ready = [name for name, (_, items) in left.items() if not _refers(items) & left.keys()]
            if not ready:
                name, (document, _) = next(iter(left.items()))
                self._say(document, ("lists", name), "circular", names=" → ".join(left))
                self.references.lists.update(dict.fromkeys(left, ()))
                return
            for name in ready:
                document, items = left.pop(name)
                self.references.lists[name] = self._reader(document).words(items, ("lists", name))

    def _rule(self, document: Document, value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            self._say(document, place, "not_a_record", found=kind_of(value))
            return
        for name in value:
            if name not in RULE_FIELDS:
                self._say(document, (*place, name), "unknown_field", field=name, near=list(RULE_FIELDS))
        missing = [name for name in ("id", "title", "kind", "side", "when") if name not in value]
        for name in missing:
            self._say(document, place, "missing_field", field=name)
        if missing:
            return
        name = value["id"]
        line = document.line((*place, "id"))
        if not isinstance(name, str) or not NAME.fullmatch(name):
            self._say(document, (*place, "id"), "bad_name", name=name)
            return
        known = self.loaded.rules.get(name)
        if known is not None:
            self._say(document, (*place, "id"), "duplicate_id", name=name, first=f"{known.file}:{known.line}")
            return
        reader = self._reader(document)
        when = reader.read(value["when"], (*place, "when"))
        applies = reader.read(value["applies"], (*place, "applies")) if "applies" in value else None
        self._one_of(document, value, "kind", KINDS, place)
        self._one_of(document, value, "side", SIDES, place)
        self._one_of(document, value, "cite", CITES, place)
        sure = value.get("confidence", 1.0)
        if isinstance(sure, bool) or not isinstance(sure, int | float) or not 0 < sure <= 1:
            self._wrong(document, (*place, "confidence"), sure, "@share")
            sure = 1.0
        title = self._title(document, value["title"], (*place, "title"))
        examples = ExampleReader(document, self.problems).read(value.get("examples", {}), (*place, "examples"))
        self.loaded.rules[name] = Rule(
            id=name, title=title, kind=str(value["kind"]), side=str(value["side"]), when=when,
            applies=None if applies is NOTHING else applies, cite=str(value.get("cite", "first")),
            confidence=float(sure), examples=tuple(examples), file=document.file, line=line,
        )  # fmt: skip

    def _one_of(
        self, document: Document, value: dict[str, Any], name: str, known: tuple[str, ...], place: Place
    ) -> None:
        if name in value and value[name] not in known:
            self._wrong(document, (*place, name), value[name], "@one_of", ", ".join(known))

    def _wrong(self, document: Document, place: Place, value: Any, expected: str, limit: str = "") -> None:
        detail = {"field": place[-1], "found": kind_of(value), "expected": expected, "limit": limit}
        self._say(document, place, "wrong_type", **detail)

    def _title(self, document: Document, value: Any, place: Place) -> dict[str, str]:
        if isinstance(value, str):
            return {"zh": value, "en": value}
        if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
            first = str(next(iter(value.values())))
            return {"zh": str(value.get("zh", first)), "en": str(value.get("en", first))}
        self._wrong(document, place, value, "@text")
        return {"zh": "", "en": ""}


def _refers(items: list[Any]) -> set[str]:
    return {item[1:] for item in items if isinstance(item, str) and item.startswith("$")}
