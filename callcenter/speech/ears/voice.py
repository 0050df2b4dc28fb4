"""One tapped voice: audio is taken as it comes, and recognised as fast as the recogniser can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog
from msgspec.structs import replace

from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import Hearing
from callcenter.domain.speech import Heard
from callcenter.speech.ears.news import News, VoiceEnded, VoiceHeard
from callcenter.speech.ears.turn_watch import TurnWatch

log = structlog.get_logger(__name__)

LONGEST_LAG_MS = 15_000
"""Audio older than this is dropped: words that late are of no use to anybody."""
PIECE_MS = 1_000
"""The recogniser is given this much at once when it lags; it then guesses less often."""


class TappedVoice:
    """Feed it with :meth:`take`, which never waits; :meth:`run` recognises until :meth:`over`."""

    def __init__(
        self,
        tap: str,
        rate: int,
        hearing: Hearing,
        tell: Callable[[News], None],
        *,
        turns: TurnWatch | None = None,
    ) -> None:
        self.turns = turns
        """Watches whose turn it is, where the voice speaks with a machine."""
        self._tap, self._hearing, self._tell = tap, hearing, tell
        self._bytes_a_ms = rate * 2 // 1_000
        self._waiting = bytearray()
        self._wake = asyncio.Event()
        self._over = False
        self._guess = ""
        self.shed_ms = 0
        """How much audio was dropped because the recogniser lagged."""

    def take(self, pcm: bytes) -> None:
        """Some more audio; the oldest that waits is dropped when there is too much."""
        if self.turns is not None:
            self.turns.take(pcm)
        self._waiting += pcm
        too_much = len(self._waiting) - LONGEST_LAG_MS * self._bytes_a_ms
        if too_much > 0:
            dropped_ms = -(-too_much // self._bytes_a_ms)
            del self._waiting[: dropped_ms * self._bytes_a_ms]
            self.shed_ms += dropped_ms
        self._wake.set()

    def over(self) -> None:
        """No more comes."""
        self._over = True
        self._wake.set()

    async def run(self) -> None:
        """Recognise to the end, and tell it. Never raises: a recogniser's trouble is told too."""
        trouble = ""
        try:
            await self._recognise()
            self._told(await self._hearing.end())
        except ProviderError as error:
            trouble = str(error)
        except Exception as error:
            # A library's fault: its text may quote what was said, so only its kind is told.
            trouble = f"the recogniser failed: {type(error).__name__}"
        finally:
            await self._hearing.close()
        if trouble:
            log.warning("voice_not_heard", tap=self._tap, why=trouble)
        self._tell(VoiceEnded(self._tap, self.shed_ms, trouble))

    async def _recognise(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                most = PIECE_MS * self._bytes_a_ms
                piece, self._waiting = bytes(self._waiting[:most]), self._waiting[most:]
                self._told(await self._hearing.feed(piece))
            if self._over:
                return

    def _told(self, found: Sequence[Heard]) -> None:
        lag_ms = len(self._waiting) // self._bytes_a_ms
        for heard in found:
            if heard.final:
                self._guess = ""
            elif lag_ms > PIECE_MS or heard.text == self._guess:
                continue  # guesses are the first that is given up
            else:
                self._guess = heard.text
            late = self.shed_ms
            moved = replace(heard, start_ms=heard.start_ms + late, end_ms=heard.end_ms + late, words=())
            self._tell(VoiceHeard(self._tap, moved, lag_ms))
            if self.turns is not None:
                self.turns.heard(moved)
