"""A recogniser elsewhere, over WebSocket: an example of such an adapter, with a protocol of its own.

One connection is one voice. The client's first message is JSON: ``{"type": "start", "rate": 8000, "language": "zh"}``;
then come binary messages of 16-bit little-endian mono samples, at most 32 KB each; then ``{"type": "end"}``. The server
sends JSON: ``{"type": "partial" | "final", "text", "start_ms", "end_ms", "confidence", "words": [{"text", "start_ms",
"end_ms", "confidence"}]}`` any number of times, ``{"type": "error", "message", "retryable"}`` when it gives up, and
after the client's end ``{"type": "done"}``. A token goes in the header ``Authorization: Bearer …``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Heard, Word
from callcenter.speech.recognisers.files import by_streaming

MOST_BYTES = 32_000
ANSWER_S = 30.0
_CONNECT_S = 10.0
_LOST = "the recogniser's connection was lost"


class _Message(msgspec.Struct):
    type: str
    text: str = ""
    start_ms: int = 0
    end_ms: int = 0
    confidence: float = 0.0
    words: tuple[Word, ...] = ()
    message: str = ""
    retryable: bool = True


_message = msgspec.json.Decoder(_Message)


class CloudRecogniser:
    """``Recogniser`` at ``url`` (``wss://…``; ``ws://`` for one on this machine)."""

    def __init__(self, url: str, languages: tuple[str, ...], model: str = "cloud", token: str = "") -> None:
        self._url, self._languages, self._name, self._token = url, languages, model, token

    @property
    def model(self) -> str:
        """The name given."""
        return self._name

    async def listen(self, rate: int, language: str) -> CloudHearing:
        """See the port."""
        if language not in self._languages:
            raise ProviderError(f"the model {self._name} understands {', '.join(self._languages)}, not {language!r}")
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            connection = await connect(
                self._url, additional_headers=headers, open_timeout=_CONNECT_S, proxy=None, close_timeout=1
            )
        except InvalidURI as error:
            raise ProviderError("the recogniser's address is no ws:// or wss:// address") from error
        except (OSError, InvalidHandshake) as error:
            raise ProviderError(f"the recogniser can not be reached: {error}", retryable=True) from error
        hearing = CloudHearing(connection)
        try:
            await hearing.start(rate, language)
        except ProviderError:
            await hearing.close()
            raise
        return hearing

    async def transcribe(self, audio: Path, language: str) -> list[list[Heard]]:
        """See the port."""
        return await by_streaming(self, audio, language)

    async def close(self) -> None:
        """Nothing is held between voices."""


class CloudHearing:
    """One voice over one connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._heard: list[Heard] = []
        self._over = asyncio.Event()
        self._ended = False
        self._fault: ProviderError | None = None
        self._reading = asyncio.create_task(self._read())

    async def start(self, rate: int, language: str) -> None:
        """Say what is coming."""
        await self._send(msgspec.json.encode({"type": "start", "rate": rate, "language": language}).decode())

    async def feed(self, pcm: bytes) -> Sequence[Heard]:
        """See the port. What comes back meanwhile is not waited for."""
        if self._ended:
            return []
        for at in range(0, len(pcm), MOST_BYTES):
            await self._send(pcm[at : at + MOST_BYTES])
        return self._new()

    async def end(self) -> Sequence[Heard]:
        """See the port."""
        if self._ended:
            return []
        self._ended = True
        await self._send('{"type": "end"}')
        try:
            await asyncio.wait_for(self._over.wait(), ANSWER_S)
        except TimeoutError:
            raise ProviderError("the recogniser does not come to an end", retryable=True) from None
        return [one for one in self._new() if one.final]

    async def close(self) -> None:
        """Hang up."""
        self._ended = True
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        await self._connection.close()

    def _new(self) -> list[Heard]:
        if self._fault is not None:
            raise self._fault
        new, self._heard = self._heard, []
        finals = [one for one in new if one.final]
        return finals + ([new[-1]] if new and not new[-1].final else [])

    async def _send(self, message: str | bytes) -> None:
        if self._fault is not None:
            raise self._fault
        try:
            await self._connection.send(message)
        except ConnectionClosed:
            await self._over.wait()  # what the server said before it hung up tells more
            raise self._fault or ProviderError(_LOST, retryable=True) from None

    async def _read(self) -> None:
        try:
            async for raw in self._connection:
                if not self._take(_message.decode(raw)):
                    return
            self._fault = ProviderError(_LOST, retryable=True)
        except ConnectionClosed:
            self._fault = ProviderError(_LOST, retryable=True)
        except msgspec.MsgspecError:
            self._fault = ProviderError("the recogniser said what is not in the protocol")
        finally:
            self._over.set()

    def _take(self, said: _Message) -> bool:
        match said.type:
            case "partial" | "final":
                final = said.type == "final"
                one = Heard(said.text, said.start_ms, said.end_ms, said.confidence, said.words, final)
                self._heard.append(one)
                return True
            case "error":
                self._fault = ProviderError(f"the recogniser gave up: {said.message}", retryable=said.retryable)
            case "done":
                pass
            case _:
                self._fault = ProviderError("the recogniser said what is not in the protocol")
        return False
