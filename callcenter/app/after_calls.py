"""What becomes of conversations once they are over: transcripts of recordings, then scores."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

import structlog

from callcenter.app.background import in_background
from callcenter.app.scoring.keeper import ScoringKeeper
from callcenter.app.settings import Settings
from callcenter.app.transcribing.keeper import TranscriptionKeeper
from callcenter.domain.errors import Corrupt, ProviderError
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import Clock, Transcripts
from callcenter.storage import Storage

log = structlog.get_logger(__name__)
_FIRST_MS, _PAUSE_MS, _RETRY_MS = 5_000, 50, 60_000


def work_after_calls(
    stack: AsyncExitStack, settings: Settings, storage: Storage, clock: Clock, report: Callable[[str], None]
) -> Callable[[JournalEntry], None]:
    """Begin transcripts and scores, in processes of their own while something is due, and the index of what was said.

    Returns who must hear of each journal entry.
    """
    transcribing = TranscriptionKeeper(settings, storage.transcripts, clock)
    if transcribing.trouble is not None and settings.recogniser:
        report(f"no transcripts are made: {transcribing.trouble}")
    in_background(stack, transcribing.run())
    scoring = ScoringKeeper(settings, storage.quality, storage.scoring_jobs, clock)
    in_background(stack, scoring.run())
    in_background(stack, index_stored(storage.transcripts, clock))
    return scoring.observe


async def index_stored(transcripts: Transcripts, clock: Clock) -> None:
    """Put transcripts that were kept before there was an index into it, some at a time, with a pause for others."""
    done = 0
    await clock.sleep_until(clock.now_ms() + _FIRST_MS)  # a start has more urgent work
    while True:
        try:
            added = await transcripts.index_missing()
        except (ProviderError, Corrupt) as error:
            log.warning("transcripts_not_indexed", why=str(error), done=done)
            await clock.sleep_until(clock.now_ms() + _RETRY_MS)
            continue
        done += added
        if not added:
            break
        log.info("transcripts_indexed", done=done)
        await clock.sleep_until(clock.now_ms() + _PAUSE_MS)
