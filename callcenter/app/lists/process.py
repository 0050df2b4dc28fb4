"""Runs the process that reads a list. Nothing here waits on what it works at, and it may be killed at any moment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import msgspec
import structlog

from callcenter.app import worker_process
from callcenter.app.lists.tasks import Done, Failed, Line, Progress, Read

log = structlog.get_logger(__name__)

WORKER = (sys.executable, "-m", "callcenter.app.lists")
_lines: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


async def answer_of(
    task: Read, told: Callable[[Progress], None] = lambda told: None, *, command: Sequence[str] = WORKER
) -> Done | Failed:
    """What came of a task; never raises but when cancelled, which ends the process. What was read till then is kept."""

    def hear(line: bytes) -> Done | Failed | None:
        said = _lines.decode(line)
        if not isinstance(said, Progress):
            return said
        told(said)
        return None

    try:
        return await worker_process.answer_of(task, command, hear) or Failed("list_broke_off")
    except (OSError, ValueError, msgspec.MsgspecError):
        log.exception("the process that reads a list broke off")
        return Failed("list_broke_off")
