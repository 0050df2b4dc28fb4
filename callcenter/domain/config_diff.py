"""What differs between two configurations: elements added and removed, values changed."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from callcenter.domain.config import CenterConfig
from callcenter.domain.config_elements import elements


class Change(Struct, frozen=True):
    """One difference. ``field`` leads to the value inside the element (``announcements, every_ms``); empty: all of it.

    ``before`` and ``after`` are the values; for an element added or removed the other one is None.
    """

    section: str
    id: str
    kind: Literal["added", "removed", "changed"]
    field: tuple[str, ...] = ()
    before: Any = None
    after: Any = None

    @property
    def place(self) -> str:
        """Where, as written: ``queues.general.wrap_up_ms``."""
        return ".".join(part for part in (self.section, self.id, *self.field) if part)


def changes(before: CenterConfig, after: CenterConfig) -> list[Change]:
    """Every difference, in the order of the newer configuration; removed elements last in their section."""
    old, new = elements(before), elements(after)
    found: list[Change] = []
    for section, key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get((section, key)), new.get((section, key))
        if was == now:
            continue
        if was is None:
            found.append(Change(section, key, "added", (), None, now))
        elif now is None:
            found.append(Change(section, key, "removed", (), was, None))
        else:
            found += [Change(section, key, "changed", *leaf) for leaf in _leaves((), was, now)]
    return found


def _leaves(path: tuple[str, ...], was: Any, now: Any) -> list[tuple[tuple[str, ...], Any, Any]]:
    """The smallest values that differ: inside records and tables, a list is one value."""
    if was == now:
        return []
    if isinstance(was, Struct) and type(was) is type(now):
        names = was.__struct_fields__
        return [leaf for name in names for leaf in _leaves((*path, name), getattr(was, name), getattr(now, name))]
    if isinstance(was, dict) and isinstance(now, dict):
        names = tuple(dict.fromkeys([*was, *now]))
        return [leaf for name in names for leaf in _leaves((*path, str(name)), was.get(name), now.get(name))]
    return [(path, was, now)]
