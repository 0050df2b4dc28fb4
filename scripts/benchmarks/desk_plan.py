"""What the desk benchmark's processes agree on: desks, places, and how a stream of changes is made."""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import uvicorn

SERVER_CORE, CLIENT_CORE = 0, 1
STATES = ("available", "on_break")
RESTING = STATES[-1]
"""The state every desk is in before a round: its first change then is one."""
Change = tuple[int, int, str]
"""Desk's index, intended time (monotonic ns), the state it is set to."""


def agent_id(index: int) -> str:
    return f"a{index:05}"


def desk_path(index: int) -> str:
    return f"/agent/live?desk=desk-of-{agent_id(index)}&sign_in=true"


def cookie(index: int) -> str:
    return f"benchmark-session-{agent_id(index)}"


@dataclass(frozen=True, slots=True)
class Load:
    """Connected desks, and changes a second for some seconds."""

    desks: int
    rate: int
    seconds: float


async def drive(load: Load, chance: random.Random, change: Callable[[int, str], None]) -> list[Change]:
    """Change desks one after another in a shuffled order, evenly in time; what was changed and when it was due.

    The due time counts, not the moment we came to it: a process too busy to change anything is late, too.
    """
    order = list(range(load.desks))
    chance.shuffle(order)
    made: list[Change] = []
    begin = time.monotonic_ns() + 50_000_000
    step = 1_000_000_000 // load.rate
    for number in range(int(load.rate * load.seconds)):
        due = begin + number * step
        # a timer may fire a moment early: what arrives before it was due would be taken for lost
        while (wait := (due - time.monotonic_ns()) / 1e9) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)
        desk = order[number % load.desks]
        state = STATES[(number // load.desks) % 2]
        change(desk, state)
        made.append((desk, due, state))
    return made


def settle(core: int) -> None:
    """Stay on one core, with room for thousands of sockets."""
    if hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > core:
        os.sched_setaffinity(0, {core})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def obey(rest: Callable[[int], Awaitable[None]], run: Callable[[Load], Awaitable[list[Change]]]) -> None:
    """Take ``rest DESKS`` and ``run DESKS RATE SECONDS`` on standard input.

    The answer to the second is the changes and our share of a core.
    """
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while words := (await reader.readline()).decode().split():
        if words[0] == "rest":
            await rest(int(words[1]))
            say({"resting": True})
            continue
        load = Load(int(words[1]), int(words[2]), float(words[3]))
        began, used = time.monotonic(), time.process_time()
        made = await run(load)
        share = (time.process_time() - used) / (time.monotonic() - began)
        say({"changes": made, "share": share, "memory_mb": _memory_mb()})


async def started(server: uvicorn.Server) -> None:
    """Until it takes connections."""
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)


def say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def _memory_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
