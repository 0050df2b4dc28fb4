"""Keeps the ears' process running beside the product, and hands on what it tells."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence

import msgspec
import structlog

from callcenter.app.kept_process import environment_of, one_life
from callcenter.app.recogniser import live_trouble_of
from callcenter.app.settings import Settings
from callcenter.domain.ports import Clock
from callcenter.speech.ears.news import Begin, EarsFailed, EarsOpen, News, Order

log = structlog.get_logger(__name__)

EARS = (sys.executable, "-m", "callcenter.app.ears")
_FIRST_PAUSE_MS = 500
_LONGEST_PAUSE_MS = 60_000
_news: msgspec.json.Decoder[News] = msgspec.json.Decoder(News)


class EarsKeeper:
    """One process, as long as :meth:`run` runs; none where no recogniser for live speech is chosen or can be.

    ``told`` is given all that the ears tell; ``gone`` is called when they are no more.
    """

    def __init__(
        self,
        settings: Settings,
        secret: str,
        clock: Clock,
        *,
        told: Callable[[News], None],
        gone: Callable[[], None],
        report: Callable[[str], None] = lambda line: None,
        command: Sequence[str] = EARS,
    ) -> None:
        self._settings, self._secret, self._clock = settings, secret, clock
        self._told, self._gone, self._report, self._command = told, gone, report, tuple(command)
        self.trouble = str(live_trouble_of(settings) or "")
        """Why there are no ears; empty while there are, or might be."""
        self.process: asyncio.subprocess.Process | None = None
        self._opened = False

    async def run(self) -> None:
        """Until cancelled, which ends the process. It is started again when it ends, sooner if it had worked."""
        if self.trouble:
            return
        pause_ms = _FIRST_PAUSE_MS
        while True:
            if await self._one_life():
                pause_ms = _FIRST_PAUSE_MS
            await self._clock.sleep_until(self._clock.now_ms() + pause_ms)
            pause_ms = min(_LONGEST_PAUSE_MS, pause_ms * 2)

    def order(self, order: Order) -> None:
        """Tell the ears; nobody is told where there are none."""
        process = self.process
        if self._opened and process is not None and process.stdin is not None and process.returncode is None:
            process.stdin.write(msgspec.json.encode(order) + b"\n")

    async def _one_life(self) -> bool:
        """Start the process and hear it to its end; whether it ever opened."""
        self._opened = False
        try:
            code = await one_life(self._command, environment_of(self._settings), self._hear, self._born)
            log.warning("ears_ended", code=code)
        except OSError as error:
            log.warning("ears_not_started", why=str(error))
        finally:
            opened, self._opened = self._opened, False
            if opened:
                self._gone()
        return opened

    def _born(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(Begin(self._secret)) + b"\n")

    def _hear(self, line: bytes) -> None:
        try:
            news = _news.decode(line)
        except msgspec.MsgspecError:
            return  # a library's own words
        if isinstance(news, EarsFailed):
            if news.why != self.trouble:
                self._report(f"nobody is listened to while they speak: {news.why}")
            self.trouble = news.why
        elif isinstance(news, EarsOpen):
            self._opened, self.trouble = True, ""
        self._told(news)
