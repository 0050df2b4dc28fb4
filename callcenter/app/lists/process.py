"""Runs the process that reads a list. Nothing here waits on what it works at, and it may be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec
import structlog

from callcenter.app.lists.tasks import Done, Failed, Line, Progress, Read

log = structlog.get_logger(__name__)

WORKER = (sys.executable, "-m", "callcenter.app.lists")
_lines: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


async def answer_of(
    task: Read, told: Callable[[Progress], None] = lambda told: None, *, command: Sequence[str] = WORKER
) -> Done | Failed:
    """What came of a task; never raises but when cancelled, which ends the process. What was read till then is kept."""
    # The task has what the process needs; settings with their secrets it needs not.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLCENTER_")}
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, env=environment, start_new_session=True
        )
        try:
            return await _heard(process, task, told)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            await process.wait()
    except (OSError, ValueError, msgspec.MsgspecError):
        log.exception("the process that reads a list broke off")
        return Failed("list_broke_off")


async def _heard(process: asyncio.subprocess.Process, task: Read, told: Callable[[Progress], None]) -> Done | Failed:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(msgspec.json.encode(task))
        await process.stdin.drain()
        process.stdin.close()
    while line := await process.stdout.readline():
        said = _lines.decode(line)
        if not isinstance(said, Progress):
            return said
        told(said)
    return Failed("list_broke_off")
