"""Whether a regular expression of a trainer's may run away (exponential backtracking) on some sentence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

parser: Any = import_module("re._parser")  # named so since 3.11; the old name sre_parse warns
constants: Any = import_module("re._constants")

_REPEATS = {constants.MAX_REPEAT, constants.MIN_REPEAT}
_MANY = 16
"""A repetition up to so often counts as bounded."""


def may_run_away(source: str) -> bool:
    """True where a repeated group itself holds an unbounded repetition: ``(a+)+``. ``source`` must compile."""
    return _nested(parser.parse(source), inside=False)


def _nested(items: Any, *, inside: bool) -> bool:
    for operation, value in items:
        if operation in _REPEATS:
            _, most, body = value
            unbounded = most is constants.MAXREPEAT or most > _MANY
            if (unbounded and inside) or _nested(body, inside=inside or unbounded):
                return True
        elif any(_nested(part, inside=inside) for part in _parts(operation, value)):
            return True
    return False


def _parts(operation: Any, value: Any) -> list[Any]:
    if operation is constants.SUBPATTERN:
        return [value[3]]
    if operation is constants.BRANCH:
        return list(value[1])
    if operation in (constants.ASSERT, constants.ASSERT_NOT):
        return [value[1]]
    if operation is constants.ATOMIC_GROUP:
        return [value]
    if operation is constants.GROUPREF_EXISTS:
        return [part for part in value[1:] if part is not None]
    return []
