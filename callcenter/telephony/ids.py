"""Identifiers for contacts: unique, and sorting by the time they were made."""

from __future__ import annotations

import secrets
import time


def new_contact_id() -> str:
    """32 hexadecimal digits: 48 bits of milliseconds since 1970, then 80 random bits (laid out as a UUID version 7)."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return f"{value:032x}"
