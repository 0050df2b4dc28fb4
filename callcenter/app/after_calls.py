"""What becomes of conversations once they are over: transcripts of recordings, then scores."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from callcenter.app.background import in_background
from callcenter.app.scoring.keeper import ScoringKeeper
from callcenter.app.settings import Settings
from callcenter.app.transcribing.keeper import TranscriptionKeeper
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import Clock
from callcenter.storage import Storage


def work_after_calls(
    stack: AsyncExitStack, settings: Settings, storage: Storage, clock: Clock, report: Callable[[str], None]
) -> Callable[[JournalEntry], None]:
    """Begin both, in processes of their own while something is due; returns who must hear of each journal entry."""
    transcribing = TranscriptionKeeper(settings, storage.transcripts, clock)
    if transcribing.trouble is not None and settings.recogniser:
        report(f"no transcripts are made: {transcribing.trouble}")
    in_background(stack, transcribing.run())
    scoring = ScoringKeeper(settings, storage.quality, storage.scoring_jobs, clock)
    in_background(stack, scoring.run())
    return scoring.observe
