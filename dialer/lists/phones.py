"""Telephone numbers as people write them, made E.164, or the reason why they are none."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from msgspec import Struct
from phonenumbers import PhoneNumberType, ValidationResult, timezone

from dialer.lists.reasons import Code

HOME_REGION = "CN"
MAX_WRITTEN = 60
"""Characters of a cell that may be a number."""
MAX_EXTENSION = 8
_BETWEEN = re.compile(r"[/、;；,，|\n]+")
_EXTENSION = re.compile(r"(?:转接|转?分机号?|转|extension|ext\.?|x|#|,)[:.\s]*(?P<ext>\S+)$", re.IGNORECASE)
_DASHED = re.compile(r"^(?P<line>\(?0\d{2,3}\)?[-\s]?\d{7,8})[-*](?P<ext>\d{1,8})$")
_ROUNDED = re.compile(r"^\d(?:\.\d+)?e\+?\d+$", re.IGNORECASE)
_WHOLE = re.compile(r"^\d+\.0+$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_MOBILE_DIGITS = 11
_MISCOUNTED = re.compile(r"^(?:00)?(?:86)?0?(1[3-9]\d{7,11})$")
_PLAIN = re.compile(r"^[(\s]*\+?[\d\s().-]+$")
# What no telephone number needs: spaces of all kinds, and marks that copying leaves behind.
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff'\u2018\u2019\u201c\u201d\"]")
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\u4e00]")

_TYPES = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile_or_landline",
    PhoneNumberType.VOIP: "voip",
}
_NOBODYS = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_FAULTS = {
    ValidationResult.TOO_SHORT: Code.TOO_SHORT,
    ValidationResult.TOO_LONG: Code.TOO_LONG,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Code.NO_AREA_CODE,
}


class Phone(Struct, frozen=True):
    """A number in E.164, its kind (``mobile``, ``landline``, ``mobile_or_landline``, ``voip``, ``other``), the country
    (ISO 3166) and the IANA time zones where the person may be; no zone where that is not known."""

    number: str
    kind: str
    region: str
    zones: tuple[str, ...]
    extension: str = ""


def phones_of(text: str, region: str = HOME_REGION, area_code: str = "") -> list[Phone | Code]:
    """The numbers of a cell, several where they are divided by / 、 ; or a comma. An empty cell has none.

    ``region`` is where a number without a country is at home, ``area_code`` (such as 022) is put before local ones.
    """
    if _MOBILE.match(text) and region == HOME_REGION:
        return [_home_mobile(text)]
    plain = _DASHES.sub("-", _MARKS.sub("", unicodedata.normalize("NFKC", text))).strip()
    if not plain:
        return []
    if len(plain) > MAX_WRITTEN * 3:
        return [Code.TOO_LONG]
    return [phone_of(part, region, area_code) for part in map(str.strip, _BETWEEN.split(plain)) if part]


def phone_of(plain: str, region: str = HOME_REGION, area_code: str = "") -> Phone | Code:
    """One number, in half-width characters."""
    if _ROUNDED.match(plain):
        return Code.ROUNDED
    if len(plain) > MAX_WRITTEN:
        return Code.TOO_LONG
    plain = plain.split(".")[0] if _WHOLE.match(plain) else plain
    extension, found = "", _DASHED.match(plain) or _EXTENSION.search(plain)
    if found is not None:
        plain = found["line"] if "line" in found.groupdict() else plain[: found.start()].strip()
        extension = found["ext"]
        if not (extension.isdecimal() and len(extension) <= MAX_EXTENSION):
            return Code.BAD_EXTENSION
    if not _PLAIN.match(plain) or not any(map(str.isdecimal, plain)):
        return Code.NOT_A_NUMBER
    phone = _parsed(plain, region, area_code)
    if isinstance(phone, Phone) and extension:
        return Phone(phone.number, phone.kind, phone.region, phone.zones, extension)
    return phone


def _parsed(plain: str, region: str, area_code: str) -> Phone | Code:
    digits = "".join(filter(str.isdecimal, plain))
    if _MOBILE.match(digits) and region == HOME_REGION and not plain.startswith("+"):
        return _home_mobile(digits)
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException as error:
        # Codes of libphonenumber: 0 unknown country, 1 no number, 2 and 3 too short, 4 too long.
        return {2: Code.TOO_SHORT, 3: Code.TOO_SHORT, 4: Code.TOO_LONG}.get(error.error_type, Code.NOT_A_NUMBER)
    if phonenumbers.is_valid_number(number):
        return _valid(number)
    local = region == HOME_REGION and len(digits) in (7, 8) and not digits.startswith(("0", "1", "95", "96", "400"))
    if local and area_code:
        return _parsed(area_code + digits, region, "")
    return Code.NO_AREA_CODE if local else _fault(number, digits)


def _valid(number: phonenumbers.PhoneNumber) -> Phone | Code:
    kind = phonenumbers.number_type(number)
    if kind in _NOBODYS:
        return Code.SERVICE_NUMBER
    zones = tuple(zone for zone in timezone.time_zones_for_number(number) if zone != timezone.UNKNOWN_TIMEZONE)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(written, _TYPES.get(kind, "other"), phonenumbers.region_code_for_number(number) or "", zones)


def _fault(number: phonenumbers.PhoneNumber, digits: str) -> Code:
    mobile = number.country_code == phonenumbers.country_code_for_region(HOME_REGION) and _MISCOUNTED.match(digits)
    if mobile and len(mobile[1]) != _MOBILE_DIGITS:
        return Code.TOO_SHORT if len(mobile[1]) < _MOBILE_DIGITS else Code.TOO_LONG
    if len(digits) <= 6 and number.country_code == phonenumbers.country_code_for_region(HOME_REGION):
        return Code.SERVICE_NUMBER if digits.startswith(("1", "95", "96")) else Code.TOO_SHORT
    return _FAULTS.get(phonenumbers.is_possible_number_with_reason(number), Code.UNASSIGNED)


def _home_mobile(digits: str) -> Phone | Code:
    """Ranges are given out by the first seven of eleven digits, so one number of a range speaks for all."""
    known = _mobile_range(digits[:7])
    return known if isinstance(known, Code) else Phone("+86" + digits, *known)


@lru_cache(maxsize=65_536)
def _mobile_range(prefix: str) -> tuple[str, str, tuple[str, ...]] | Code:
    number = phonenumbers.parse(prefix + "0000", HOME_REGION)
    phone = _valid(number) if phonenumbers.is_valid_number(number) else Code.UNASSIGNED
    return phone if isinstance(phone, Code) else (phone.kind, phone.region, phone.zones)
