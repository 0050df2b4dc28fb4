"""Scenario files: read with errors that name file, line and mend, and written so that people can edit them."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import ValidationError

from callcenter.domain.errors import ConfigError
from callcenter.simulation.scenario import Scenario

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, name: str = "scenario") -> Scenario:
    """The scenario written in YAML ``text``. ConfigError names ``name``, the line and the mend."""
    tree, data = read_mapping(text, name, "a scenario is a mapping", "begin with horizon:, queues: and agents:")
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise fault(error, tree, name, "scenario") from error


def read_mapping(text: str, name: str, what: str, mend: str) -> tuple[yaml.Node, dict[str, Any]]:
    """The YAML as nodes and as values, when it is a mapping in which no key stands twice. Raises ConfigError."""
    loader = _Loader(text)
    try:
        tree = loader.get_single_node()
        data = loader.construct_document(tree) if tree is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark is not None else name
        problem = getattr(error, "problem", None) or "not readable"
        raise ConfigError(place, f"this is not YAML: {problem}", "check indentation, colons and quotes") from error
    finally:
        loader.dispose()
    if tree is None or not isinstance(data, dict):
        raise ConfigError(f"{name}:1", what, mend)
    _refuse_doubles(tree, name)
    return tree, data


def fault(error: ValidationError, tree: yaml.Node, name: str, whole: str) -> ConfigError:
    """The first thing wrong, with its line."""
    first = error.errors(include_url=False)[0]
    path = tuple(first["loc"])
    written = ".".join(str(part) for part in path) or whole
    return ConfigError(f"{name}:{_line(tree, path)}", f"{written}: {_said(first)}", _mend(first))


def _said(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _mend(error: Any) -> str:
    if error["type"] == "missing":
        return f"add {error['loc'][-1]}:"
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"remove {error['loc'][-1]} or correct its spelling"
    return "" if error["type"] == "value_error" else f"correct the value {error['input']!r}"


def _refuse_doubles(node: yaml.Node, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise ConfigError(f"{name}:{line}", f"{key.value} stands here twice", "keep one of them")
            seen.add(key.value)
            _refuse_doubles(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_doubles(child, name)


def _line(node: yaml.Node, path: tuple[int | str, ...]) -> int:
    """The line of the deepest part of ``path`` that is written in the file."""
    line = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
