"""Telephone numbers: one way of writing each, and which of them may be called on a customer's word."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberType

HOME_REGION = "CN"
"""Where numbers dialled without a country code belong."""
_COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


def international(phone: str, region: str = HOME_REGION) -> str:
    """The number in E.164, or as it is when it is no telephone number. About 30 µs."""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return phone.replace("\x00", "")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def callable_number(phone: str, region: str = HOME_REGION) -> str:
    """The number in E.164 where it is a whole telephone number, else nothing."""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def domestic(phone: str, region: str = HOME_REGION) -> bool:
    """Whether it is a subscriber's number of the home region, as long as such numbers are, and no premium number.

    What a caller says or shows as their number may be forged; a call abroad or to a premium number would be dear to us
    and dear to others.
    """
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return False
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    length = phonenumbers.is_possible_number_with_reason(number)
    possible = length == phonenumbers.ValidationResult.IS_POSSIBLE  # not the short numbers of services
    return at_home and possible and phonenumbers.number_type(number) not in _COSTLY
