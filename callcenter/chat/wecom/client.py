"""WeCom's API over HTTPS: one access token for all calls, kept while it lives, renewed when WeCom says it is over."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import unquote

import httpx
import structlog

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.ports import Clock

log = structlog.get_logger(__name__)

ADDRESS = "https://qyapi.weixin.qq.com"
BUSY = frozenset({-1, 6000, 45009, 45033})
"""Try again later: busy, written at once by two, called too often, too many at once."""
TOKEN_OVER = frozenset({40014, 42001})
MARGIN_MS = 300_000
"""So long before its end a token is renewed."""
PATIENCE_S = 10.0


class WeComError(ProviderError):
    """WeCom refused a call; ``code`` is its ``errcode``."""

    def __init__(self, code: int, path: str, message: str) -> None:
        super().__init__(f"WeCom answered {path} with {code} {message}", retryable=code in BUSY)
        self.code = code


class WeComClient:
    """Raises :class:`WeComError` when WeCom says no, ``ProviderError`` (retryable) when it is not reached."""

    def __init__(
        self,
        corp_id: str,
        secret: str,
        clock: Clock,
        address: str = ADDRESS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._corp_id, self._secret, self._clock = corp_id, secret, clock
        self._http = httpx.AsyncClient(
            base_url=address, transport=transport, timeout=PATIENCE_S, trust_env=False, follow_redirects=False
        )
        self._token = ""
        self._until_ms = 0
        self._renewing = asyncio.Lock()

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """``POST /cgi-bin/PATH`` with JSON; the answer when its ``errcode`` is 0."""
        return await self._with_token(path, lambda token: self._asked("POST", path, token, json=body))

    async def upload(self, kind: str, name: str, content: bytes, media_type: str) -> str:
        """Put up a picture (``image``) or ``file`` for three days; returns its ``media_id``."""
        files = {"media": (name, content, media_type)}
        answer = await self._with_token(
            "media/upload", lambda token: self._asked("POST", "media/upload", token, {"type": kind}, files=files)
        )
        return str(answer.get("media_id", ""))

    async def download(self, media: str, most: int) -> tuple[str, bytes]:
        """Name and content of what a customer sent. Raises also ``Rejected("file_too_big")`` above ``most`` bytes."""
        found: tuple[str, bytes] = ("", b"")

        async def fetch(token: str) -> dict[str, Any]:
            nonlocal found
            query = {"access_token": token, "media_id": media}
            async with self._http.stream("GET", "/cgi-bin/media/get", params=query) as answer:
                content = bytearray()
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > most:
                        raise Rejected("file_too_big", str(most // 1_000_000))
                if "json" in answer.headers.get("content-type", ""):
                    return _decoded(httpx.Response(answer.status_code, content=bytes(content)), "media/get")
                if answer.status_code != httpx.codes.OK:
                    raise ProviderError(f"WeCom answered media/get with HTTP {answer.status_code}", retryable=True)
                found = _name(answer.headers), bytes(content)
                return {}

        await self._with_token("media/get", fetch)
        return found

    async def close(self) -> None:
        """Disconnect."""
        await self._http.aclose()

    # ---

    async def _with_token(self, path: str, ask: Any) -> dict[str, Any]:
        """Ask, and once more under a new token when WeCom says that this one is over."""
        for last in (False, True):
            token = await self._valid_token()
            try:
                answer: dict[str, Any] = await ask(token)
            except httpx.HTTPError as error:
                raise ProviderError(f"WeCom is not reached: {type(error).__name__}", retryable=True) from None
            code = int(answer.get("errcode", 0))
            if code == 0:
                return answer
            if code in TOKEN_OVER and token == self._token:
                self._token = ""
            if code not in TOKEN_OVER or last:
                raise WeComError(code, path, str(answer.get("errmsg", ""))[:200])
        raise AssertionError("unreachable")  # pragma: no cover

    async def _valid_token(self) -> str:
        async with self._renewing:
            if not self._token or self._clock.now_ms() >= self._until_ms:
                query = {"corpid": self._corp_id, "corpsecret": self._secret}
                try:
                    answer = _decoded(await self._http.get("/cgi-bin/gettoken", params=query), "gettoken")
                except httpx.HTTPError as error:
                    raise ProviderError(f"WeCom is not reached: {type(error).__name__}", retryable=True) from None
                if answer.get("errcode", 0):
                    raise WeComError(int(answer["errcode"]), "gettoken", str(answer.get("errmsg", ""))[:200])
                life_ms = int(answer.get("expires_in", 0)) * 1_000
                self._until_ms = self._clock.now_ms() + max(life_ms - MARGIN_MS, life_ms // 2)
                self._token = str(answer.get("access_token", ""))
            return self._token

    async def _asked(
        self, method: str, path: str, token: str, query: dict[str, str] | None = None, **more: Any
    ) -> dict[str, Any]:
        params = {"access_token": token, **(query or {})}
        return _decoded(await self._http.request(method, f"/cgi-bin/{path}", params=params, **more), path)


def _decoded(answer: httpx.Response, path: str) -> dict[str, Any]:
    if answer.status_code != httpx.codes.OK:
        raise ProviderError(f"WeCom answered {path} with HTTP {answer.status_code}", retryable=True)
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderError(f"WeCom answered {path} with something else than JSON", retryable=True)
    return found


def _name(headers: httpx.Headers) -> str:
    given = headers.get("content-disposition", "")
    wide = re.search(r"filename\*=UTF-8''([^;]+)", given, re.IGNORECASE)
    plain = re.search(r'filename="?([^";]+)"?', given)
    return unquote(wide[1]) if wide else plain[1] if plain else ""
