"""Keys pressed as secrets: in memory only, for as long as their contact lasts."""

from __future__ import annotations

import secrets


class MemoryVault:
    """Fills the ``SecretVault`` port. A restart forgets everything: the customer is asked again."""

    def __init__(self) -> None:
        self._digits: dict[str, str] = {}
        self._keys: dict[str, list[str]] = {}

    def put(self, contact: str, digits: str) -> str:
        """Keep digits, return their key."""
        key = secrets.token_hex(8)
        self._digits[key] = digits
        self._keys.setdefault(contact, []).append(key)
        return key

    def get(self, key: str) -> str | None:
        """The digits, or None when they are gone."""
        return self._digits.get(key)

    def forget(self, contact: str) -> None:
        """Drop what is kept for a contact."""
        for key in self._keys.pop(contact, []):
            self._digits.pop(key, None)
