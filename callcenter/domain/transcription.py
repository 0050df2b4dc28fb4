"""Turning recordings into transcripts after the call: the jobs, their order, and when a failed one is tried again."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

MOST_ATTEMPTS = 5
"""After so many failures a job is dead: it waits for a person."""
_FIRST_PAUSE_MS = 30_000
_FACTOR = 4
_LONGEST_PAUSE_MS = 3_600_000
LENGTH_WEIGHT = 10
"""A recording waits as if it had come so many times its own length later: short ones first, long ones in time."""
RISKY_MS = 4 * 3_600_000
"""A risky call is taken as if it had come so much earlier."""


class JobState(StrEnum):
    """Where a job is: it waits (also for another try), a worker has it, it is done, or it is dead."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Struct, frozen=True):
    """One recording to be transcribed. Times in ms since 1970, 0 for never; ``trouble`` holds no personal data."""

    recording: str
    contact: str
    state: JobState
    attempts: int
    filed_ms: int
    duration_ms: int
    not_before_ms: int = 0
    lease_until_ms: int = 0
    worker: str = ""
    trouble: str = ""
    done_ms: int = 0
    took_ms: int = 0


class Backlog(Struct, frozen=True):
    """How far transcription is. ``*_audio_ms`` are lengths of recordings."""

    waiting: int
    waiting_audio_ms: int
    running: int
    dead: int
    done: int
    oldest_filed_ms: int | None
    """When the longest waiting was filed."""
    done_lately: int
    """Finished since the time asked for."""
    audio_lately_ms: int
    took_lately_ms: int

    @property
    def speed(self) -> float | None:
        """Hours of audio in an hour of work; None when nothing was done lately."""
        return self.audio_lately_ms / self.took_lately_ms if self.took_lately_ms else None


def order_of(filed_ms: int, duration_ms: int) -> int:
    """What jobs are ordered by, the lowest first. One rate of ageing for all, so nothing is overtaken for ever."""
    return filed_ms + LENGTH_WEIGHT * duration_ms


def pause_ms(attempts: int) -> int:
    """How long to wait after the ``attempts``-th failure."""
    return int(min(_LONGEST_PAUSE_MS, _FIRST_PAUSE_MS * _FACTOR ** max(0, attempts - 1)))
