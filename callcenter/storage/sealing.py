"""What is kept sealed, so that a copy of the database alone does not give it away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from callcenter.domain.errors import Corrupt

PREFIX = "sealed:"
"""Begins every sealed value; one without it was kept before values were sealed."""


class Seal:
    """Seals with the first key (32 random bytes, Base64 for URLs), opens with any; a key of its own without any."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        given = list(keys) or [Fernet.generate_key()]
        fernets = [Fernet(key) for key in given]
        self.key_name = hashlib.sha256(given[0]).hexdigest()[:16]
        """Tells the first key from others, and nothing else about it."""
        self.search_keys = tuple(hashlib.sha256(b"search " + key).digest() for key in given)
        """Of an index that tells no words, one for each key; new entries take the first."""
        self._first, self._any = fernets[0], MultiFernet(fernets)

    def sealed(self, text: str) -> str:
        """``text`` as it may be kept."""
        return PREFIX + self._first.encrypt(text.encode()).decode()

    def opened(self, kept: str) -> str:
        """What was sealed. Raises ``Corrupt`` when none of the keys fits."""
        if not kept.startswith(PREFIX):
            return kept
        try:
            return self._any.decrypt(kept.removeprefix(PREFIX)).decode()
        except InvalidToken:
            raise Corrupt("a sealed value does not open with the keys in force") from None

    def renewed(self, kept: str) -> str:
        """The value under the first key: ``kept`` itself where that opens it. Raises ``Corrupt`` when none does."""
        try:
            self._first.decrypt(kept.removeprefix(PREFIX))
        except InvalidToken:
            return self.sealed(self.opened(kept))
        return kept
