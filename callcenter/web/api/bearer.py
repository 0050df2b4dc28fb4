"""Who asks: the bearer token of a request, how fast it may ask, and what it may do. Cookies count for nothing here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from callcenter.domain.access import Right
from callcenter.web.api.tokens import token_viewer
from callcenter.web.errors import Forbidden
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.signin.attempts import SignInAttempts

RATE_PER_S = 20
BURST = 60
_KEPT = 10_000
_SCHEME = HTTPBearer(auto_error=False, description="A token an administrator made under Users › API tokens.")


class TokenNeeded(Exception):
    """No token, or one that is unknown, revoked or expired."""


class TooFast(Exception):
    """``wait_s``: when to ask again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(str(wait_s))
        self.wait_s = wait_s


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_ms: int


class RateLimits:
    """So many requests a second for each token, with a burst."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def take(self, token: int, now_ms: int) -> None:
        """Count a request. Raises ``TooFast``."""
        bucket = self._buckets.setdefault(token, _Bucket(BURST, now_ms))
        self._buckets.move_to_end(token)
        while len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        gained = max(0, now_ms - bucket.at_ms) * RATE_PER_S / 1000
        bucket.tokens, bucket.at_ms = min(BURST, bucket.tokens + gained), now_ms
        if bucket.tokens < 1:
            raise TooFast(max(1, round((1 - bucket.tokens) / RATE_PER_S)))
        bucket.tokens -= 1


def services_of(request: Request) -> WebServices:
    """The services the API was created with."""
    services: WebServices = request.app.state.services
    return services


def bearer(*any_of: Right) -> Callable[..., Awaitable[Viewer]]:
    """A dependency: the viewer a token acts as, with at least one of the rights.

    Raises ``TokenNeeded``, ``TooFast`` or ``Forbidden("right")``. Guessing is slowed down by address.
    """

    async def check(request: Request, given: HTTPAuthorizationCredentials | None = Depends(_SCHEME)) -> Viewer:
        services = services_of(request)
        now, address = services.clock.now_ms(), request.client.host if request.client else ""
        guesses: SignInAttempts = request.app.state.guesses
        if wait := guesses.wait_ms("api", address, now):
            raise TooFast(-(-wait // 1000))
        found = await token_viewer(services, given.credentials) if given is not None else None
        if found is None:
            if given is not None:
                guesses.failed("api", address, now)
            raise TokenNeeded
        token, viewer = found
        request.app.state.limits.take(token.id, now)
        if any_of and not any(viewer.may(right) for right in any_of):
            raise Forbidden("right")
        return viewer

    return check
