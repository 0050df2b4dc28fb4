"""Personal data in text: what is found, what is not, and that no valid number is left readable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.quality.personal import find_personal, mask_personal

CARD = "6222020200112230"
ID = "11010519491231002X"

FOUND = [
    ("卡号是6222 0202 0011 2230对吧", "card", "6222 0202 0011 2230"),
    ("卡号六二二二零二零二零零幺幺二二三零", "card", "六二二二零二零二零零幺幺二二三零"),
    ("six two two two oh two oh two oh oh one one two two three oh", "card", None),
    ("card 4111-1111-1111-1111.", "card", "4111-1111-1111-1111"),
    ("身份证110105194912310 02x", "id_number", "110105194912310 02x"),
    ("身份证幺幺零幺零五幺九四九幺二三幺零零二x", "id_number", None),
    ("我电话138 0013 8000", "phone", "138 0013 8000"),
    ("电话幺三八零零幺三八零零零", "phone", None),
    ("+86 13800138000", "phone", None),
    ("座机010-88886666", "phone", "010-88886666"),
    ("安全码是123", "cvv", "123"),
    ("the security code is four five six", "cvv", "four five six"),
    ("我住北京市海淀区中关村大街27号楼1203室", "address", None),
    ("I live at 22 Baker Street", "address", "22 baker street"),
]


@pytest.mark.parametrize(("text", "kind", "said"), FOUND, ids=[f"{n}-{kind}" for n, (_, kind, _) in enumerate(FOUND)])
def test_it_is_found_and_masked(text: str, kind: str, said: str | None) -> None:
    found = [item for item in find_personal(text) if item.kind == kind]
    assert found
    if said is not None:
        assert said in [text[item.start : item.end].lower() for item in found]
    masked = mask_personal(text)
    assert len(masked) == len(text)
    for item in found:
        assert not any(char.isalnum() for char in masked[item.start : item.end])


@pytest.mark.parametrize(
    "text",
    [
        "余额三千二百元",
        "订单号 202603020015",
        "12378",
        "2026年3月2日 10:15",
        "工号八零零一",
        "三个工作日",
        "1111111111111111",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask_personal(text) == text


def luhn(digits: str) -> bool:
    total = 0
    for place, value in enumerate(map(int, reversed(digits))):
        total += sum(divmod(value * 2, 10)) if place % 2 else value
    return total % 10 == 0


def valid_id(text: str) -> bool:
    if not ("01" <= text[10:12] <= "12" and "01" <= text[12:14] <= "31"):
        return False
    remainder = sum(int(char) * pow(2, 17 - place, 11) for place, char in enumerate(text[:17])) % 11
    return "10X98765432"[remainder] == text[17].upper()


def readable(text: str) -> list[str]:
    """Valid numbers a reader still sees: written by another hand than the code under test."""
    plain = re.sub(r"(?<=[0-9X])[ \-]{1,3}(?=[0-9X])", "", text.upper())
    found = []
    for run in re.findall(r"[0-9]+X?", plain):
        for first in range(len(run)):
            for size in range(13, 20):
                part = run[first : first + size]
                if len(part) == size and part.isdigit() and len(set(part)) > 1 and luhn(part):
                    found.append(part)
            part = run[first : first + 18]
            if re.fullmatch(r"[0-9]{17}[0-9X]", part) and valid_id(part):
                found.append(part)
    return found


@st.composite
def cards(draw: st.DrawFn) -> str:
    digits = draw(st.text("0123456789", min_size=12, max_size=18))
    return digits + next(check for check in "0123456789" if luhn(digits + check))


@st.composite
def ids(draw: st.DrawFn) -> str:
    area, order = draw(st.integers(110000, 659999)), draw(st.integers(0, 999))
    day = f"{draw(st.integers(1930, 2020))}{draw(st.integers(1, 12)):02}{draw(st.integers(1, 28)):02}"
    head = f"{area}{day}{order:03}"
    return next(head + check for check in "0123456789X" if valid_id(head + check))


@st.composite
def spaced(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    number = draw(numbers)
    gaps = draw(st.lists(st.sampled_from(["", "", "", " ", "-", "  "]), min_size=len(number), max_size=len(number)))
    return "".join(char + gap for char, gap in zip(number, gaps, strict=True)).strip(" -")


TEXTS = st.lists(
    st.one_of(spaced(cards()), spaced(ids()), st.text(max_size=8), st.text("0123456789 x-", max_size=12)), max_size=6
).map("".join)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_valid_card_or_identity_number_is_left_readable(text: str) -> None:
    masked = mask_personal(text)
    assert readable(masked) == []
    assert len(masked) == len(text)
    assert mask_personal(masked) == masked


@given(spaced(cards()), spaced(ids()))
@settings(max_examples=100, deadline=None)
def test_the_reader_of_this_test_sees_what_is_not_masked(card: str, number: str) -> None:
    if len(set(re.sub(r"\D", "", card))) > 1:
        assert readable(f"卡{card}。") != []
    assert readable(f"证{number}。") != []
