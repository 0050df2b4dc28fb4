"""Signed-in visitors: a token (JWT) of the bank's own site says who they are. HS256 or ES256, by ``kid``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, OctKey

from callcenter.chat.text import clean_line
from callcenter.chat.webchat.keys import VisitorKeys
from callcenter.domain.chat import Visitor
from callcenter.domain.config import ChatEntry
from callcenter.domain.errors import Rejected

LEEWAY_S = 30
"""Clocks of two machines are never quite the same."""
LONGEST_S = 24 * 3_600
"""A token that is good for longer was not made for this."""
MIN_SECRET = 32
"""Characters a shared secret has at least (RFC 7518, 3.2: as long as the hash)."""


class SignedTokens:
    """Fills ``VisitorTokens``. ``entries`` are those in force, ``keys`` the environment's by name."""

    def __init__(
        self, entries: Callable[[], Mapping[str, ChatEntry]], keys: Mapping[str, str], visitors: VisitorKeys
    ) -> None:
        self._entries = entries
        self._keys = keys
        self._visitors = visitors

    def visitor(self, entry: str, token: str, now_ms: int) -> Visitor:
        """The visitor. The token names ``aud`` (the entry), ``sub``, ``exp``; ``name`` and ``phone`` if it likes.

        Raises ``Rejected``: ``token_forged, token_expired, token_elsewhere``.
        """
        claims = self._claims(entry, token, now_ms // 1_000)
        audience = claims.get("aud")
        if entry not in (audience if isinstance(audience, list) else [audience]):
            raise Rejected("token_elsewhere")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject or len(subject) > 128:
            raise Rejected("token_forged", "sub")
        return Visitor(
            self._visitors.customer(entry, subject),
            subject,
            clean_line(str(claims.get("name") or "")),
            clean_line(str(claims.get("phone") or ""), 32),
        )

    def _claims(self, entry: str, token: str, now_s: int) -> dict[str, object]:
        wanted = jwt.JWTClaimsRegistry(now=now_s, leeway=LEEWAY_S, exp={"essential": True}, sub={"essential": True})
        try:
            algorithm, key = self._key(entry, token)
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
            wanted.validate(claims)
        except ExpiredTokenError:
            raise Rejected("token_expired") from None
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise Rejected("token_forged", type(error).__name__) from None
        if type(claims["exp"]) is not int or claims["exp"] - now_s > LONGEST_S + LEEWAY_S:
            raise Rejected("token_forged", "exp")
        return dict(claims)

    def _key(self, entry: str, token: str) -> tuple[str, OctKey | ECKey]:
        """The one algorithm and key that the token's ``kid`` stands for; the token itself chooses nothing else."""
        kid = _header(token).get("kid")
        known = self._entries().get(entry)
        found = next((key for key in known.token_keys if key.id == kid), None) if known is not None else None
        material = self._keys.get(found.secret) if found is not None else None
        if found is None or material is None:
            raise Rejected("token_forged", "kid")
        if found.algorithm == "ES256":
            return "ES256", ECKey.import_key(material)
        if len(material) < MIN_SECRET:
            raise Rejected("token_forged", "secret_too_short")
        return "HS256", OctKey.import_key(material)


def _header(token: str) -> Mapping[str, object]:
    return jws.extract_compact(token.encode()).headers()
