"""Lengths of time as people write them in flows: ``5s``, ``1500ms``, ``2m``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_PATTERN = r"^[0-9]{1,6}(\.[0-9]{1,3})?(ms|s|m)$"
_UNIT_MS = {"ms": 1, "s": 1_000, "m": 60_000}


def parse_ms(value: object) -> int:
    """``"5s"`` → 5000. Raises ``ValueError`` for anything without a unit."""
    if not isinstance(value, str) or (match := re.match(_PATTERN, value)) is None:
        raise ValueError("duration")
    unit = match.group(2)
    return round(float(value.removesuffix(unit)) * _UNIT_MS[unit])


Millis = Annotated[
    int,
    BeforeValidator(parse_ms),
    PlainSerializer(lambda ms: f"{ms}ms", return_type=str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "description": "5s, 1500ms or 2m"}),
]
"""Milliseconds inside, text with a unit outside."""
