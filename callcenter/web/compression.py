"""Pages and JSON are gzipped; streams never are.

A compressed page that carries a secret beside words an attacker chose gives the secret away by its length (BREACH).
Three things stand against it: the session cookie is ``SameSite=Lax``, so another site's requests bring no secret page;
an answer to a request that another site made is not compressed all the same; and the token against forged requests is
masked anew for each page (:mod:`callcenter.web.csrf_masks`), so that its text never repeats.
Server-sent events stay as they are: they are small, and a compressor for each of thousands of open pages is not.
"""

from __future__ import annotations

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TYPES = ("text/html", "application/json", "text/plain", "text/csv")
LEAST_BYTES = 1_000
LEVEL = 5


class Compression:
    """ASGI layer that gzips whole answers of a text type; what comes in pieces passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, compressing when the browser can and nothing speaks against it."""
        if scope["type"] != "http" or not _wanted(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def compressing(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _fitting(Headers(raw=message["headers"])):
                start = message
                return
            if start is not None:
                first, start = start, None
                if not message.get("more_body") and len(message["body"]) >= LEAST_BYTES:
                    message = {**message, "body": gzip.compress(message["body"], LEVEL, mtime=0)}
                    headers = MutableHeaders(raw=first["headers"])
                    headers["Content-Encoding"] = "gzip"
                    headers["Content-Length"] = str(len(message["body"]))
                    headers.add_vary_header("Accept-Encoding")
                await send(first)
            await send(message)

        await self._app(scope, receive, compressing)


def _wanted(headers: Headers) -> bool:
    own = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return own and "gzip" in headers.get("accept-encoding", "")


def _fitting(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0]
    return kind in TYPES and "content-encoding" not in headers and "content-range" not in headers
