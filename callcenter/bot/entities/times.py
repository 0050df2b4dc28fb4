"""Times of day: 下午三点半, 15:30, 3pm."""

from __future__ import annotations

import re

from callcenter.bot.entities.numbers import chinese_value

_N = r"[\d一二两三四五六七八九十]{1,3}"
TIME = re.compile(
    r"[\s，,]*(?:的|at\s+)?(?:"
    rf"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)?(?P<hour>{_N})[点時时](?:钟|整|(?P<half>半)|(?P<quarter>一刻|三刻)|(?P<minute>{_N})分?)?"
    r"|(?P<en>\d{1,2})(?::(?P<en_minute>\d{2}))?\s?(?P<ampm>[ap]\.?m\b\.?)"
    r"|(?P<clock>(?<![\d:])[01]?\d|2[0-3]):(?P<clock_minute>[0-5]\d)(?![\d:])"
    r")",
    re.IGNORECASE,
)
_AFTERNOON = {"下午", "傍晚", "晚上", "晚", "中午"}


def time_of(match: re.Match[str]) -> str | None:
    """``HH:MM`` of a match of :data:`TIME`; None where there is no such time."""
    if match["clock"]:
        return f"{int(match['clock']):02d}:{match['clock_minute']}"
    if match["en"]:
        hour = int(match["en"]) % 12 + (12 if match["ampm"][0] in "pP" else 0)
        return f"{hour:02d}:{match['en_minute'] or '00'}" if int(match["en"]) <= 12 else None
    hour_said = _number(match["hour"])
    minute: int | None
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 if match["quarter"] == "一刻" else 45
    else:
        minute = _number(match["minute"]) if match["minute"] else 0
    if hour_said is None or minute is None or hour_said > 24 or minute > 59:
        return None
    late = match["part"] in _AFTERNOON and hour_said < 12 and not (match["part"] == "中午" and hour_said > 10)
    return f"{(hour_said + (12 if late else 0)) % 24:02d}:{minute:02d}"


def _number(said: str) -> int | None:
    value = int(said) if said.isdigit() else chinese_value(said)
    return None if value is None else int(value)
