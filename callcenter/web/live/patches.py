"""Small changes between two pictures of a page: which regions, which rows or tiles, and where they stand.

A :class:`Picture` is all a page shows of live state: ``regions`` (one piece of HTML by name) and ``lists`` (rows or
tiles by key, in the order they stand). :func:`patch` says how to get from one to the next, :class:`Fragments` keeps
what did not change. The floor page, as an example::

    class FloorScene:                                 # made once for all viewers who see the same
        def __init__(self, words: Words, ...) -> None:
            self._tile = Fragments(lambda agent: fragment(words, "floor/tile.html", agent=agent))

        def __call__(self) -> Picture:                # called by the hub, at most every 100 ms
            floor = desk.floor_view()
            busy = [a for a in floor.agents if a.state is AgentState.BUSY]
            return Picture(
                regions={"summary": fragment(words, "floor/summary.html", floor=floor)},
                lists={"agents-busy": self._tile.of((f"agent-{a.id}", a) for a in busy), ...},
            )

Keys are unique over all lists of a picture: what leaves one list and appears in another is moved, not made anew.
In the page a region is ``data-region="summary"``, a list ``data-list="agents-busy"``, and each of its children one
element with ``data-key="agent-1001"`` (written by the row's own template). The page draws the same picture first:
``{% for html in picture.lists["agents-busy"].values() %}{{ html | safe }}{% endfor %}``.
HTML must not contain the present moment, or every row changes all the time: use ``since(at_ms)``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
Op = tuple[str, str | None, str | None]
"""Key, the key to put it after (empty: first; None: it stays where it is), its new HTML (None: as it was)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a page shows of live state. ``facts`` go along whenever something is sent, and are not compared."""

    regions: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


class Fragments(Generic[Value]):
    """HTML by key, made anew only when the value it shows changed. Keys that are no longer asked for are forgotten.

    ``make`` must depend on the value alone: what else it shows (a name from the configuration) belongs into the value.
    One object may serve several lists of a picture: ask for all of them, then call :meth:`forget_others`.
    """

    def __init__(self, make: Callable[[Value], str]) -> None:
        self._make = make
        self._kept: dict[str, tuple[Value, str]] = {}
        self._asked: set[str] = set()

    def of(self, items: Iterable[tuple[str, Value]]) -> dict[str, str]:
        """The HTML of each item, by key, in the order given."""
        found: dict[str, str] = {}
        for key, value in items:
            kept = self._kept.get(key)
            if kept is None or kept[0] != value:
                kept = (value, self._make(value))
                self._kept[key] = kept
            found[key] = kept[1]
        self._asked.update(found)
        return found

    def forget_others(self) -> None:
        """Drop what was not asked for since the last call."""
        if len(self._kept) > len(self._asked):
            self._kept = {key: kept for key, kept in self._kept.items() if key in self._asked}
        self._asked = set()


def patch(old: Picture | None, new: Picture) -> dict[str, Any] | None:
    """What to send to a page that shows ``old``; None when nothing changed, everything when ``old`` is None.

    ``regions``: HTML by name. ``gone``: keys to remove first. ``lists``: ops by list, to be done in this order.
    ``whole``: children of the lists that no op names are remnants. Raises ValueError when a key stands in two lists.
    """
    places = _places(new)
    if old is None:
        lists = {name: list(_all(rows)) for name, rows in new.lists.items()}
        return {"regions": dict(new.regions), "gone": [], "lists": lists, "whole": True}
    regions = {name: html for name, html in new.regions.items() if old.regions.get(name) != html}
    before: dict[str, str] = {}
    for rows in old.lists.values():
        before.update(rows)
    gone = [key for key in before if key not in places]
    lists = {name: ops for name, rows in new.lists.items() if (ops := _ops(old.lists.get(name, {}), rows, before))}
    if not (regions or gone or lists):
        return None
    return {"regions": regions, "gone": gone, "lists": lists, "whole": False}


def _places(picture: Picture) -> set[str]:
    keys: set[str] = set()
    for name, rows in picture.lists.items():
        if not keys.isdisjoint(rows.keys()):
            raise ValueError(f"a key of list {name!r} stands in another list too: {sorted(keys & rows.keys())[:3]}")
        keys.update(rows)
    return keys


def _all(rows: Mapping[str, str]) -> Iterable[Op]:
    after = ""
    for key, html in rows.items():
        yield key, after, html
        after = key


def _ops(old: Mapping[str, str], new: Mapping[str, str], before: Mapping[str, str]) -> list[Op]:
    """One op for each row that is new, moved or different. ``before`` is the HTML of all rows the page has."""
    stays = _staying(list(old), list(new))
    ops: list[Op] = []
    after = ""
    for key, html in new.items():
        same = before.get(key) == html
        if key not in stays or not same:
            ops.append((key, None if key in stays else after, None if same else html))
        after = key
    return ops


def _staying(old: list[Hashable], new: list[Hashable]) -> set[Hashable]:
    """The largest set of rows that need not be moved: the longest run of ``new`` that keeps the order of ``old``."""
    if old == new:
        return set(new)
    index = {key: at for at, key in enumerate(old)}
    common = [key for key in new if key in index]
    tails: list[int] = []
    tail_keys: list[Hashable] = []
    previous: dict[Hashable, Hashable | None] = {}
    for key in common:
        at = bisect_left(tails, index[key])
        previous[key] = tail_keys[at - 1] if at else None
        tails[at : at + 1] = [index[key]]
        tail_keys[at : at + 1] = [key]
    stays: set[Hashable] = set()
    last = tail_keys[-1] if tail_keys else None
    while last is not None:
        stays.add(last)
        last = previous[last]
    return stays
