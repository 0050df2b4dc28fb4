"""Which literals a text must hold before a regular expression can match: what the one pass over the text looks for."""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable
from functools import cache
from typing import Any

import re2

MAX_ALTERNATIVES = 64


@cache
def compile_regex(pattern: str) -> Any:
    """The pattern in RE2: linear time, refuses look-around and back-references. Raises ``re2.error``."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def needed(pattern: str) -> tuple[frozenset[str], ...] | None:
    """What a text must hold for a match: all literals of one of these sets; None when that cannot be told."""
    if "[:" in pattern:  # RE2's named classes, which Python's parser reads as something else
        return None
    try:
        branches = _branches(parser.parse(pattern))
    except (re.error, RecursionError, OverflowError):
        return None
    found: set[frozenset[str]] = set()
    for branch in branches:
        every = frozenset(run for run in _runs(branch) if _good({run}) > 0)
        if every:
            found.add(every)
            continue
        one_of = _sequence(branch)
        if one_of is None:
            return None
        found |= {frozenset({literal}) for literal in one_of}
    return tuple(sorted(found, key=sorted))


def required(pattern: str) -> tuple[str, ...] | None:
    """Literals of which each match holds at least one, the longest of each way to match; None: cannot be told."""
    ways = needed(pattern)
    return None if ways is None else tuple(sorted({max(sorted(way), key=len) for way in ways}))


def _branches(items: Any) -> list[Any]:
    if len(items) == 1 and items[0][0] is op.BRANCH:
        return list(items[0][1][1])
    if len(items) == 1 and items[0][0] is op.SUBPATTERN and not items[0][1][1] and not items[0][1][2]:
        return _branches(items[0][1][3])
    return [items]


def _runs(items: Iterable[Any]) -> Iterable[str]:
    """Literals of a sequence that stand in every match of it."""
    run = ""
    for kind, value in [*items, (None, None)]:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        if run:
            yield run
        run = ""


def words_regex(words: Iterable[str]) -> str:
    """A pattern for any of the (folded) words, English ones as whole words."""
    return "|".join(_bounded(word) for word in sorted(words))


def _bounded(word: str) -> str:
    head = r"\b" if word[0].isascii() and word[0].isalnum() else ""
    tail = r"\b" if word[-1].isascii() and word[-1].isalnum() else ""
    return head + re.escape(word) + tail


def _good(literals: set[str] | None) -> int:
    """The length of the shortest literal: the longer, the rarer. One ASCII letter is worth nothing."""
    if not literals:
        return 0
    return min(len(item) - (1 if item.isascii() else 0) for item in literals)


def _sequence(items: Iterable[Any]) -> set[str] | None:
    best: set[str] | None = None
    run = ""
    for kind, value in [*items, (None, None)]:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        if run and _good({run}) > _good(best):
            best = {run}
        run = ""
        inner = _item(kind, value)
        if _good(inner) > _good(best):
            best = inner
    return best if _good(best) > 0 else None


def _item(kind: Any, value: Any) -> set[str] | None:
    if kind is op.SUBPATTERN:
        return _sequence(value[3]) if not value[1] and not value[2] else None
    if kind is op.BRANCH:
        found: set[str] = set()
        for branch in value[1]:
            inner = _sequence(branch)
            if inner is None:
                return None
            found |= inner
        return found if len(found) <= MAX_ALTERNATIVES else None
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _sequence(value[2]) if value[0] > 0 else None
    if kind is op.IN and all(part[0] is op.LITERAL for part in value) and len(value) <= MAX_ALTERNATIVES:
        return {chr(part[1]) for part in value}
    return None
