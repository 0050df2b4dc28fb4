"""Signed cookies for visitors without a user: the sign-in form's token and a web caller's ticket for the SIP socket."""

from __future__ import annotations

import hashlib
import hmac
import secrets

PRE_COOKIE = "cc_pre"
GUEST_COOKIE = "cc_guest"
GUEST_MS = 10 * 60_000


class Tickets:
    """Signs with a key of this process; after a restart a guest simply asks again."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def new(self, kind: str, expires_ms: int) -> str:
        """A ticket of ``kind`` that is good until ``expires_ms``."""
        body = f"{kind}.{expires_ms}.{secrets.token_urlsafe(12)}"
        return f"{body}.{self._sign(body)}"

    def valid(self, kind: str, ticket: str | None, now_ms: int) -> bool:
        """Whether the ticket is ours, of this kind and not expired."""
        if not ticket or len(ticket) > 200:
            return False
        body, _, signature = ticket.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return False
        name, expires, _ = body.split(".", 2)
        return name == kind and int(expires) > now_ms

    def _sign(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()
