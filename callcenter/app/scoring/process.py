"""What the scoring process does once it runs."""

from __future__ import annotations

import sys

import msgspec

from callcenter.app.clock import SystemClock
from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.scoring.worker import ScoringWorker, Told
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import load_settings
from callcenter.storage import Storage


async def work(name: str) -> None:
    """Score until nothing is due."""
    settings = load_settings()
    storage = await Storage.open(settings.database_url, seal_of(settings))
    texts = ConversationTexts.from_storage(storage, settings.timezone)
    worker = ScoringWorker(
        name, storage.quality, storage.scoring_jobs, storage.contacts, texts, SystemClock(), told=_tell
    )
    try:
        await worker.drain()
    finally:
        await storage.close()


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()
