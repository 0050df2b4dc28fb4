"""Secrets as they stand in pages: masked by a fresh pad each time, so that no two pages carry the same text."""

from __future__ import annotations

import base64
import binascii
import secrets


def masked(token: str) -> str:
    """``token`` in a form that is different each time; empty stays empty."""
    if not token:
        return ""
    plain = token.encode()
    pad = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(pad + _xor(pad, plain)).decode()


def unmasked(given: str) -> str:
    """What :func:`masked` was given; empty when it can't be that."""
    try:
        data = base64.b64decode(given.encode(), altchars=b"-_", validate=True)
        half = len(data) // 2
        return _xor(data[:half], data[half:]).decode() if len(data) % 2 == 0 else ""
    except (ValueError, binascii.Error):
        return ""


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
