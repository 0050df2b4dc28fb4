"""Numbers as people write them become E.164, or the reason why they are none."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.lists.phones import Phone, _valid, phones_of
from dialer.lists.reasons import Code

MOBILE, LANDLINE = "+8613800001234", "+862287654321"


@pytest.mark.parametrize(
    "written",
    [
        *(
            "13800001234",
            "138 0000 1234",
            "138-0000-1234",
            "１３８ ００００ １２３４",
            "+86 138 0000 1234",
            "＋8613800001234",
        ),
        *("8613800001234", "008613800001234", "(+86)13800001234", "013800001234", "13800001234.0", "'13800001234"),
        *("\u200e13800001234\u202c", "13800001234\u00a0", "138\u20130000\u20131234", "“13800001234”"),
    ],
)
def test_a_mobile_number_however_it_is_written(written: str) -> None:
    assert phones_of(written) == [Phone(MOBILE, "mobile", "CN", ("Asia/Shanghai",))]


@pytest.mark.parametrize(
    ("written", "extension"),
    [
        *(("022-87654321", ""), ("(022)87654321", ""), ("022 8765 4321", ""), ("+86-22-87654321", "")),
        *(("022-87654321-801", "801"), ("022-87654321转801", "801"), ("02287654321 分机 801", "801")),
        *(("02287654321转分机801", "801"), ("022-87654321 ext. 801", "801"), ("022-87654321x801", "801")),
        *(("０２２－８７６５４３２１－８０１", "801"), ("022-87654321#801", "801"), ("022一87654321", "")),
    ],
)
def test_a_landline_and_its_extension(written: str, extension: str) -> None:
    assert phones_of(written) == [Phone(LANDLINE, "landline", "CN", ("Asia/Shanghai",), extension)]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("1.38E+10", Code.ROUNDED), ("87654321", Code.NO_AREA_CODE), ("1380000123", Code.TOO_SHORT)),
        *(("138000012345", Code.TOO_LONG), ("12345678901", Code.UNASSIGNED), ("王小明", Code.NOT_A_NUMBER)),
        *(("13800001234转经理", Code.BAD_EXTENSION), ("95588", Code.SERVICE_NUMBER), ("110", Code.SERVICE_NUMBER)),
        *(("4001234567", Code.SERVICE_NUMBER), ("8001234567", Code.SERVICE_NUMBER), ("+86", Code.NOT_A_NUMBER)),
        *(("0" * 99, Code.TOO_LONG), ("-", Code.NOT_A_NUMBER), ("+999 123456", Code.NOT_A_NUMBER)),
        *(("=1+1", Code.NOT_A_NUMBER), ("13800001234 妈妈", Code.NOT_A_NUMBER), ("9" * 5_000, Code.TOO_LONG)),
    ],
)
def test_what_is_no_number_says_why(written: str, code: Code) -> None:
    assert phones_of(written) == [code]


def test_numbers_of_other_countries() -> None:
    assert phones_of("+1 202 555 0123") == [Phone("+12025550123", "mobile_or_landline", "US", ("America/New_York",))]
    assert phones_of("(415) 555-2671", "US")[0] == Phone(
        "+14155552671", "mobile_or_landline", "US", ("America/Los_Angeles",)
    )
    assert phones_of("00852 9123 4567")[0] == Phone("+85291234567", "mobile", "HK", ("Asia/Hong_Kong",))
    assert phones_of("13800001234", "US") != phones_of("13800001234")


def test_several_in_one_cell_and_none() -> None:
    found = phones_of("13800001234/022-87654321-8、没有")
    assert [one if isinstance(one, Code) else (one.number, one.extension) for one in found] == [
        (MOBILE, ""),
        (LANDLINE, "8"),
        Code.NOT_A_NUMBER,
    ]
    assert phones_of("") == phones_of(" \u3000") == []


def test_a_local_number_gets_the_area_code_of_its_list() -> None:
    assert phones_of("87654321", area_code="022") == [Phone(LANDLINE, "landline", "CN", ("Asia/Shanghai",))]
    assert phones_of("13800001234", area_code="022")[0] == Phone(MOBILE, "mobile", "CN", ("Asia/Shanghai",))


@given(st.integers(10**10 + 3 * 10**9, 2 * 10**10 - 1))
@settings(max_examples=400, deadline=None)
def test_the_short_way_of_home_mobiles_finds_what_the_long_way_finds(number: int) -> None:
    parsed = phonenumbers.parse(str(number), "CN")
    long_way = _valid(parsed) if phonenumbers.is_valid_number(parsed) else Code.UNASSIGNED
    assert phones_of(str(number)) == [long_way]


@given(st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_no_cell_breaks_it(text: str) -> None:
    for one in phones_of(text):
        assert isinstance(one, Code) or (one.number.startswith("+") and one.number[1:].isascii())
