"""Numbers as people say and type them: 三千五, 1万2, 3.5万, 两百零五, 12,000, five hundred."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = dict(zip("零〇一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖", map(int, "0011122233445566778899"), strict=True))
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_ALL_UNITS = {**_UNITS, **_BIG}
_HAN = "".join([*_DIGITS, *_ALL_UNITS])

NUMBER = re.compile(
    rf"(?P<mixed>\d[\d,]*(?:\.\d+)?\s?[{''.join(_ALL_UNITS)}](?:[{_HAN}\d])*)"
    rf"|(?P<arabic>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<k>[kK](?![A-Za-z]))?"
    rf"|(?P<han>[{_HAN}]+(?:点[{''.join(_DIGITS)}]+[万亿]?)?)"
)

_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_ANY_WORD = "|".join([*_WORDS, *_TENS, *_SCALES])
ENGLISH = re.compile(rf"\b(?:a |an )?(?:{_ANY_WORD})(?:(?:[ -]|\s+and\s+)(?:{_ANY_WORD}))*\b", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """A number in a sentence. ``spelt`` tells that it has units of its own (万, 百, thousand, k), as amounts have."""

    value: Decimal
    text: str
    start: int
    end: int
    spelt: bool


def numbers_in(text: str) -> list[Number]:
    """Every number of a sentence, from left to right."""
    found = []
    for match in NUMBER.finditer(text):
        value = _value(match)
        if value is not None:
            said = match.group().rstrip()
            spelt = match["arabic"] is None or match["k"] is not None
            units = any(char in _ALL_UNITS for char in said) or match["k"] is not None
            found.append(Number(value, said, match.start(), match.start() + len(said), spelt and units))
    for match in ENGLISH.finditer(text):
        words = re.split(r"[\s-]+", match.group().casefold())
        scaled = any(word in _SCALES for word in words)
        found.append(Number(english_value(words), match.group(), match.start(), match.end(), scaled))
    return sorted(found, key=lambda number: number.start)


def _value(match: re.Match[str]) -> Decimal | None:
    if match["arabic"]:
        return Decimal(match["arabic"].replace(",", "")) * (1000 if match["k"] else 1)
    if match["mixed"]:
        return _mixed(match["mixed"])
    return chinese_value(match["han"])


def _mixed(said: str) -> Decimal | None:
    """``3.5万``, ``1万2``, ``1万2千``, ``5百``."""
    head = re.match(r"[\d,]+(?:\.\d+)?", said)
    if head is None:
        return None
    rest = said[head.end() :].strip()
    unit, tail = _ALL_UNITS[rest[0]], rest[1:]
    value = Decimal(head.group().replace(",", "")) * unit
    if not tail:
        return value
    if len(tail) == 1 and (tail in _DIGITS or tail.isdigit()):  # 1万2 means one and two tenths of 万
        return value + Decimal(_digit(tail)) * (unit // 10)
    more = Decimal(tail) if tail.isdigit() else _mixed(tail) if tail[0].isdigit() else chinese_value(tail)
    return None if more is None else value + more


def chinese_value(said: str) -> Decimal | None:
    """The value of Chinese numerals; None for what is no number, such as 万 alone or 千万 used as a word."""
    whole, _, part = said.partition("点")
    big = part[-1] if part and part[-1] in _BIG else ""
    fraction = part.removesuffix(big) if big else part
    value = _whole(whole)
    if value is None or (part and not fraction):
        return None
    result = Decimal(value)
    if fraction:
        result += Decimal("0." + "".join(str(_DIGITS[char]) for char in fraction))
    return result * _BIG[big] if big else result


def _whole(said: str) -> int | None:
    if not any(char in _ALL_UNITS for char in said):  # 一二三四: read out digit by digit
        return int("".join(str(_DIGITS[char]) for char in said))
    if said[0] in _BIG or (said[0] in _UNITS and _UNITS[said[0]] != 10):
        return None
    total = section = 0
    digit: int | None = None
    last_unit = 1
    for at, char in enumerate(said):
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
            if char in "零〇":
                last_unit = 1  # after 零 the last digit counts ones: 三千零五
            elif at == len(said) - 1 and last_unit > 10:
                return total + section + digit * (last_unit // 10)  # 三千五 means 3500, 一百二 means 120
        elif char in _UNITS:
            section += (1 if digit is None else digit) * _UNITS[char]
            digit, last_unit = None, _UNITS[char]
        else:
            total = (total + section + (digit or 0)) * _BIG[char]
            section, digit, last_unit = 0, None, _BIG[char]
    return total + section + (digit or 0)


def _digit(char: str) -> int:
    return int(char) if char.isdigit() else _DIGITS[char]


def english_value(words: list[str]) -> Decimal:
    """The value of English number words."""
    total = current = 0
    for word in words:
        if word in _WORDS:
            current += _WORDS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "hundred":
            current = max(1, current) * 100
        elif word in _SCALES:
            total += max(1, current) * _SCALES[word]
            current = 0
    return Decimal(total + current)


def plain(value: Decimal) -> str:
    """The number without exponent or needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
