"""``python -m callcenter.app.transcribing NAME``: the worker's process, with the settings of its environment.

It tells what it does as lines of JSON, gives way to everything else, and ends when its standard input does: so it never
outlives who started it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path

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


if __name__ == "__main__":
    give_way()
    threading.Thread(target=end_with_parent, daemon=True).start()
    asyncio.run(import_module("callcenter.app.transcribing.process").work(sys.argv[1]))
