"""What the worker's process does once it runs."""

from __future__ import annotations

import os
import sys

import msgspec

from callcenter.app.clock import SystemClock
from callcenter.app.recogniser import language_of, recogniser_of
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import load_settings
from callcenter.app.transcribing.worker import Stuck, Told, Worker
from callcenter.recording import WavRecordingStore
from callcenter.storage import Storage

STUCK = 3
"""The process's exit code when its recogniser hung."""


async def work(name: str) -> None:
    """Work until the process is ended."""
    settings = load_settings()
    storage = await Storage.open(settings.database_url, seal_of(settings))
    worker = Worker(
        name,
        storage.transcripts,
        WavRecordingStore(settings.data / "recordings"),
        recogniser_of(settings),
        SystemClock(),
        language_of(settings),
        risky=frozenset(settings.transcribe_first),
        told=_tell,
    )
    try:
        await worker.run()
    except Stuck:
        os._exit(STUCK)  # the hanging thread would keep an ordinary exit waiting for ever


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()
