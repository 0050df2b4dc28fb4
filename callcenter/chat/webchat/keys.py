"""What anonymous visitors are known by again, and what opens the HTTP addresses for the page that is connected."""

from __future__ import annotations

import hashlib
import hmac
import secrets

PASS_MS = 12 * 3_600_000


class VisitorKeys:
    """Signs with the product's secret; nothing has to be looked up to refuse a forged key."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self, entry: str) -> tuple[str, str]:
        """A new visitor's id, and the key by which they are known at this entry."""
        visitor = secrets.token_hex(16)
        return visitor, f"{visitor}.{self._sign('visitor', entry, visitor)}"

    def visitor(self, entry: str, key: str) -> str:
        """Whose key it is; empty when it is none of ours for this entry."""
        visitor, _, signature = key.partition(".")
        return visitor if visitor and self._is_ours(signature, "visitor", entry, visitor) else ""

    def customer(self, entry: str, customer: str) -> str:
        """The id of a signed-in visitor: the same on all their devices."""
        return hashlib.sha256(f"{entry}\n{customer}".encode()).hexdigest()[:32]

    def new_pass(self, entry: str, visitor: str, now_ms: int) -> str:
        """Opens the addresses of files and transcripts to a page of this visitor until ``PASS_MS`` from now."""
        body = f"{visitor}.{now_ms + PASS_MS}"
        return f"{body}.{self._sign('pass', entry, body)}"

    def pass_of(self, entry: str, given: str, now_ms: int) -> str:
        """The visitor a pass is of; empty when it is forged or over."""
        body, _, signature = given.rpartition(".")
        visitor, _, until = body.partition(".")
        if not until.isascii() or not until.isdigit() or not self._is_ours(signature, "pass", entry, body):
            return ""
        return visitor if int(until) > now_ms else ""

    def _is_ours(self, signature: str, *parts: str) -> bool:
        return hmac.compare_digest(signature.encode(), self._sign(*parts).encode())

    def _sign(self, *parts: str) -> str:
        return hmac.new(self._secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
