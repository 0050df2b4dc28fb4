"""Two people's changes to one configuration put together, element by element."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from callcenter.domain.config import CenterConfig
from callcenter.domain.config_elements import SECTIONS, Key, assemble, elements, place_of


class Conflict(Struct, frozen=True):
    """Both changed the same element, and not to the same; None where one has no such element."""

    place: str
    base: Any
    mine: Any
    theirs: Any


class Merge(Struct, frozen=True):
    """The changes put together; at a conflict it holds theirs, until it is resolved."""

    config: CenterConfig
    conflicts: tuple[Conflict, ...] = ()


def merge(base: CenterConfig, mine: CenterConfig, theirs: CenterConfig, prefer_mine: Collection[str] = ()) -> Merge:
    """Put what ``mine`` and ``theirs`` changed since ``base`` together; ``prefer_mine``: places where mine wins."""
    b, m, t = elements(base), elements(mine), elements(theirs)
    kept: dict[Key, Any] = {}
    conflicts: list[Conflict] = []
    order = _order(list(b), list(m), list(t))
    for key in order:
        was, ours, other = b.get(key), m.get(key), t.get(key)
        if ours == other or other == was:
            chosen = ours
        elif ours == was:
            chosen = other
        elif place_of(key) in prefer_mine:
            chosen = ours
        else:
            chosen = other
            conflicts.append(Conflict(place_of(key), was, ours, other))
        if chosen is not None:
            kept[key] = chosen
    return Merge(assemble(kept, order), tuple(conflicts))


def _order(base: list[Key], mine: list[Key], theirs: list[Key]) -> list[Key]:
    """Section by section: the order of whoever changed it (mine before theirs), then what only the other has."""
    result: list[Key] = []
    for section in SECTIONS:
        was, ours, other = ([key for key in keys if key[0] == section] for keys in (base, mine, theirs))
        first, second = (other, ours) if ours == was else (ours, other)
        known = set(first)
        result += first + [key for key in second if key not in known]
    return result
