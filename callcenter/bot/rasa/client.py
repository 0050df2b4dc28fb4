"""Rasa behind the assistant's port: asked over HTTP in bounded time, and looked after while nobody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import msgspec
import structlog
from msgspec import Struct

from callcenter.bot.rasa.answer import Parsed, read, understanding_of
from callcenter.bot.sentence import says_something
from callcenter.domain.errors import ProviderError
from callcenter.domain.understanding import NOT_UNDERSTOOD, Understanding

log = structlog.get_logger(__name__)

PATIENCE_S = 2.0
"""How long one sentence may take."""
PROBE_S = 5.0
"""How often Rasa is looked at while it answers."""
PROBE_DOWN_S = 1.0
"""How often while it does not: it is used again so soon after it is back."""
PROBE = "你好"
MAX_CHARACTERS = 1_000
MAX_ANSWER_BYTES = 256_000
_REFUSALS = {
    401: "it refuses the token: set CALLCENTER_RASA_TOKEN to what rasa run has as --auth-token",
    403: "it refuses the token: set CALLCENTER_RASA_TOKEN to what rasa run has as --auth-token",
    404: "there is no /model/parse: start it with --enable-api, and see that CALLCENTER_RASA_URL is its address",
    409: "it has no model: scripts/rasa train, then scripts/rasa load",
}
"""What an operator can mend; every other answer than 200 is of one sentence."""


class RasaStatus(Struct):
    """What ``GET /status`` says: the file of the model in use, and its id."""

    model_file: str | None = None
    model_id: str | None = None


class _Down(ProviderError):
    """Rasa as a whole cannot be asked, whatever the sentence."""


class RasaAssistant:
    """Fills ``Understands``. While Rasa is away it says so at once; :meth:`watch` finds out that it is back."""

    def __init__(
        self,
        url: str,
        token: str = "",
        timezone: str = "Asia/Shanghai",
        *,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.note = "it has not answered yet"
        """Why Rasa cannot be asked; empty while it can."""
        self.ready = asyncio.Event()
        """Set while Rasa answers."""
        self._url, self._zone = url.rstrip("/"), ZoneInfo(timezone)
        self._changed = changed
        self._query = {"token": token} if token else {}
        self._client = httpx.AsyncClient(
            follow_redirects=False, trust_env=False, headers={"Accept-Encoding": "identity"}
        )
        self._look = asyncio.Event()

    @property
    def is_down(self) -> bool:
        """Whether every contact goes to a person now."""
        return bool(self.note)

    async def understand(self, text: str, now_ms: int, contact: str = "") -> Understanding:
        """See :class:`~callcenter.domain.ports.Understands`."""
        if self.note:
            raise ProviderError(f"Rasa at {self._url}: {self.note}", retryable=True)
        text = _plain(text)
        if not says_something(text):
            return Understanding(NOT_UNDERSTOOD, 0.0)
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self._zone)
        try:
            return understanding_of(await self._parse(text), text, now)
        except _Down as error:
            self._is(str(error))
            self._look.set()
            raise ProviderError(f"Rasa at {self._url}: {error}", retryable=True) from None

    async def watch(self) -> None:
        """Ask a sentence now and then, so that it is known whether Rasa answers before a customer finds out."""
        while True:
            self._look.clear()
            try:
                await self._parse(PROBE)
            except ProviderError as error:
                self._is(str(error))
            else:
                self._is("")
            with suppress(TimeoutError):
                async with asyncio.timeout(PROBE_DOWN_S if self.note else PROBE_S):
                    await self._look.wait()

    async def status(self) -> RasaStatus:
        """Which model Rasa has. Raises ``ProviderError``."""
        try:
            return msgspec.json.decode(await self._ask("GET", "/status"), type=RasaStatus)
        except msgspec.MsgspecError:
            raise ProviderError("its answer cannot be read; is that address Rasa's?") from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _parse(self, text: str) -> Parsed:
        body = await self._ask("POST", "/model/parse", {"text": text})
        try:
            return read(body)
        except ValueError:
            raise ProviderError("its answer cannot be read; is that address Rasa's?") from None

    async def _ask(self, method: str, path: str, said: dict[str, str] | None = None) -> bytes:
        """The body of a 200. Raises ``ProviderError``, as ``_Down`` where no other sentence would be answered."""
        body = bytearray()
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                self._client.stream(method, self._url + path, params=self._query, json=said) as answer,
            ):
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) > MAX_ANSWER_BYTES:
                        raise ProviderError(f"it answered with more than {MAX_ANSWER_BYTES} bytes")
        except TimeoutError:
            raise _Down(f"it took more than {PATIENCE_S:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _Down(f"it cannot be reached ({type(error).__name__}): scripts/rasa serve starts it") from None
        if answer.status_code in _REFUSALS:
            raise _Down(_REFUSALS[answer.status_code])
        if answer.status_code != httpx.codes.OK:
            raise ProviderError(f"it answered with {answer.status_code}")
        return bytes(body)

    def _is(self, note: str) -> None:
        """Remember why it cannot be asked; say so when that changes."""
        if note == self.note:
            return
        was_down, self.note = bool(self.note), note
        if note:
            self.ready.clear()
            log.warning("rasa_down", url=self._url, why=note)
        else:
            self.ready.set()
            log.info("rasa_up", url=self._url)
        if was_down != bool(note):
            self._changed()


def _plain(text: str) -> str:
    """As Rasa may have it: a sentence that begins with a slash would be an order to Rasa, not words of a customer."""
    return text[:MAX_CHARACTERS].replace("\0", " ").lstrip().lstrip("/ \t\r\n").rstrip()
