"""Whether a telephone number can be called back."""

from __future__ import annotations

import re

from callcenter.domain.phone import domestic

_CALLABLE = re.compile(r"^\+?[0-9]{5,15}$")


def usable_number(number: str) -> bool:
    """True for a number of the home region, with or without a plus sign; no withheld, named, foreign or premium one."""
    return _CALLABLE.match(number) is not None and domestic(number)
