"""The client: sends requests over the chosen transport and types what comes back."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, TypeVar, cast

import msgspec

from callcenter.telephony.asterisk.ari.answer import Answer, AriRefused, is_race, problem_text
from callcenter.telephony.asterisk.ari.request import Request
from callcenter.telephony.asterisk.ari.transport import Transport

T = TypeVar("T")

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


class AriClient:
    """Asks Asterisk. ``unexpected`` counts refusals that were no ordinary race (benchmarks want none)."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.unexpected = 0

    async def ask(self, request: Request[T], ordinary: Container[int] = ()) -> Answer[T]:
        """Send. Raises ``AriRefused`` for an unexpected refusal, ``ProviderError`` when nobody answers.

        ``ordinary``: further statuses that are an outcome of this request, not an error.
        """
        status, body = await self._transport.send(request.method, request.uri, request.body)
        if 200 <= status < 300:
            return Answer(True, status, _decoded(request.returns, body))
        message = problem_text(body)
        if status not in ordinary and not is_race(status, message):
            self.unexpected += 1
            raise AriRefused(f"{request.method} {request.uri.partition('?')[0]}", status, message)
        return Answer(False, status, None, message)

    async def get(self, request: Request[T]) -> T:
        """Send and return the value. Raises as ``ask``, and ``AriRefused`` also when it is not there."""
        answer = await self.ask(request)
        if not answer.done:
            raise AriRefused(f"{request.method} {request.uri.partition('?')[0]}", answer.status, answer.message)
        return cast(T, answer.value)


def _decoded(kind: type[T], body: bytes) -> T | None:
    if kind is type(None) or not body:
        return None
    if kind is bytes:
        return cast(T, body)
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    return cast(T, decoder.decode(body))
