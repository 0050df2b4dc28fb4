"""The closed expression language of flows: parse once, evaluate without Python's ``eval``.

Comparisons, ``and or not in``, ``+ - *``, texts, numbers, lists, ``true false none``, variables, fields of an
answer (``customer.name``) and the functions in :data:`FUNCTIONS`. Nothing else parses.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from callcenter.flow.functions import FUNCTIONS, Moment
from callcenter.flow.secrets import Secret

MAX_LENGTH = 500
_MAX_NODES = 150
_MAX_NUMBER = 10**15
_MAX_TEXT = 10_000
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "none": None, "null": None}
_NODES = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.Mult,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Call, ast.Name, ast.Load,
    ast.Constant, ast.List, ast.Tuple, ast.Attribute,
)  # fmt: skip


class ExpressionError(Exception):
    """An expression is wrong (when parsed) or cannot be computed (when evaluated). ``code`` picks the sentence."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code + (f": {', '.join(str(value) for value in detail.values())}" if detail else ""))
        self.code = code
        self.detail = detail


class Expression:
    """A parsed expression; ``names`` are the variables it reads."""

    __slots__ = ("_body", "names", "source")

    def __init__(self, source: str, body: ast.expr, names: frozenset[str]) -> None:
        self.source = source
        self.names = names
        self._body = body

    def evaluate(self, variables: Mapping[str, Any], moment: Moment) -> Any:
        """The value. A variable that is not there is ``none``. Raises :class:`ExpressionError`."""
        return _value(self._body, variables, moment)


@lru_cache(maxsize=2048)
def parse(source: str) -> Expression:
    """Read an expression. Raises :class:`ExpressionError`."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError("expression_long", limit=MAX_LENGTH)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise ExpressionError("expression_syntax", reason=getattr(error, "msg", "") or "unreadable") from None
    names = _check(tree)
    return Expression(source, tree.body, names)


def _check(tree: ast.Expression) -> frozenset[str]:
    names: set[str] = set()
    functions: set[int] = set()
    for count, node in enumerate(ast.walk(tree)):
        if count >= _MAX_NODES:
            raise ExpressionError("expression_long", limit=MAX_LENGTH)
        if not isinstance(node, _NODES):
            raise ExpressionError("expression_forbidden", what=type(node).__name__.lower())
        if isinstance(node, ast.Call):
            _check_call(node)
            functions.add(id(node.func))
        elif isinstance(node, ast.Attribute) and (node.attr.startswith("_") or not _is_path(node)):
            raise ExpressionError("expression_forbidden", what="." + node.attr)
        elif isinstance(node, ast.Constant):
            _check_constant(node.value)
        elif isinstance(node, ast.Name) and id(node) not in functions:
            if node.id.startswith("_"):
                raise ExpressionError("expression_forbidden", what=node.id)
            if node.id.lower() not in _CONSTANTS:
                names.add(node.id)
    return frozenset(names)


def _check_call(node: ast.Call) -> None:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
        raise ExpressionError("expression_function", name=ast.unparse(node.func)[:40], known=", ".join(FUNCTIONS))
    low, high = FUNCTIONS[node.func.id].arguments
    if node.keywords or not low <= len(node.args) <= high:
        raise ExpressionError("expression_arguments", name=node.func.id)


def _check_constant(value: object) -> None:
    if not isinstance(value, str | int | float | bool | None) or (
        isinstance(value, int | float) and not abs(value) <= _MAX_NUMBER
    ):
        raise ExpressionError("expression_forbidden", what=type(value).__name__)


def _is_path(node: ast.Attribute) -> bool:
    inner = node.value
    return isinstance(inner, ast.Name) or (isinstance(inner, ast.Attribute) and _is_path(inner))


def _value(node: ast.expr, variables: Mapping[str, Any], moment: Moment) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            lowered = name.lower()
            return _CONSTANTS[lowered] if lowered in _CONSTANTS else variables.get(name)
        case ast.Attribute(value=inner, attr=attr):
            owner = _value(inner, variables, moment)
            return owner.get(attr) if isinstance(owner, Mapping) else None
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_plain(_value(item, variables, moment)) for item in items]
        case ast.BoolOp(op=op, values=values):
            return _logic(op, values, variables, moment)
        case ast.UnaryOp(op=op, operand=operand):
            inside = _plain(_value(operand, variables, moment))
            return (not inside) if isinstance(op, ast.Not) else _arithmetic(ast.Sub(), 0, inside)
        case ast.BinOp(left=left, op=op, right=right):
            return _arithmetic(op, _value(left, variables, moment), _value(right, variables, moment))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compare(left, ops, others, variables, moment)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _call(name, [_plain(_value(arg, variables, moment)) for arg in args], moment)
        case _:
            raise ExpressionError("expression_forbidden", what=type(node).__name__.lower())


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        raise ExpressionError("expression_secret")
    return value


def _logic(op: ast.boolop, values: list[ast.expr], variables: Mapping[str, Any], moment: Moment) -> Any:
    result: Any = None
    for node in values:
        result = _plain(_value(node, variables, moment))
        if bool(result) is isinstance(op, ast.Or):
            break
    return result


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    left, right = _plain(left), _plain(right)
    if isinstance(op, ast.Add) and isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > _MAX_TEXT:
            raise ExpressionError("expression_big")
        return left + right
    if not (_is_number(left) and _is_number(right)):
        raise ExpressionError("expression_types", left=_kind(left), right=_kind(right))
    result = left + right if isinstance(op, ast.Add) else left - right if isinstance(op, ast.Sub) else left * right
    if not abs(result) <= _MAX_NUMBER:
        raise ExpressionError("expression_big")
    return result


def _kind(value: object) -> str:
    for kind, name in ((bool, "truth"), (int, "number"), (float, "number"), (str, "text"), (list, "list")):
        if isinstance(value, kind):
            return name
    return "none" if value is None else "record"


_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
}


def _compare(
    left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], variables: Mapping[str, Any], moment: Moment
) -> bool:
    value = _plain(_value(left, variables, moment))
    for op, node in zip(ops, others, strict=True):
        other = _plain(_value(node, variables, moment))
        if not _holds(op, value, other):
            return False
        value = other
    return True


def _holds(op: ast.cmpop, left: Any, right: Any) -> bool:
    match op:
        case ast.Eq():
            return bool(left == right)
        case ast.NotEq():
            return bool(left != right)
        case ast.In() | ast.NotIn():
            if isinstance(right, str) and not isinstance(left, str):
                raise ExpressionError("expression_types", left=_kind(left), right=_kind(right))
            if not isinstance(right, str | list | tuple | Mapping):
                raise ExpressionError("expression_types", left=_kind(left), right=_kind(right))
            return _contains(right, left) is isinstance(op, ast.In)
        case _:
            if not (_is_number(left) and _is_number(right)) and not (isinstance(left, str) and isinstance(right, str)):
                raise ExpressionError("expression_types", left=_kind(left), right=_kind(right))
            return _ORDER[type(op)](left, right)


def _contains(box: Any, item: Any) -> bool:
    if isinstance(box, str):
        return item in box
    return any(item == other for other in box)


def _call(name: str, args: list[Any], moment: Moment) -> Any:
    try:
        return FUNCTIONS[name].run(moment, *args)
    except (ValueError, TypeError, OverflowError):
        raise ExpressionError("expression_call", name=name) from None
