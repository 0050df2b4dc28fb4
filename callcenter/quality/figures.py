"""Numbers with their units in Chinese and English speech, and how long speech is."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "幺": 1}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_BIG = {"万": 10_000, "亿": 100_000_000}
_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TIES = """twenty thirty forty fifty sixty seventy eighty ninety"""
_ENGLISH = {name: number for number, name in enumerate(_SMALL.split())} | {
    name: 20 + 10 * place for place, name in enumerate(_TIES.split())
}
_CN = "[零一二三四五六七八九两〇十百千万亿点]+"
_NUM = r"\d[\d,]*(?:\.\d+)?(?:[百千万亿]+)?"
_EN = r"(?:{0})(?:[ -](?:{0}|hundred|thousand|million|and|point))*".format("|".join(_ENGLISH))
_UNITS = {
    "percent": "%|个百分点|percent",
    "permille": "‰",
    "money": "元|块钱?|圆|yuan|rmb|dollars?|usd|pounds?",
    "minutes": "分钟|minutes?",
    "hours": "个?小时|hours?",
    "working_days": "个?工作日|(?:working|business) days?",
    "days": "天|日(?!期)|days?",
    "months": "个月|months?|期",
    "years": "年|years?",
    "times": "次|times",
}
_FIGURE = re.compile(
    rf"(?:(?P<of>百分之|千分之|万分之)(?P<cn0>{_CN}|{_NUM}))"
    rf"|(?P<sign>[¥￥$])\s?(?P<amount>{_NUM})"
    rf"|(?P<value>{_NUM}|{_CN}|\b{_EN})\s?(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
    + r")"
)
_OF = {"百分之": ("percent", 1.0), "千分之": ("percent", 0.1), "万分之": ("percent", 0.01)}


class Figure(Struct, frozen=True):
    """``value`` in ``unit`` at ``text[start:end]``; per mille and per ten thousand are told as per cent."""

    value: float
    unit: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def found_in(text: str) -> tuple[Figure, ...]:
    """All figures of a folded text, in order."""
    figures: list[Figure] = []
    for match in _FIGURE.finditer(text):
        group = match.lastgroup or ""
        if match["of"]:
            unit, factor = _OF[match["of"]]
            value = number_of(match["cn0"])
            value = None if value is None else round(value * factor, 9)
        elif match["sign"]:
            unit, value = "money", number_of(match["amount"])
        else:
            unit, value = group, number_of(match["value"])
        if value is not None and unit == "permille":
            unit, value = "percent", round(value / 10, 9)
        if value is not None:
            figures.append(Figure(value, unit, match.start(), match.end()))
    return tuple(figures)


def number_of(text: str) -> float | None:
    """The value of ``1,234.5``, ``3万``, ``三百五``, ``三点五``, ``twenty-one``; None when it is none."""
    if text[0].isdigit():
        head = re.match(r"[\d,.]+", text)
        assert head is not None
        value = float(head[0].replace(",", "").rstrip("."))
        for char in text[head.end() :]:
            value *= {**_TENS, **_BIG}[char]
        return value
    return _english(text) if text.isascii() else _chinese(text)


def _chinese(text: str) -> float | None:
    whole, point, rest = text.partition("点")
    if point:
        before = _chinese(whole) if whole else None
        if before is None or not rest or any(char not in _DIGITS for char in rest):
            return None
        return before + float("0." + "".join(str(_DIGITS[char]) for char in rest))
    if all(char in _DIGITS for char in whole):
        return float("".join(str(_DIGITS[char]) for char in whole)) if whole else None
    total = section = digit = 0
    last = 1
    for char in whole:
        if char in _DIGITS:
            digit, last = _DIGITS[char], 1 if char in "零〇" else last
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit, last = 0, _TENS[char]
        else:
            total = (total + section + digit) * _BIG[char]
            section, digit, last = 0, 0, _BIG[char]
    # 三百五 is 350: a lone last digit counts in the next lower ten.
    return float(total + section + (digit * last // 10 if digit and last >= 100 else digit))


def _english(text: str) -> float | None:
    total = section = 0
    for word in re.split(r"[ -]", text):
        if word in _ENGLISH:
            section += _ENGLISH[word]
        elif word == "hundred":
            section = (section or 1) * 100
        elif word in ("thousand", "million"):
            total += (section or 1) * (1_000 if word == "thousand" else 1_000_000)
            section = 0
        elif word == "point":
            return None
    return float(total + section)


def spoken_length(text: str) -> tuple[int, int]:
    """(Chinese characters and digits, English words): what is spoken of a folded text."""
    chinese = sum(1 for char in text if "\u4e00" <= char <= "\u9fff" or char.isdigit())
    return chinese, len(re.findall(r"[a-z']+", text))
