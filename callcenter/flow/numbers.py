"""Whether a telephone number can be called back."""

from __future__ import annotations

import re

_CALLABLE = re.compile(r"^\+?[0-9]{5,15}$")


def usable_number(number: str) -> bool:
    """True for 5 to 15 digits, with or without a plus sign; a withheld or named caller has no usable number."""
    return _CALLABLE.match(number) is not None
