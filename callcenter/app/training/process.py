"""Runs the process that trains. Nothing here waits on what it works at, and it may be killed at any moment."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence

import msgspec
import structlog

from callcenter.app import worker_process
from callcenter.app.training.tasks import Answer, Failed, Line, Task, Told

log = structlog.get_logger(__name__)

WORKER = (sys.executable, "-m", "callcenter.app.training")
TIMEOUT_S = 900.0
LINE_BYTES = 16 * 1024**2
"""The longest line a worker may write: ten thousand sentences take a tenth of it."""

_lines: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


async def answer_of(
    task: Task,
    told: Callable[[Told], None] = lambda told: None,
    *,
    command: Sequence[str] = WORKER,
    timeout_s: float = TIMEOUT_S,
) -> Answer:
    """What came of a task; never raises but when cancelled, which ends the process.

    Faults of its own: ``broke_off`` (it was killed, or said something odd), ``too_long``.
    """

    def hear(line: bytes) -> Answer | None:
        said = _lines.decode(line)
        if not isinstance(said, Told):
            return said
        told(said)
        return None

    try:
        async with asyncio.timeout(timeout_s):
            found: Answer | None = await worker_process.answer_of(task, command, hear, line_bytes=LINE_BYTES)
    except TimeoutError:
        return Failed("too_long")
    except (OSError, ValueError, msgspec.MsgspecError):
        log.exception("the process that trains broke off")
        return Failed("broke_off")
    return found or Failed("broke_off")
