"""A configuration as a YAML file that people may write: out, and in again with a line for everything wrong."""

from __future__ import annotations

import re
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args, get_origin

import msgspec
import yaml
from msgspec import Struct

from callcenter.domain.config import CenterConfig
from callcenter.domain.config_elements import SECTIONS
from callcenter.domain.config_problem import ConfigProblem
from callcenter.domain.errors import ConfigError
from callcenter.routing.check import said
from callcenter.web.i18n import N_

MAX_BYTES = 8_000_000
MAX_DEPTH = 12
Place = tuple[str, ...]
_TYPES = typing.get_type_hints(CenterConfig)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_RECORDS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_STEP = re.compile(r"[^.\[\]]+")


class FileFault(Struct, frozen=True):
    """Something wrong at ``line`` (from 1). ``text`` is an English sentence to translate, filled with ``detail``."""

    line: int
    text: str
    detail: dict[str, str] = {}


class BadConfigFile(ConfigError):
    """A file that can not be read as a configuration; ``faults`` says everything that is wrong, at least one."""

    def __init__(self, faults: list[FileFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        first = self.faults[0]
        super().__init__(f"line {first.line}", first.text % first.detail)


class ConfigFile(Struct):
    """A file as read: its sections as configuration values, and where in the file each place is."""

    sections: dict[str, Any]
    lines: dict[Place, int]

    def into(self, config: CenterConfig) -> CenterConfig:
        """The configuration with the file's sections instead of its own."""
        return msgspec.structs.replace(config, **self.sections)

    def line_of(self, place: str) -> int | None:
        """The line of a problem's place; None when the file says nothing about that section."""
        steps = tuple(_STEP.findall(place))
        if not steps or steps[0] not in self.sections:
            return None
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def faults_of(self, problems: Iterable[ConfigProblem], language: str) -> list[tuple[int | None, str]]:
        """Line and sentence of what the checker found."""
        found = []
        for problem in problems:
            what, mend = said(problem, language)
            found.append((self.line_of(problem.place), f"{problem.place}: {what} — {mend}"))
        return found


def write_yaml(config: CenterConfig, sections: Collection[str] = ()) -> str:
    """The configuration as YAML; values that are the usual ones are left out. ``sections`` empty: all."""
    shown: dict[str, Any] = {}
    for section in SECTIONS:
        value = getattr(config, section)
        if (not sections or section in sections) and (value or section in sections):
            shown[section] = _plain_section(value)
    text: str = yaml.dump(shown, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text


def _plain_section(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item, leave_out=("id",)) for key, item in value.items()}
    return _plain(value)


def _plain(value: Any, leave_out: Collection[str] = ()) -> Any:
    if isinstance(value, Struct):
        fields = _fields(type(value))
        given = {name: getattr(value, name) for name in fields if name not in leave_out}
        return {name: _plain(item) for name, item in given.items() if item != _default(fields[name])}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return msgspec.to_builtins(value)


@lru_cache
def _fields(struct: type[Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {info.name: info for info in msgspec.structs.fields(struct)}


@lru_cache
def _hints(struct: type[Struct]) -> dict[str, Any]:
    return typing.get_type_hints(struct)


def _default(info: msgspec.structs.FieldInfo) -> Any:
    return info.default_factory() if info.default_factory is not msgspec.NODEFAULT else info.default


def read_yaml(data: bytes) -> ConfigFile:
    """Read a file. Raises :class:`BadConfigFile`."""
    root = _compose(data)
    faults: list[FileFault] = []
    lines: dict[Place, int] = {}
    written = _build(root, (), lines, faults)
    if not isinstance(written, dict):
        raise BadConfigFile([FileFault(1, N_("The file must be a record of sections such as queues: or agents:."))])
    sections: dict[str, Any] = {}
    for section, value in written.items():
        if section not in SECTIONS:
            known = {"name": section, "known": ", ".join(SECTIONS)}
            faults.append(
                FileFault(lines[(section,)], N_("There is no section “%(name)s”; there are: %(known)s."), known)
            )
        else:
            sections[section] = _section(section, value, lines, faults)
    if faults:
        raise BadConfigFile(faults)
    return ConfigFile(sections, lines)


def _compose(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise BadConfigFile([FileFault(1, N_("The file is too big; at most 8 MB are read."))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadConfigFile([FileFault(data.count(b"\n", 0, error.start) + 1, N_("The text is not UTF-8."))]) from None
    try:
        _refuse_surprises(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = {"reason": error.problem or "?"}
        fault = FileFault(mark.line + 1 if mark else 1, N_("This is no YAML: %(reason)s."), detail)
        raise BadConfigFile([fault]) from None
    except yaml.YAMLError as error:
        raise BadConfigFile([FileFault(1, N_("This is no YAML: %(reason)s."), {"reason": str(error)[:80]})]) from None
    if root is None:
        raise BadConfigFile([FileFault(1, N_("The file is empty."))])
    return root


def _refuse_surprises(text: str) -> None:
    """Anchors can make a small file endless; deep nesting can break whoever reads it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadConfigFile([FileFault(line, N_("Anchors (&) and aliases (*) are not read; write it out."))])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise BadConfigFile([FileFault(line, N_("This is nested too deeply."))])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _build(node: Any, place: Place, lines: dict[Place, int], faults: list[FileFault]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if not isinstance(node, yaml.ScalarNode) and node.tag not in _RECORDS:
        faults.append(FileFault(node.start_mark.line + 1, N_("The tag %(tag)s is not read."), {"tag": node.tag}))
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*place, str(index)), lines, faults) for index, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node, faults)
    record: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        inner = (*place, key)
        if key in record:
            detail = {"key": key, "first": str(lines[inner])}
            faults.append(FileFault(line, N_("“%(key)s” is there twice, first in line %(first)s."), detail))
            continue
        lines[inner] = line
        record[key] = _build(value_node, inner, lines, faults)
    return record


def _scalar(node: Any, faults: list[FileFault]) -> Any:
    kind = node.tag.rpartition(":")[2]
    if kind == "timestamp":
        return str(node.value)
    if kind not in ("str", "int", "float", "bool", "null"):
        faults.append(FileFault(node.start_mark.line + 1, N_("The tag %(tag)s is not read."), {"tag": node.tag}))
        return None
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, yaml.YAMLError):
        fault = FileFault(
            node.start_mark.line + 1, N_("This value can not be read: %(value)s"), {"value": node.value[:40]}
        )
        faults.append(fault)
        return None


def _section(section: str, value: Any, lines: dict[Place, int], faults: list[FileFault]) -> Any:
    hint = _TYPES[section]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is dict and isinstance(value, dict) and section != "extra":
        found = {}
        for key, item in value.items():
            struct = arguments[1]
            if isinstance(struct, type) and issubclass(struct, Struct) and isinstance(item, dict):
                item = {"id": key, **item}
            found[key] = _converted(item, struct, (section, key), lines, faults)
        return found
    if origin is tuple and isinstance(value, list):
        items = enumerate(value)
        return tuple(_converted(item, arguments[0], (section, str(n)), lines, faults) for n, item in items)
    return _converted(value, hint, (section,), lines, faults)


def _converted(value: Any, hint: Any, place: Place, lines: dict[Place, int], faults: list[FileFault]) -> Any:
    unknown = list(_unknown(value, hint, place))
    for where, names in unknown:
        detail = {"name": where[-1], "known": ", ".join(names)}
        line = lines.get(where, lines.get(place, 1))
        faults.append(FileFault(line, N_("There is no field “%(name)s”; there are: %(known)s."), detail))
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        where = (*place, *_STEP.findall(path.replace("[...]", "").strip("`")))
        while where not in lines and len(where) > 1:
            where = where[:-1]
        detail = {"place": ".".join((*place, *_STEP.findall(path.strip("`")))), "reason": reason.replace("`", "'")}
        faults.append(FileFault(lines.get(where, 1), N_("%(place)s: %(reason)s"), detail))
        return None


def _unknown(value: Any, hint: Any, place: Place) -> Iterator[tuple[Place, list[str]]]:
    """Names that no field has, in records at any depth."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        hints = _hints(hint)
        if isinstance(value, Mapping):
            for name, item in value.items():
                if name not in hints:
                    yield (*place, str(name)), [known for known in hints if known != "id" or len(place) > 2]
                else:
                    yield from _unknown(item, hints[name], (*place, str(name)))
    elif get_origin(hint) is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, get_args(hint)[0], (*place, str(index)))
