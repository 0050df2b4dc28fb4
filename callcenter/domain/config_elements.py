"""A configuration as separate elements (a queue, an agent, a number ...), each with a place of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from callcenter.domain.config import CenterConfig

Key = tuple[str, str]
"""Section and id; the id is empty for a section that is a single value."""

SECTIONS = CenterConfig.__struct_fields__


def elements(config: CenterConfig) -> dict[Key, Any]:
    """Every element by section and id, in order. An id that stands twice in a list gets ``#2`` and so on."""
    return {(section, key): value for section in SECTIONS for key, value in _parts(getattr(config, section))}


def keys_of(config: CenterConfig, section: str) -> list[str]:
    """The ids of a section in order."""
    return [key for key, _ in _parts(getattr(config, section))]


def assemble(found: Mapping[Key, Any], order: Iterable[Key]) -> CenterConfig:
    """A configuration of the elements in ``found``, in the order given; what is not in ``order`` is left out."""
    blank = CenterConfig(roles={})
    values: dict[str, Any] = {}
    for section, key in order:
        if (section, key) not in found:
            continue
        value = found[(section, key)]
        kind = getattr(blank, section)
        if isinstance(kind, dict):
            values.setdefault(section, {})[key] = value
        elif isinstance(kind, tuple):
            values[section] = (*values.get(section, ()), value)
        else:
            values[section] = value
    return msgspec.structs.replace(blank, **values)


def place_of(key: Key) -> str:
    """A key as it is written: ``queues.general``, ``caller_number``."""
    return ".".join(part for part in key if part)


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        seen: dict[str, int] = {}
        for item in value:
            seen[item.id] = seen.get(item.id, 0) + 1
            yield (item.id if seen[item.id] == 1 else f"{item.id}#{seen[item.id]}"), item
    else:
        yield "", value
