"""The embedded assistant behind the port: the model answers on a thread of its own, in bounded time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callcenter.bot.canary import is_tried_on
from callcenter.bot.sentence import SURELY_OUT, language_of, says_something, wanted
from callcenter.domain.errors import ProviderError
from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE, Entity, Understanding

if TYPE_CHECKING:  # numpy and jieba are loaded once there is a model
    from callcenter.bot.embedded.model import Model, Parse

PATIENCE_S = 2.0


@dataclass(frozen=True)
class Version:
    """A loaded model and what its version is called."""

    model: Model
    id: str = ""


@dataclass(frozen=True)
class Canary:
    """A version that is tried on ``share`` per cent of the contacts that began at ``since_ms`` or later."""

    version: Version
    share: int
    since_ms: int


class EmbeddedAssistant:
    """Fills ``Understands`` with a model that may come later, and be replaced while sentences are being understood."""

    def __init__(self, timezone: str = "Asia/Shanghai") -> None:
        self.base: Version | None = None
        """The model of the shipped data, or of the settings."""
        self.promoted: Version | None = None
        """One that was trained since and put in its place."""
        self.canary: Canary | None = None
        self.note = "no model yet"
        """Why there is no model."""
        self.ready = asyncio.Event()
        """Set once there is a model."""
        self._zone = ZoneInfo(timezone)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="assistant")

    @property
    def model(self) -> Model | None:
        """The one that answers those who try nothing."""
        version = self.promoted or self.base
        return version.model if version is not None else None

    def take(self, version: Version) -> None:
        """A model for want of a promoted one; from now on there is one."""
        self.base, self.note = version, ""
        self.ready.set()

    def version_for(self, contact: str) -> Version | None:
        """Who answers this contact."""
        tried = self.canary
        if tried is not None and is_tried_on(contact, tried.share, tried.since_ms):
            return tried.version
        return self.promoted or self.base

    async def understand(self, text: str, now_ms: int, contact: str = "") -> Understanding:
        """See :class:`~callcenter.domain.ports.Understands`."""
        version = self.version_for(contact)
        if version is None:
            raise ProviderError(f"the assistant is not ready: {self.note}", retryable=True)
        if not says_something(text):
            return Understanding(NOT_UNDERSTOOD, 0.0)
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self._zone)
        work = asyncio.get_running_loop().run_in_executor(self._thread, version.model.parse, text, now)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return understanding_of(await work, version.id)
        except TimeoutError:
            raise ProviderError(f"the assistant took more than {PATIENCE_S} s", retryable=True) from None
        except Exception as error:
            raise ProviderError(f"the assistant failed: {error!r}") from error

    def close(self) -> None:
        """End the thread; what it is at is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def understanding_of(parse: Parse, model: str = "") -> Understanding:
    """What a parse of that version means to a flow."""
    intent = parse.intent
    if parse.refused and not (intent == OUT_OF_SCOPE and parse.confidence >= SURELY_OUT):
        intent = NOT_UNDERSTOOD
    kept = wanted(parse.text, parse.entities)
    return Understanding(
        intent,
        parse.confidence,
        tuple(Entity(e.entity, e.value, e.text) for e in kept),
        language_of(parse.text),
        guess=next((name for name, _ in parse.ranking if name != OUT_OF_SCOPE), ""),
        model=model,
    )
