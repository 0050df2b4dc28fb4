"""Work that takes long, in a process of its own: a task goes in as JSON, lines come out, the last is the answer.

Nothing here waits on what the process works at, and it may be killed at any moment. It has an environment without our
settings and their secrets: the task has all it needs.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec

A = TypeVar("A")
LINE_BYTES = 1 << 16


async def answer_of(
    task: object, command: Sequence[str], hear: Callable[[bytes], A | None], *, line_bytes: int = LINE_BYTES
) -> A | None:
    """Run ``command`` with ``task``; ``hear`` is given each line and returns the answer once a line is it.

    None when the process ended without an answer. ``line_bytes`` bounds a line. Raises ``OSError`` where there is no
    such command, ``ValueError`` for a line too long, and whatever ``hear`` raises. The process ends with this call,
    also when it is cancelled.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLCENTER_")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, limit=line_bytes, env=environment, start_new_session=True
    )
    try:
        return await _heard(process, msgspec.json.encode(task), hear)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _heard(process: asyncio.subprocess.Process, task: bytes, hear: Callable[[bytes], A | None]) -> A | None:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(task)
        await process.stdin.drain()
        process.stdin.close()
    while line := await process.stdout.readline():
        if (answer := hear(line)) is not None:
            return answer
    return None
