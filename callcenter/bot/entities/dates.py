"""Dates as people say them, counted from a given now: 明天, 上个月15号, 下周五下午三点, next Friday, 3 days ago.

A day of a month without its month, or of a year without its year, is the one nearest to now. Weeks begin on Monday;
周五 and *Friday* are of this week unless they say next or last; *next Friday* and 下周五 are the Friday of next week.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from callcenter.bot.entities.numbers import chinese_value
from callcenter.bot.entities.times import TIME, time_of

_N = r"[\d一二两三四五六七八九十廿]{1,3}"
_ZH_WEEKDAYS = dict(zip("一二三四五六日天1234567", (0, 1, 2, 3, 4, 5, 6, 6, 0, 1, 2, 3, 4, 5, 6), strict=True))
_EN_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EN_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
              "november", "december")  # fmt: skip
_MONTH = r"(?P<month>" + "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in _EN_MONTHS) + r")\.?"
_WEEKDAY = r"(?P<weekday>" + "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in _EN_WEEKDAYS) + r")"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)"
_SIDE = r"(?P<side>last|this|next|past|coming)"
_COUNT = r"(?P<count>\d{1,3}|a|an|one|two|three|four|five|six|seven|ten|few|couple of)"
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
           "few": 3, "couple of": 2}  # fmt: skip
_SIDES = {"上": -1, "last": -1, "past": -1, "下": 1, "next": 1, "coming": 1}


@dataclass(frozen=True)
class Found:
    """A date in a sentence, its ISO 8601 value, and where it was said."""

    value: str
    start: int
    end: int


def dates_in(text: str, now: datetime) -> list[Found]:
    """Every date of a sentence, longest readings first where several begin alike; a time beside a date joins it."""
    found: list[Found] = []
    at = 0
    while at < len(text):
        best = _longest(text, at, now)
        if best is None:
            at += 1
            continue
        if best.value:
            found.append(best)
        at = best.end
    return found


def _longest(text: str, at: int, now: datetime) -> Found | None:
    best: Found | None = None
    for pattern, read in _RULES:
        match = pattern.match(text, at)
        if match is None or (best and match.end() <= best.end):
            continue
        try:
            value = read(match, now.date())
        except (ValueError, OverflowError):  # the 31st of a short month: no date, nor is any part of it
            value = "" if match.groupdict().get("day") else None
        if value is not None:
            best = Found(value, match.start(), match.end())
    if best is None:
        return _time_alone(text, at, now)
    time = TIME.match(text, best.end)
    said = time_of(time) if time else None
    if time and said and len(best.value) == 10:
        return Found(f"{best.value}T{said}", best.start, time.end())
    return best


def _time_alone(text: str, at: int, now: datetime) -> Found | None:
    """A time without a day is the next such time."""
    match = TIME.match(text, at)
    said = time_of(match) if match else None
    if match is None or said is None or (at and text[at - 1].isalnum() and text[at - 1].isascii()):
        return None
    day = now.date() if said > now.strftime("%H:%M") else now.date() + timedelta(days=1)
    return Found(f"{day.isoformat()}T{said}", match.start(), match.end())


Read = Callable[[re.Match[str], date], str | None]


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    value = chinese_value(said.replace("廿", "二十"))
    if value is None:
        raise ValueError(said)
    return int(value)


def _side(match: re.Match[str]) -> int:
    side = (match["side"] or "").casefold()
    return _SIDES.get(side[:1] if side[:1] in "上下" else side, 0) * max(1, len(side) if side[:1] in "上下" else 1)


def _month_of(today: date, shift: int) -> tuple[int, int]:
    index = today.year * 12 + today.month - 1 + shift
    return index // 12, index % 12 + 1


def _iso_month(year: int, month: int, day: int | None = None) -> str:
    return f"{year:04d}-{month:02d}" if day is None else date(year, month, day).isoformat()


def _nearest(choices: list[tuple[int, int]], day: int, today: date) -> str:
    days = []
    for year, month in choices:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    if not days:
        raise ValueError(day)
    return min(days, key=lambda one: (abs(one - today), one < today)).isoformat()


def _day_alone(match: re.Match[str], today: date) -> str:
    return _nearest([_month_of(today, shift) for shift in (-1, 0, 1)], _number(match["day"]), today)


def _month_and_day(year: int | None, month: int, day: int | None, today: date) -> str:
    if not 1 <= month <= 12:
        raise ValueError(month)
    if year is not None:
        return _iso_month(year, month, day)
    if day is None:
        return _iso_month(min((today.year - 1, today.year, today.year + 1),
                              key=lambda y: abs((y - today.year) * 12 + month - today.month)), month)  # fmt: skip
    return _nearest([(today.year + shift, month) for shift in (-1, 0, 1)], day, today)


def _zh_full(match: re.Match[str], today: date) -> str:
    shifts = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
    said = match["year"]
    year = None if not said else today.year + shifts[said] if said in shifts else int(said.rstrip("年"))
    if year is not None and year < 100:
        year += 2000
    return _month_and_day(year, _number(match["month"]), _number(match["day"]) if match["day"] else None, today)


def _zh_shifted_month(match: re.Match[str], today: date) -> str | None:
    year, month = _month_of(today, _side(match))
    part = match["part"]
    if part == "底" or part == "末":
        next_year, next_month = _month_of(date(year, month, 1), 1)
        return (date(next_year, next_month, 1) - timedelta(days=1)).isoformat()
    if part == "初":
        return _iso_month(year, month, 1)
    return _iso_month(year, month, _number(match["day"]) if match["day"] else None)


def _week(today: date, shift: int, weekday: int | None) -> str:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
    if weekday is None:
        year, week, _ = monday.isocalendar()
        return f"{year}-W{week:02d}"
    return (monday + timedelta(days=weekday)).isoformat()


def _zh_week(match: re.Match[str], today: date) -> str:
    said = match["weekday"]
    return _week(today, _side(match), None if not said else 5 if said in ("末", "底") else _ZH_WEEKDAYS[said])


def _shifted(count: int, unit: str, today: date) -> str:
    if unit in ("天", "日", "day"):
        return (today + timedelta(days=count)).isoformat()
    if unit in ("周", "星期", "礼拜", "week"):
        return (today + timedelta(weeks=count)).isoformat()
    if unit in ("月", "month"):
        return _iso_month(*_month_of(today, count))
    return f"{today.year + count:04d}"


def _zh_distance(match: re.Match[str], today: date) -> str:
    forward = match["way"] in ("后", "以后", "之后")
    return _shifted(_number(match["count"]) * (1 if forward else -1), match["unit"].removeprefix("个"), today)


def _en_distance(match: re.Match[str], today: date) -> str:
    count = match["count"].casefold()
    number = _COUNTS[count] if count in _COUNTS else int(count)
    return _shifted(number * (-1 if match["ago"] else 1), match["unit"].casefold(), today)


def _en_month(match: re.Match[str]) -> int:
    return [name[:3] for name in _EN_MONTHS].index(match["month"][:3].casefold()) + 1


def _en_month_day(match: re.Match[str], today: date) -> str:
    year = match["year"]
    return _month_and_day(int(year) if year else None, _en_month(match), int(match["day"]), today)


def _en_side(match: re.Match[str], today: date) -> str:
    shift, unit = _side(match), match["unit"].casefold()
    if unit == "week":
        return _week(today, shift, None)
    return _iso_month(*_month_of(today, shift)) if unit == "month" else f"{today.year + shift:04d}"


def _en_weekday(match: re.Match[str], today: date) -> str:
    weekday = [name[:3] for name in _EN_WEEKDAYS].index(match["weekday"][:3].casefold())
    return _week(today, _side(match), weekday)


def _en_day_of_month(match: re.Match[str], today: date) -> str:
    return _iso_month(*_month_of(today, _side(match)), int(match["day"]))


def _weekend(match: re.Match[str], today: date) -> str:
    return _week(today, _side(match), 5)


def _plain_days(shift: int) -> Read:
    return lambda match, today: (today + timedelta(days=shift)).isoformat()


def _year(match: re.Match[str], today: date) -> str:
    return str(today.year + {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}[match.group()])


_RULES: list[tuple[re.Pattern[str], Read]] = [
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in [
        (r"大前天", _plain_days(-3)), (r"前天", _plain_days(-2)), (r"昨[天日晚]|昨儿个?", _plain_days(-1)),
        (r"今[天日早晚]|今儿个?|当天", _plain_days(0)), (r"明[天日早晚]|明儿个?", _plain_days(1)),
        (r"后天", _plain_days(2)), (r"大后天", _plain_days(3)),
        (r"(?:前年|去年|今年|明年|后年)(?!\s*\d|[一二三四五六七八九十]+月)", _year),
        (rf"(?P<year>(?:20)?\d\d年|前年|去年|今年|本年|明年|后年)?(?P<month>{_N})月份?(?:(?P<day>{_N})[日号])?",
         _zh_full),
        (rf"(?P<side>上+|本|这|当|下+)个?月(?:(?P<day>{_N})[日号]|(?P<part>[初底末]))?", _zh_shifted_month),
        (r"(?P<side>)(?P<day>)月(?P<part>[初底末])", _zh_shifted_month),
        (rf"(?P<day>{_N})[日号](?![线码楼院店])", _day_alone),
        (r"(?P<side>上+|本|这|下+)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末1-7])", _zh_week),
        (r"(?P<side>上+|本|这|下+)个?(?:周|星期|礼拜)(?P<weekday>)", _zh_week),
        (rf"(?P<count>{_N})(?P<unit>天|日|个?星期|个?礼拜|周|个月|年)(?P<way>以前|之前|前|以后|之后|后)", _zh_distance),
        (r"the day before yesterday\b", _plain_days(-2)), (r"yesterday\b", _plain_days(-1)),
        (r"(?:today|tonight|this (?:morning|afternoon|evening))\b", _plain_days(0)), (r"tomorrow\b", _plain_days(1)),
        (r"the day after tomorrow\b", _plain_days(2)),
        (rf"{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>20\d\d))?", _en_month_day),
        (rf"(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+(?P<year>20\d\d))?",
         _en_month_day),
        (rf"(?:the\s+)?{_DAY}\s+(?:of\s+)?{_SIDE}\s+month\b", _en_day_of_month),
        (rf"(?:the\s+)?{_DAY}\b(?!\s+(?:time|card|floor|party))", _day_alone),
        (rf"{_SIDE}\s+(?P<unit>week|month|year)\b(?!\s*end)", _en_side),
        (rf"(?:{_SIDE}\s+|(?P<on>on\s+))?{_WEEKDAY}\b", _en_weekday),
        (rf"(?:{_SIDE}\s+|the\s+)weekend\b", _weekend),
        (rf"{_COUNT}\s+(?P<unit>day|week|month|year)s?\s+(?P<ago>ago|back|earlier)\b", _en_distance),
        (rf"in\s+{_COUNT}\s+(?P<unit>day|week|month|year)s?(?P<ago>)\b", _en_distance),
        (r"(?<!\d)(?P<y>20\d\d)[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?!\d)",
         lambda match, today: _iso_month(int(match["y"]), int(match["m"]), int(match["d"]))),
    ]
]  # fmt: skip
