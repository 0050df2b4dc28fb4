"""Which contacts a model is tried on: a stated share of new ones, always the same for the same contact."""

from __future__ import annotations

import hashlib
import re

_WHOLE = 10_000
_BEGUN = re.compile(r"(?:^|-)([0-9a-f]{12})[0-9a-f]{20}$")


def is_tried_on(contact: str, share: int, since_ms: int) -> bool:
    """Whether ``share`` per cent of contacts includes this one; those that began before ``since_ms`` never are."""
    if not contact:
        return False
    digest = hashlib.blake2b(contact.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest) % _WHOLE < share * 100 and begun_ms(contact) >= since_ms


def begun_ms(contact: str) -> int:
    """When a contact began, read from its id (UUID version 7, whatever stands before it); 0 where it does not say."""
    found = _BEGUN.search(contact)
    return int(found[1], 16) if found else 0
