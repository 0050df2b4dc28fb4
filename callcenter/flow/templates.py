"""Prompt texts: a closed part of Jinja2 in its sandbox.

Variables, ``if``, comparisons and a few filters; no calls, no loops.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from callcenter.flow.secrets import DOTS, Secret

MAX_SPOKEN = 4_000
"""The longest text, in characters, that a caller is made to hear."""
_JINJA_FILTERS = ("default", "int", "float", "round", "lower", "upper", "trim", "length", "first", "last")
FILTERS = (*_JINJA_FILTERS, "spoken_digits", "money")
"""Every filter that texts may use."""
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Filter, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Getattr, nodes.Add, nodes.Sub,
    nodes.Concat, nodes.Test, nodes.List, nodes.Tuple,
)  # fmt: skip


class TemplateError(Exception):
    """A template is wrong or cannot be filled; ``line`` counts from 1 within the text."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def _spoken_digits(value: object) -> str:
    """Digits one by one, so that a voice reads ``1 3 8`` and not a large number."""
    return DOTS if isinstance(value, Secret) else " ".join(str(value))


def _money(value: object) -> str:
    """An amount for the ear: ``1,234.50`` → ``1234.5``; whole amounts without a fraction."""
    return f"{float(str(value).replace(',', '')):.2f}".rstrip("0").rstrip(".")


class _Environment(ImmutableSandboxedEnvironment):
    """Fields are those of records; objects have none."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return obj.get(attribute) if isinstance(obj, Mapping) else None


def _environment() -> _Environment:
    environment = _Environment(finalize=lambda value: "" if value is None else value)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in _JINJA_FILTERS}
    environment.filters |= {"spoken_digits": _spoken_digits, "money": _money}
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=2048)
def _compiled(source: str) -> Any:
    names_in(source)
    return _ENVIRONMENT.from_string(source)


@lru_cache(maxsize=2048)
def names_in(source: str) -> frozenset[str]:
    """The variables a template reads. Raises :class:`TemplateError` when it does not parse or does more than it may."""
    try:
        tree = _ENVIRONMENT.parse(source)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _NODES):
                raise TemplateError(f"{type(node).__name__.lower()}?", getattr(node, "lineno", 1))
        _ENVIRONMENT.from_string(source)
        return frozenset(meta.find_undeclared_variables(tree))
    except JinjaError as error:
        raise TemplateError(str(error.message or error), getattr(error, "lineno", 1) or 1) from None
    except (RecursionError, SyntaxError, MemoryError, ValueError) as error:
        raise TemplateError(type(error).__name__) from None


def render(source: str, variables: Mapping[str, Any]) -> str:
    """The text with its variables filled in, blanks joined. Raises :class:`TemplateError`."""
    if "{" not in source:
        return " ".join(source.split())
    template = _compiled(source)
    try:
        text = template.render(variables)
    except (JinjaError, ValueError, TypeError, ArithmeticError, RecursionError, AttributeError, LookupError) as error:
        raise TemplateError(str(error) or type(error).__name__) from None
    if len(text) > MAX_SPOKEN:
        raise TemplateError("too long")
    return " ".join(text.split())
