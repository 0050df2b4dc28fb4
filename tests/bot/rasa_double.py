"""A server that speaks Rasa 3.6's HTTP API as its public description has it, and can be ill in the ways servers are.

From https://legacy-docs-oss.rasa.com/docs/rasa/pages/http-api: ``POST /model/parse`` takes ``{"text"}`` and answers
``text``, ``intent`` (name, confidence), ``intent_ranking`` and ``entities`` (entity, start, end, value, extractor);
``GET /status`` answers ``model_file`` and ``model_id``; ``PUT /model`` takes ``{"model_file"}`` and answers 204; a
token goes in the query; 401 without it, 409 without a model, both with ``status``, ``reason``, ``message`` and
``code``. A sentence that begins with ``/`` is an order: ``/affirm`` is the intent affirm, with certainty.

The intents come from the embedded assistant's model; amounts and dates stay as they were said, as Rasa leaves them.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callcenter.bot.embedded import Model
from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE

GARBAGE = {
    "no JSON": b"<html>Bad Gateway</html>",
    "half of it": b'{"text": "a", "intent": {"name"',
    "another shape": b'["greet"]',
    "no intent": b'{"text": "a", "entities": []}',
    "an intent that is no name": b'{"intent": {"name": 7, "confidence": 1.0}}',
    "no number": b'{"intent": {"name": "greet", "confidence": NaN}}',
    "no text": b"\xff\xfe\x00",
    "nothing": b"",
    "without end": b'{"intent": {"name": "' + b"a" * 1_000_000 + b'"}}',
}


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


class RasaDouble:
    """``asked`` are the sentences that came. Ill: ``status`` other than 200, :meth:`garble`, :meth:`hold`."""

    def __init__(self, model: Model, token: str = "") -> None:
        self.model, self.token = model, token
        self.asked: list[str] = []
        self.status = 200
        self._body: bytes | None = None
        self._go_on = asyncio.Event()
        self._go_on.set()
        self.port = 0
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def garble(self, body: bytes) -> None:
        """Answer with this from now on."""
        self._body = body

    def hold(self) -> None:
        """Answer nobody until it is well again."""
        self._go_on.clear()

    def heal(self) -> None:
        """Answer as it should again."""
        self.status, self._body = 200, None
        self._go_on.set()

    async def start(self, port: int) -> None:
        self.port = port
        routes = [Route("/model/parse", self._parse, methods=["POST"]), Route("/status", self._status)]
        config = uvicorn.Config(
            Starlette(routes=routes), host="127.0.0.1", port=port, lifespan="off", log_level="warning"
        )
        self._server = _Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._serving = asyncio.create_task(self._server.serve())
        await asyncio.wait_for(self._server.listens.wait(), 10)

    async def stop(self) -> None:
        """Go away as a process that is ended: nobody listens any more."""
        self._go_on.set()
        if self._server is not None and self._serving is not None:
            self._server.force_exit = self._server.should_exit = True
            await self._serving
            self._server = None

    async def _status(self, request: Request) -> Response:
        status = {"model_file": "models/nlu.tar.gz", "model_id": "abc", "num_active_training_jobs": 0}
        return self._refused(request) or JSONResponse(status)

    async def _parse(self, request: Request) -> Response:
        text = (await request.json())["text"]
        self.asked.append(text)
        await self._go_on.wait()
        if refused := self._refused(request):
            return refused
        if self._body is not None:
            return Response(self._body, media_type="application/json")
        return Response(json.dumps(self.answer(text)), media_type="application/json")

    def _refused(self, request: Request) -> Response | None:
        status = 401 if request.query_params.get("token", "") != self.token else self.status
        if status == 200:
            return None
        said = {"version": "3.6.21", "status": "failure", "reason": "Conflict", "message": "…", "code": status}
        return JSONResponse(said, status_code=status)

    def answer(self, text: str) -> dict[str, Any]:
        """What Rasa would say."""
        if text.startswith("/"):
            order = {"name": text[1:], "confidence": 1.0}
            return {"text": text, "intent": order, "intent_ranking": [order], "entities": []}
        parse = self.model.parse(text)
        name = NOT_UNDERSTOOD if parse.refused and parse.intent != OUT_OF_SCOPE else parse.intent
        entities = [{**one.to_json(), "value": one.text, "extractor": "DIETClassifier"} for one in parse.entities]
        return {**parse.to_json(), "intent": {"name": name, "confidence": parse.confidence}, "entities": entities}


@asynccontextmanager
async def rasa_double(model: Model, port: int, token: str = "") -> AsyncIterator[RasaDouble]:
    """One that runs until the block ends."""
    made = RasaDouble(model, token)
    await made.start(port)
    try:
        yield made
    finally:
        await made.stop()
