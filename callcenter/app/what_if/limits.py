"""What the process that works a question out may take of the machine."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

NICENESS = 15
MEMORY_BYTES = 2 * 1024**3
CPU_S = 600


def give_way() -> None:
    """Behind calls in progress, and the first to go when memory is short."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
