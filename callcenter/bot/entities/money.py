"""Amounts of money, periods, card tails and telephone numbers in a sentence."""

from __future__ import annotations

import re
from decimal import Decimal

from callcenter.bot.entities.found import Entity
from callcenter.bot.entities.numbers import Number, numbers_in, plain

_BEFORE = re.compile(r"(?:[¥￥$£€]|RMB|CNY|USD|人民币)\s*$", re.IGNORECASE)
_AFTER = re.compile(
    r"\s*(?P<unit>块钱|块|元|圆|人民币|美元|美金|欧元|港币|yuan|rmb|cny|usd|dollars?|bucks|euros?|pounds?|[角毛分](?!期|钟|行))"
    r"(?P<tail>[\d一二两三四五六七八九](?![\d十百千万年月天点]))?",
    re.IGNORECASE,
)
_CENTS = {"角": Decimal("0.1"), "毛": Decimal("0.1"), "分": Decimal("0.01")}
_NOT_MONEY = re.compile(
    r"\s*(?:个?月|年|天|日|号|点|期|次|张|岁|%|％|折|分钟|小时|位|楼|笔|遍|人|家|星期|周|months?|years?|days?|weeks?|hours?|times?|"
    r"minutes?|instal|am\b|pm\b|th\b|st\b|nd\b|rd\b)",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\s*(?P<unit>个?月|年|天|期|个?星期|周|months?|years?|days?|weeks?|instal?lments?)", re.IGNORECASE
)
_NOT_PERIOD = re.compile(r"\s*(?:[以之]?[前后]|ago|earlier|back|份|底|初|\d{1,2}[日号])", re.IGNORECASE)
_DURATIONS = {"月": "M", "期": "M", "年": "Y", "天": "D", "星期": "W", "周": "W"} | {
    "month": "M", "instal": "M", "year": "Y", "day": "D", "week": "W"}  # fmt: skip
_TAIL_CUE = re.compile(
    r"(?:尾号|后四位|末四位|后4位|末4位|尾数|卡号"
    r"|ending(?: in| with)?|ends? (?:in|with)|last (?:four|4)(?: digits)?|tail)"
    r"\s*(?:是|为|号|的|are|is|:|：)*\s*$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?<![\d.,])\d{4}(?![\d.,]*\d)")
_TAIL_AFTER = re.compile(r"\s*(?:的?那?张?(?:卡|储蓄卡|信用卡|借记卡)|card)", re.IGNORECASE)
_SPOKEN = dict(zip("零〇洞一幺二三四五六七拐八九", "00011234567789", strict=True))
_PHONE = re.compile(r"(?<![\d])(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)|(?<!\d)0\d{2,3}-?[2-8]\d{6,7}(?!\d)")
_SPOKEN_PHONE = re.compile(rf"[{''.join(_SPOKEN)}\d](?:[\s，,]?[{''.join(_SPOKEN)}\d]){{10}}")
_MOVED = re.compile(r"\s*(?:transfer|payment|charge|withdrawal|deposit|的?(?:转账|汇款|扣款|消费|取现))", re.IGNORECASE)
"""What is a sum of money itself, so that a number before it is one: *the 500000 transfer*."""
_ALONE = re.compile(
    r"\W*(?:(?:就|是|要|想|转|取|存|it's|its|is|about|大概|大约|左右|一共|总共|altogether|in total|吧|的|了)\W*)*",
    re.IGNORECASE,
)


def phones_in(text: str) -> list[Entity]:
    """Mobile and landline numbers of China, typed or said digit by digit (幺三八…)."""
    found = []
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        found.append(_entity("phone", digits.removeprefix("86") if len(digits) == 13 else digits, match))
    for match in _SPOKEN_PHONE.finditer(text):
        digits = "".join(_SPOKEN.get(char, char) for char in match.group() if char in _SPOKEN or char.isdigit())
        if re.fullmatch(r"1[3-9]\d{9}", digits) and not any(
            one.start < match.end() and match.start() < one.end for one in found
        ):
            found.append(_entity("phone", digits, match))
    return found


def card_tails_in(text: str) -> list[Entity]:
    """Four digits that are said to be a card's, or stand alone so that they may be."""
    found = []
    for match in _TAIL.finditer(text):
        cued = _TAIL_CUE.search(text, 0, match.start()) or _TAIL_AFTER.match(text, match.end())
        money = _AFTER.match(text, match.end()) or _BEFORE.search(text, 0, match.start())
        if cued or not (money or _NOT_MONEY.match(text, match.end()) or _is_year(match.group())):
            found.append(_entity("card_tail", match.group(), match))
    for match in re.finditer(rf"(?<![{''.join(_SPOKEN)}])[{''.join(_SPOKEN)}]{{4}}(?![{''.join(_SPOKEN)}])", text):
        if _TAIL_CUE.search(text, 0, match.start()):
            found.append(_entity("card_tail", "".join(_SPOKEN[char] for char in match.group()), match))
    return found


def _is_year(digits: str) -> bool:
    return digits.startswith("20") and digits[2] in "012"


def amounts_in(text: str) -> list[Entity]:
    """Sums of money: with a currency, with a unit of their own (三千五, 1万2, 5k), or a number that is all there is."""
    found = []
    for number in numbers_in(text):
        after = _AFTER.match(text, number.end)
        before = _BEFORE.search(text, 0, number.start)
        if _TAIL_CUE.search(text, 0, number.start):
            continue
        if after or before:
            found.append(_with_currency(text, number, after, before))
            continue
        alone = _alone(text, number)
        said = number.spelt or alone or _MOVED.match(text, number.end)
        if not said or _NOT_MONEY.match(text, number.end) or not (number.spelt or len(number.text) < 11):
            continue
        if number.value >= 100 or (alone and number.value >= 1):
            found.append(Entity("amount", plain(number.value), number.text, number.start, number.end, "built_in"))
    return found


def _with_currency(text: str, number: Number, after: re.Match[str] | None, before: re.Match[str] | None) -> Entity:
    value, end = number.value, number.end
    if after is not None:
        end = after.end("unit")
        value *= _CENTS.get(after["unit"], Decimal(1))
        if after["tail"] and after["unit"] in ("块", "元", "圆"):  # 三块五 means three and a half
            tail = after["tail"]
            value += Decimal(_SPOKEN.get(tail, "2" if tail == "两" else tail)) / 10
            end = after.end("tail")
    start = before.start() if before else number.start
    return Entity("amount", plain(value), text[start:end], start, end, "built_in")


def _alone(text: str, number: Number) -> bool:
    """Whether the sentence says hardly anything but this number, as in answer to *how much?*."""
    return bool(_ALONE.fullmatch(text[: number.start]) and _ALONE.fullmatch(text[number.end :]))


def periods_in(text: str) -> list[Entity]:
    """Lengths of time, as of deposits and instalments: 12期, 半年, three years."""
    found = []
    for number in numbers_in(text):
        unit = _PERIOD.match(text, number.end)
        if unit is None or _NOT_PERIOD.match(text, unit.end()) or number.value != int(number.value):
            continue
        name = unit["unit"].removeprefix("个").casefold()
        if (name == "年" and number.value > 100) or (
            name == "月" and not unit["unit"].startswith("个") and number.value <= 12
        ):
            continue  # a year or a month of the calendar
        letter = next(letter for prefix, letter in _DURATIONS.items() if name.startswith(prefix))
        found.append(
            Entity(
                "period",
                f"P{int(number.value)}{letter}",
                text[number.start : unit.end()],
                number.start,
                unit.end(),
                "built_in",
            )
        )
    for match in re.finditer(r"半年|half a year|半个月|一年半", text, re.IGNORECASE):
        value = {"半个月": "P15D", "一年半": "P18M"}.get(match.group(), "P6M")
        found = [one for one in found if one.end <= match.start() or one.start >= match.end()]
        found.append(_entity("period", value, match))
    return found


def _entity(name: str, value: str, match: re.Match[str]) -> Entity:
    return Entity(name, value, match.group(), match.start(), match.end(), "built_in")
