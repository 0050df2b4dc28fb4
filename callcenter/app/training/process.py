"""Runs the process that trains. Nothing here waits on what it works at, and it may be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec
import structlog

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
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLCENTER_")}
    try:
        async with asyncio.timeout(timeout_s):
            return await _run(task, told, command, environment)
    except TimeoutError:
        return Failed("too_long")
    except (OSError, ValueError, msgspec.MsgspecError):
        log.exception("the process that trains broke off")
        return Failed("broke_off")


async def _run(task: Task, told: Callable[[Told], None], command: Sequence[str], environment: dict[str, str]) -> Answer:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, limit=LINE_BYTES, env=environment, start_new_session=True
    )
    try:
        return await _heard(process, task, told)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _heard(process: asyncio.subprocess.Process, task: Task, told: Callable[[Told], None]) -> Answer:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(msgspec.json.encode(task))
        await process.stdin.drain()
        process.stdin.close()
    while line := await process.stdout.readline():
        said = _lines.decode(line)
        if not isinstance(said, Told):
            return said
        told(said)
    return Failed("broke_off")
