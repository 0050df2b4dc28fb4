"""A worker's process beside the product: how it gives way, and how it is started and heard to its end."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from callcenter.app.settings import Settings

NICENESS = 15


def give_way() -> None:
    """Behind calls in progress, and the first to go when memory is short."""
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def end_with_parent() -> None:
    """End at once when nobody holds the other end of standard input; what was begun is begun again by the next."""
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


async def one_life(
    command: Sequence[str],
    environment: dict[str, str],
    hear: Callable[[bytes], None],
    born: Callable[[asyncio.subprocess.Process], None] = lambda process: None,
) -> int:
    """Start a worker and give ``hear`` its lines to its end; returns its exit code. When cancelled, it ends with us.

    Raises ``OSError`` where there is no such command.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, env=environment, start_new_session=True
    )
    born(process)
    try:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            hear(line)
        return await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings that a worker needs, also those that did not come from our own environment."""
    given = {
        "DATA": str(settings.data.resolve()),
        "DATABASE": settings.database,
        "MODELS": str(settings.models.resolve()) if settings.models is not None else "",
        "LANGUAGE": settings.language,
        "TIMEZONE": settings.timezone,
        "RECOGNISER": settings.recogniser,
        "LIVE_RECOGNISER": settings.live_recogniser,
        "MEDIA_ADDRESS": settings.media_address,
        "MEDIA_PORT": str(settings.media_port),
        "RECOGNISER_LANGUAGE": settings.recogniser_language,
        "RECOGNISER_TOKEN": settings.recogniser_token.get_secret_value(),
        "TRANSCRIBE_FIRST": json.dumps(settings.transcribe_first),
        "SECRET_KEYS": json.dumps([key.get_secret_value() for key in settings.secret_keys]),
    }
    return {**os.environ, **{f"CALLCENTER_{name}": value for name, value in given.items() if value}}
