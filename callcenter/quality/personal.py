"""Personal data in what was said and typed: found, and masked character for character so that places stay.

Card numbers by Luhn (ISO/IEC 7812), Chinese identity numbers by their check character (GB 11643), mobile numbers, card
verification values where they are named, and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from callcenter.quality.transcript import fold

MASK = "*"
_SAID = ("零〇0洞", "一1壹幺", "二2贰两", "三3叁", "四4肆", "五5伍", "六6陆", "七7柒拐", "八8捌", "九9玖勾")
_VALUES = {char: value for value, chars in enumerate(_SAID) for char in chars}
_DIGITS = "".join(_VALUES)
_SPOKEN = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_GAP = r"[\s,，、.。·\-－—_/]{0,3}"
_DIGIT = f"[{_DIGITS}]"
_ENGLISH = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_RUN = re.compile(rf"(?:{_DIGIT}|\b{_ENGLISH}\b)(?:{_GAP}(?:{_DIGIT}|\b{_ENGLISH}\b|x\b))*")
_ATOM = re.compile(rf"{_DIGIT}|\b{_ENGLISH}\b|x\b")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10x98765432"
_CVV = re.compile(
    rf"(?:cvv2?|cvc2?|安全码|后三位|背面[^0-9]{{0,6}}三位|security code|three digits on the back)\D{{0,12}}?"
    rf"(?P<value>(?:{_DIGIT}|\b{_ENGLISH}\b)(?:{_GAP}(?:{_DIGIT}|\b{_ENGLISH}\b)){{2,3}})"
)
_ADDRESS = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,7}?市)?(?:[\u4e00-\u9fff]{1,7}?[区县])?"
    r"[\u4e00-\u9fff]{1,10}?(?:路|街|道|巷|弄|胡同|大道|小区|花园|村)"
    rf"[\u4e00-\u9fff]{{0,8}}?[{_DIGITS}十百]{{1,6}}(?:号楼|号院|号|弄|栋|幢|座|单元|室|楼|层)"
    rf"(?:[{_DIGITS}十百a-z]{{1,6}}(?:号楼|号|栋|幢|座|单元|室|楼|层))*"
)
_ADDRESS_EN = re.compile(
    r"\b\d{1,5}[a-z]?\s+(?:[a-z]+\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|crescent|way|place|square)\b"
)


class Personal(Struct, frozen=True):
    """``text[start:end]`` is of the ``kind``: card, id_number, phone, cvv, address."""

    kind: str
    start: int
    end: int


def find_personal(text: str) -> list[Personal]:
    """What is found, in order; where two overlap, both are told."""
    folded = fold(text)
    found = [*_numbers(folded)]
    found += [Personal("cvv", *match.span("value")) for match in _CVV.finditer(folded)]
    found += [Personal("address", *match.span()) for match in _ADDRESS.finditer(folded)]
    found += [Personal("address", *match.span()) for match in _ADDRESS_EN.finditer(folded)]
    return sorted(set(found), key=lambda item: (item.start, item.end, item.kind))


def mask_personal(text: str) -> str:
    """``text`` with each letter and digit of personal data as ``*``, as long as before.

    Masking again changes nothing, and what is left holds no valid card or identity number.
    """
    while found := find_personal(text):
        characters = list(text)
        for item in found:
            for at in range(item.start, item.end):
                if characters[at].isalnum():
                    characters[at] = MASK
        text = "".join(characters)
    return text


def _numbers(folded: str) -> Iterator[Personal]:
    for run in _RUN.finditer(folded):
        atoms = [(match[0], match.start() + run.start(), match.end() + run.start()) for match in _ATOM.finditer(run[0])]
        digits = "".join(_digit(atom) for atom, _, _ in atoms)
        for kind, first, last in _in_digits(digits):
            yield Personal(kind, atoms[first][1], atoms[last - 1][2])


def _digit(atom: str) -> str:
    return atom if atom == "x" else _SPOKEN.get(atom) or str(_VALUES[atom])


def _in_digits(digits: str) -> Iterator[tuple[str, int, int]]:
    """Every stretch of the digits that is a card, an identity number or a telephone number."""
    count = len(digits)
    for first in range(count):
        if first + 18 <= count and is_id_number(digits[first : first + 18]):
            yield "id_number", first, first + 18
        for size in range(13, 20):
            if first + size <= count and is_card(digits[first : first + size]):
                yield "card", first, first + size
    if "x" not in digits:
        start = 2 if count == 13 and digits.startswith("86") else 0
        if count - start == 11 and re.match(r"1[3-9]", digits[start:]):
            yield "phone", start, count
        elif 10 <= count <= 12 and digits.startswith("0"):
            yield "phone", 0, count


def is_card(digits: str) -> bool:
    """13 to 19 digits that pass Luhn's check, not all the same."""
    if not digits.isdigit() or not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_id_number(digits: str) -> bool:
    """17 digits and the check character of a resident's identity number, with a month and day that can be."""
    if len(digits) != 18 or not digits[:17].isdigit():
        return False
    if not ("01" <= digits[10:12] <= "12" and "01" <= digits[12:14] <= "31"):
        return False
    return (
        _ID_CHECKS[sum(int(char) * weight for char, weight in zip(digits, _ID_WEIGHTS, strict=False)) % 11]
        == digits[17]
    )
