"""Amounts, dates, card tails, telephone numbers, periods and listed words in sentences."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.bot.entities import Extractor
from callcenter.bot.entities.extractor import BUILT_IN, Listed
from callcenter.bot.entities.numbers import chinese_value, plain

NOW = datetime(2026, 11, 28, 15, 0)  # a Saturday


def found(text: str, *kinds: str, now: datetime = NOW) -> list[tuple[str, str]]:
    extractor = Extractor([], {}, list(kinds or BUILT_IN))
    return [(one.entity, one.value) for one in extractor.extract(text, now)]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("三千五", "3500"), ("三千零五", "3005"), ("两万三千", "23000"), ("一百二", "120"), ("十五", "15"),
        ("二十万", "200000"), ("一百二十万", "1200000"), ("一亿二", "120000000"), ("三点五万", "35000"),
        ("一千零五十", "1050"), ("两百五", "250"), ("三万零二十", "30020"), ("拾", "10"),
    ],
)  # fmt: skip
def test_chinese_numerals(said: str, value: str) -> None:
    number = chinese_value(said)
    assert number is not None
    assert plain(number) == value


@pytest.mark.parametrize("said", ["万", "万一", "千万", "百"])
def test_words_that_only_look_like_numbers(said: str) -> None:
    assert chinese_value(said) is None


_UNITS = ["", "十", "百", "千"]


def written(number: int) -> str:
    """1 to 9999 in full Chinese numerals."""
    digits, text, zero = str(number), "", False
    for at, digit in enumerate(digits):
        if digit == "0":
            zero = True
            continue
        text += ("零" if zero else "") + "零一二三四五六七八九"[int(digit)] + _UNITS[len(digits) - at - 1]
        zero = False
    return text


@given(st.integers(1, 9999), st.integers(0, 9999))
def test_numbers_written_in_full_are_read_back(high: int, low: int) -> None:
    text = written(high) + "万"
    if low:
        text += ("零" if low < 1000 else "") + written(low)
    assert chinese_value(text) == Decimal(high * 10_000 + low)
    assert chinese_value(written(high)) == Decimal(high)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("帮我转三千五给我妈", "3500"), ("1万2", "12000"), ("存1万2千", "12000"), ("扣了我三块五", "3.5"),
        ("3.5万能贷吗", "35000"), ("I paid $12.50", "12.5"), ("20,000 yuan", "20000"), ("5k please", "5000"),
        ("two thousand five hundred dollars", "2500"), ("五毛", "0.5"), ("¥200", "200"), ("就5000", "5000"),
    ],
)  # fmt: skip
def test_amounts(text: str, amount: str) -> None:
    assert found(text, "amount") == [("amount", amount)]


@pytest.mark.parametrize(
    "text", ["25%", "等了30分钟", "三楼", "万一没到呢", "千万别转", "第二天", "尾号1234", "打了12次"]
)
def test_numbers_that_are_no_amounts(text: str) -> None:
    assert found(text, "amount") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("今天", "2026-11-28"), ("明天", "2026-11-29"), ("大后天", "2026-12-01"), ("前天", "2026-11-26"),
        ("上个月15号", "2026-10-15"), ("上上个月3号", "2026-09-03"), ("下个月", "2026-12"), ("月底", "2026-11-30"),
        ("下周五", "2026-12-04"), ("周五", "2026-11-27"), ("上星期天", "2026-11-22"), ("上周", "2026-W47"),
        ("15号", "2026-11-15"), ("12月3号", "2026-12-03"), ("十二月三号", "2026-12-03"), ("1月2号", "2027-01-02"),
        ("去年12月", "2025-12"), ("2025年3月8日", "2025-03-08"), ("3天前", "2026-11-25"), ("两个月前", "2026-09"),
        ("下周五下午三点", "2026-12-04T15:00"), ("明早九点半", "2026-11-29T09:30"), ("14:30", "2026-11-29T14:30"),
        ("15:30", "2026-11-28T15:30"), ("next Friday at 3pm", "2026-12-04T15:00"), ("last Monday", "2026-11-16"),
        ("tomorrow", "2026-11-29"), ("the day before yesterday", "2026-11-26"), ("3 days ago", "2026-11-25"),
        ("the 15th of last month", "2026-10-15"), ("March 3rd, 2025", "2025-03-03"), ("3 March 2025", "2025-03-03"),
        ("in two weeks", "2026-12-12"), ("last week", "2026-W47"), ("2026-11-05", "2026-11-05"), ("去年", "2025"),
    ],
)  # fmt: skip
def test_dates(text: str, value: str) -> None:
    assert found(f"麻烦 {text} 可以吗", "date") == [("date", value)]


@pytest.mark.parametrize("text", ["2月30号", "一号线", "三个月", "the 3rd time", "我在8号楼", "2026-13-01"])
def test_what_is_no_date(text: str) -> None:
    assert found(text, "date") == []


@given(
    st.datetimes(datetime(2000, 1, 31), datetime(2090, 12, 31)),
    st.sampled_from(["上个月31号", "明年2月29号", "三十一号"]),
)
def test_days_that_a_month_lacks_never_fail(now: datetime, text: str) -> None:
    for _, value in found(text, "date", now=now):
        datetime.fromisoformat(value)


@pytest.mark.parametrize(
    ("text", "tail"),
    [("尾号6688的卡", "6688"), ("card ending in 4432", "4432"), ("尾号是三四五六", "3456"), ("1234那张卡", "1234")],
)
def test_card_tails(text: str, tail: str) -> None:
    assert found(text) == [("card_tail", tail)]


def test_four_digits_alone_may_be_a_tail_or_an_amount() -> None:
    assert found("5000") == [("amount", "5000"), ("card_tail", "5000")]


@pytest.mark.parametrize("text", ["5000元", "2026年", "13812345678", "订单号 123456789"])
def test_digits_that_are_no_card_tail(text: str) -> None:
    assert found(text, "card_tail") == []


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("打13812345678", "13812345678"), ("138 1234 5678", "13812345678"), ("+86 13812345678", "13812345678"),
        ("幺三八一二三四五六七八", "13812345678"), ("010-62345678", "01062345678"),
    ],
)  # fmt: skip
def test_phones(text: str, phone: str) -> None:
    assert found(text, "phone", "amount", "card_tail") == [("phone", phone)]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("分12期", "P12M"),
        ("存三年", "P3Y"),
        ("半年的", "P6M"),
        ("six months", "P6M"),
        ("两个月", "P2M"),
        ("一年半", "P18M"),
    ],
)
def test_periods(text: str, period: str) -> None:
    assert found(text, "period") == [("period", period)]


def test_lists_synonyms_and_learnt_values() -> None:
    extractor = Extractor(
        [Listed("payee", "My Dad", False), Listed("product", "稳健90", False, learnt=True, value="steady_90")],
        {"my dad": "father"},
        [],
    )
    got = extractor.extract("my dad bought 稳健90, not my daddy", NOW)
    assert [(one.entity, one.value, one.extractor) for one in got] == [
        ("payee", "father", "lookup"),
        ("product", "steady_90", "learnt"),
    ]


@given(st.text(max_size=120))
def test_any_text_is_read_and_places_fit(text: str) -> None:
    extractor = Extractor([], {}, list(BUILT_IN))
    for one in extractor.extract(text, NOW):
        assert text[one.start : one.end] == one.text
        assert one.value
