"""Identifiers of contacts that the core opens itself: the same in every replay, and sorting by time like all others."""

from __future__ import annotations

from hashlib import blake2b


def derived_id(origin: str, count: int, now_ms: int) -> str:
    """The id of the ``count``-th contact that ``origin`` led to: 48 bits of ms since 1970, then a digest (UUID 8)."""
    digest = int.from_bytes(blake2b(f"{origin}/{count}".encode(), digest_size=10).digest())
    value = now_ms << 80 | digest
    value = (value & ~(0xF << 76)) | (0x8 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return f"{value:032x}"
