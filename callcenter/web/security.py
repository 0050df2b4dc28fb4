"""Headers on every answer: a sealed content policy, no framing, no sniffing."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
}


CROSSING = frozenset({"Content-Security-Policy", "Cross-Origin-Resource-Policy"})
"""What the chat's answers say for themselves: pages of the bank's other sites load them, and they run nothing."""


def content_policy(host: str) -> str:
    """The content security policy; sockets go to our own host only."""
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
        f"connect-src 'self' ws://{host} wss://{host}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def is_same_origin(headers: Headers) -> bool:
    """False when the browser says that another site sent this request; no ``Origin`` counts as our own."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return origin.partition("://")[2] == headers.get("host", "")


class SecurityHeaders:
    """ASGI layer that adds the headers; pages are not cached, static files may be."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding headers to the start of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                seal(MutableHeaders(scope=message), host, scope["path"], secure=self._secure)
            await send(message)

        await self._app(scope, receive, with_headers)


def seal(headers: MutableHeaders, host: str, path: str, *, secure: bool) -> None:
    """Put the headers on an answer to a request for ``path`` at ``host``; a cache rule of its own is kept."""
    own = CROSSING if path.startswith("/chat/") else frozenset()
    for name, value in {**_FIXED, "Content-Security-Policy": content_policy(_clean_host(host))}.items():
        if name not in own or name not in headers:
            headers[name] = value
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "cache-control" not in headers:
        headers["Cache-Control"] = "no-cache" if path.startswith("/static/") else "no-store"


def _clean_host(host: str) -> str:
    """The Host header as far as it may stand in a policy."""
    return "".join(c for c in host if c.isalnum() or c in ".-:[]") or "localhost"
