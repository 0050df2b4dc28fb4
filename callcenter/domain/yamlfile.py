"""YAML of people: plain values only, each with its line; everything that could surprise is a named problem."""

from __future__ import annotations

from typing import Any

import yaml
from msgspec import Struct, field

from callcenter.domain.errors import CallCenterError

MAX_BYTES = 262_144
_MAX_DEPTH = 20
_CORE_TAGS = {"tag:yaml.org,2002:" + kind for kind in ("str", "int", "float", "bool", "null", "map", "seq")}

Place = tuple[str, ...]


class Document(Struct):
    """A file's values, with the line of each place in it (``("steps", "greet", "text")``)."""

    file: str
    data: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of ``place``, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class Fault(Struct, frozen=True):
    """One thing wrong at ``line`` (from 1); ``code`` is one of :mod:`callcenter.domain.written_sentences`."""

    line: int
    code: str
    detail: dict[str, Any] = field(default_factory=dict)


class BadYaml(CallCenterError):
    """A file that is not plain YAML; ``faults`` says everything that is wrong, at least one."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        super().__init__(f"{file}:{faults[0].line}: {faults[0].code}")
        self.file = file
        self.faults = faults


class _Refused(Exception):
    """Something YAML allows and files of people do not need."""

    def __init__(self, code: str, event: yaml.Event) -> None:
        super().__init__(code)
        self.code = code
        self.line = event.start_mark.line + 1 if event.start_mark else 1


class _Loader(yaml.SafeLoader):
    """Composes nodes; stops at anchors (which can grow without bound) and at deep nesting."""

    depth = 0

    def compose_node(self, parent: Any, index: int) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("anchor", event)
        if self.depth >= _MAX_DEPTH:
            raise _Refused("file_deep", event)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_bytes(file: str, raw: bytes) -> Document:
    """Read a file's bytes. Raises :class:`BadYaml`."""
    if len(raw) > MAX_BYTES:
        raise _bad(file, 1, "file_big", size=len(raw), limit=MAX_BYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(file, raw.count(b"\n", 0, error.start) + 1, "not_utf8", byte=error.start + 1) from None
    return read_text(file, text)


def read_text(file: str, text: str, max_bytes: int = MAX_BYTES) -> Document:
    """Read a file's text. Raises :class:`BadYaml`."""
    if len(text) > max_bytes:
        raise _bad(file, 1, "file_big", size=len(text), limit=max_bytes)
    if not text.strip():
        raise _bad(file, 1, "file_empty")
    _check_tabs(file, text)
    try:
        root = _Loader(text).get_single_node()
    except _Refused as error:
        raise _bad(file, error.line, error.code, limit=_MAX_DEPTH) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _bad(file, line, "control_character", character=repr(error.character)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.context == "expected a single document in the stream":
            raise _bad(file, mark.line + 1 if mark else 1, "several_documents") from None
        raise _bad(file, mark.line + 1 if mark else 1, "yaml", reason=error.problem or "?") from None
    if root is None:
        raise _bad(file, 1, "file_empty")
    document = Document(file, None)
    problems: list[Fault] = []
    document.data = _build(root, (), document, problems)
    if problems:
        raise BadYaml(file, problems)
    return document


def _bad(file: str, line: int, code: str, **detail: Any) -> BadYaml:
    return BadYaml(file, [Fault(line, code, detail)])


def _check_tabs(file: str, text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if "\t" in line[: len(line) - len(line.lstrip())] and line.strip():
            raise _bad(file, number, "tab")


def _build(node: yaml.Node, place: Place, document: Document, problems: list[Fault]) -> Any:
    document.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _build_record(node, place, document, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*place, str(index)), document, problems) for index, item in enumerate(node.value)]
    return _scalar(node, document, problems)


def _build_record(node: yaml.MappingNode, place: Place, document: Document, problems: list[Fault]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Fault(line, "yaml", {"reason": "a list or record as a key"}))
            continue
        key = str(key_node.value)
        inner = (*place, key)
        if key in record:
            detail = {"key": key, "first": document.lines[inner]}
            problems.append(Fault(line, "duplicate_key", detail))
            continue
        document.lines[inner] = line
        record[key] = _build(value_node, inner, document, problems)
    return record


def _scalar(node: Any, document: Document, problems: list[Fault]) -> Any:
    if node.tag not in _CORE_TAGS:
        if node.tag.startswith("tag:yaml.org,2002:timestamp"):
            return str(node.value)
        problems.append(Fault(node.start_mark.line + 1, "yaml_tag", {"tag": node.tag}))
        return None
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, yaml.YAMLError):
        problems.append(Fault(node.start_mark.line + 1, "yaml", {"reason": str(node.value)[:40]}))
        return None
