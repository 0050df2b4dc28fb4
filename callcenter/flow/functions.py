"""The functions that expressions and templates of flows know."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(Struct, frozen=True):
    """When an expression is evaluated: ms since 1970, and the flow's time zone."""

    now_ms: int
    timezone: str = "Asia/Shanghai"

    def local(self) -> datetime:
        """Local date and time."""
        return (_EPOCH + timedelta(milliseconds=self.now_ms)).astimezone(ZoneInfo(self.timezone))


class Function(Struct, frozen=True):
    """A function with its least and most number of arguments, and a line for the documentation."""

    arguments: tuple[int, int]
    run: Callable[..., Any]
    about: str


def _length(_: Moment, value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise TypeError
    return len(value)


def _digits(_: Moment, value: Any) -> str:
    return "".join(sign for sign in str("" if value is None else value) if sign.isascii() and sign.isdigit())


def _number(_: Moment, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    result = float(value)
    if not math.isfinite(result) or abs(result) > 10**15:
        raise ValueError
    return int(result) if result.is_integer() else result


def _text(_: Moment, value: Any) -> str:
    return "" if value is None else str(value)


def _last(_: Moment, value: Any, count: Any) -> str:
    if not isinstance(value, str) or not isinstance(count, int):
        raise TypeError
    return value[-count:] if count > 0 else ""


def _starts(_: Moment, value: Any, beginning: Any) -> bool:
    if not isinstance(value, str) or not isinstance(beginning, str):
        raise TypeError
    return value.startswith(beginning)


def _age(moment: Moment, born: Any) -> int | None:
    if born is None or born == "":
        return None
    today = moment.local().date()
    if isinstance(born, int) and not isinstance(born, bool):
        born = str(born)
    if not isinstance(born, str):
        raise TypeError
    if len(born) == 4 and born.isdigit():
        return today.year - int(born)
    birth = date.fromisoformat(born)
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _hour(moment: Moment) -> int:
    return moment.local().hour


FUNCTIONS: dict[str, Function] = {
    "len": Function((1, 1), _length, "length of a text or list"),
    "digits": Function((1, 1), _digits, "only the digits of a text"),
    "number": Function((1, 1), _number, "a text of digits as a number"),
    "text": Function((1, 1), _text, "a number as text; none is empty"),
    "last": Function((2, 2), _last, "the last characters: last(card, 4)"),
    "starts_with": Function((2, 2), _starts, "whether a text begins so"),
    "age": Function((1, 1), _age, "full years since a birth date (1950-03-01) or year; none stays none"),
    "hour": Function((0, 0), _hour, "the hour of the day, 0 to 23, in the flow's time zone"),
}
"""Every function by name."""
