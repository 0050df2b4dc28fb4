"""Sign-in by an OpenID Connect provider: code flow with PKCE, state and nonce; the ID token is checked in full."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.web.signin.oidc_settings import OidcSettings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by a key of the provider's; neither none nor a shared secret."""
LEEWAY_S = 60
PENDING_MS = 10 * 60_000
_PENDING_KEPT = 10_000
_FRESH_MS = 3_600_000
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has gone to the provider."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    to: str
    expires_ms: int


@dataclass(slots=True)
class _Known:
    at_ms: int
    metadata: Mapping[str, Any]
    keys: KeySet


class OidcClient:
    """Talks to one provider. Raises ``ProviderError`` when it does not answer, ``Rejected`` for what it may not say."""

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self._known: _Known | None = None
        self._pending: OrderedDict[str, Pending] = OrderedDict()

    async def begin(self, redirect_uri: str, to: str, now_ms: int) -> tuple[str, str]:
        """Where to send the browser, and the key that its cookie must bring back."""
        known = await self._provider(now_ms)
        pending = Pending(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            redirect_uri=redirect_uri,
            to=to,
            expires_ms=now_ms + PENDING_MS,
        )
        key = secrets.token_urlsafe(24)
        self._pending[key] = pending
        while len(self._pending) > _PENDING_KEPT:
            self._pending.popitem(last=False)
        url = prepare_grant_uri(
            known.metadata["authorization_endpoint"],
            client_id=self.settings.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=self.settings.scopes,
            state=pending.state,
            nonce=pending.nonce,
            code_challenge=create_s256_code_challenge(pending.verifier),  # type: ignore[no-untyped-call]
            code_challenge_method="S256",
        )
        return str(url), key

    async def finish(self, key: str, state: str, code: str, now_ms: int) -> tuple[Mapping[str, Any], str]:
        """The claims of the person who came back, and where they wanted to go. Each sign-in can be finished once."""
        pending = self._pending.pop(key, None)
        if pending is None or pending.expires_ms <= now_ms:
            raise Rejected("oidc_late")
        if not code or not secrets.compare_digest(pending.state.encode(), state.encode()):
            raise Rejected("oidc_state")
        token = await self._redeem(code, pending, now_ms)
        return await self._claims(token, pending.nonce, now_ms), pending.to

    async def _redeem(self, code: str, pending: Pending, now_ms: int) -> str:
        """The ID token for a code."""
        known = await self._provider(now_ms)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": pending.redirect_uri,
            "code_verifier": pending.verifier,
        }
        # RFC 6749 section 2.3.1: both are form-encoded before they go into the header.
        credentials = (quote_plus(self.settings.client_id), quote_plus(self.settings.client_secret))
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client:
                answer = await client.post(known.metadata["token_endpoint"], data=form, auth=credentials)
        except httpx.HTTPError as error:
            raise ProviderError(f"identity provider: {error!r}", retryable=True) from error
        if answer.status_code >= 500:
            raise ProviderError(f"identity provider: answered {answer.status_code}", retryable=True)
        try:
            said = answer.json()
        except ValueError as error:
            raise Rejected("oidc_refused", "no JSON") from error
        if answer.status_code != 200 or not isinstance(said, dict):
            raise Rejected("oidc_refused", str(said.get("error", "")) if isinstance(said, dict) else "")
        return str(said.get("id_token", ""))

    async def _claims(self, token: str, nonce: str, now_ms: int) -> Mapping[str, Any]:
        known = await self._provider(now_ms)
        try:
            decoded = jwt.decode(token, known.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since we looked.
            known = await self._provider(now_ms, again=True)
            try:
                decoded = jwt.decode(token, known.keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError) as error:
                raise Rejected("oidc_token", str(error)) from error
        self._check(decoded.claims, nonce, now_ms // 1000)
        return decoded.claims

    def _check(self, claims: Mapping[str, Any], nonce: str, now_s: int) -> None:
        audience = claims.get("aud")
        audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
        if claims.get("iss") != self.settings.issuer:
            raise Rejected("oidc_token", "another issuer")
        if self.settings.client_id not in audiences:
            raise Rejected("oidc_token", "for another audience")
        if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != self.settings.client_id:
            raise Rejected("oidc_token", "for another party")
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise Rejected("oidc_token", "of another sign-in")
        expires, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
        if not all(isinstance(moment, int | float) for moment in (expires, issued, begins)):
            raise Rejected("oidc_token", "without times")
        if expires + LEEWAY_S <= now_s or max(issued, begins) - LEEWAY_S > now_s:  # type: ignore[operator]
            raise Rejected("oidc_token", "expired or not yet valid")
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise Rejected("oidc_token", "about nobody")

    async def _provider(self, now_ms: int, *, again: bool = False) -> _Known:
        if self._known is not None and not again and now_ms - self._known.at_ms < _FRESH_MS:
            return self._known
        address = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client:
                metadata = (await client.get(address)).raise_for_status().json()
                if metadata.get("issuer") != self.settings.issuer:
                    raise ProviderError(f"identity provider: {address} names another issuer")
                keys = KeySet.import_key_set((await client.get(metadata["jwks_uri"])).raise_for_status().json())
                for needed in ("authorization_endpoint", "token_endpoint"):
                    metadata[needed]
        except (httpx.HTTPError, JoseError, ValueError, KeyError, AttributeError) as error:
            raise ProviderError(f"identity provider: {address}: {error!r}", retryable=True) from error
        self._known = _Known(now_ms, metadata, keys)
        return self._known
