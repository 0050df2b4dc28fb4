"""Collecting keys: pure, so that every adapter counts, waits and gives up alike."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from callcenter.domain.effects import Gather
from callcenter.domain.events import GatherOutcome

TYPE_AHEAD_MS = 10_000
TYPE_AHEAD_KEYS = 32


@dataclass(frozen=True)
class Collected:
    """A gather's end."""

    gather: Gather
    outcome: GatherOutcome
    digits: str


@dataclass
class DigitCollector:
    """The keys of one leg: the gather in progress and what was typed ahead of the next one.

    Times are any milliseconds that only grow. ``deadline_ms`` is when ``expire`` must be called, None for never.
    """

    gather: Gather | None = None
    deadline_ms: int | None = None
    _digits: str = ""
    _ahead: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=TYPE_AHEAD_KEYS))

    def begin(self, gather: Gather, now_ms: int) -> Collected | None:
        """Start a gather; returns its end when what was typed ahead already fills it.

        The same request again changes nothing. A gather in progress is forgotten.
        """
        if self.gather is not None and self.gather.request == gather.request:
            return None
        self.gather, self.deadline_ms, self._digits = gather, None, ""
        if gather.secret or not gather.type_ahead:
            self._ahead.clear()
        while self._ahead:
            pressed_ms, key = self._ahead.popleft()
            stale = now_ms - pressed_ms > TYPE_AHEAD_MS
            if stale or (key in gather.terminator and not self._digits):
                continue
            ended = self._take(key, now_ms)
            if ended is not None:
                return ended
        return None

    @property
    def wants_prompt(self) -> bool:
        """Whether the prompts should (still) be heard: nothing was pressed yet."""
        return self.gather is not None and not self._digits

    def prompts_over(self, now_ms: int) -> None:
        """The prompts ended: the wait for the first key begins."""
        if self.gather is not None and not self._digits and self.deadline_ms is None:
            self.deadline_ms = now_ms + self.gather.first_timeout_ms

    def feed(self, key: str, now_ms: int) -> Collected | None:
        """A key was pressed; returns the gather's end when it was the last one."""
        if self.gather is None:
            self._ahead.append((now_ms, key))
            return None
        return self._take(key, now_ms)

    def expire(self, now_ms: int) -> Collected | None:
        """The deadline may have come."""
        if self.gather is None or self.deadline_ms is None or now_ms < self.deadline_ms:
            return None
        return self._end(by_pause=True)

    def fail(self) -> Collected | None:
        """The prompts could not be played."""
        if self.gather is None:
            return None
        ended, self.gather, self.deadline_ms = Collected(self.gather, GatherOutcome.FAILED, ""), None, None
        return ended

    def forget(self, request: str) -> bool:
        """Drop the gather ``request``; False when it is not the one in progress."""
        if self.gather is None or self.gather.request != request:
            return False
        self.gather, self.deadline_ms, self._digits = None, None, ""
        return True

    def clear_ahead(self) -> None:
        """What was typed in a conversation is not meant for a later menu."""
        self._ahead.clear()

    def _take(self, key: str, now_ms: int) -> Collected | None:
        assert self.gather is not None
        if key in self.gather.terminator:
            return self._end(by_pause=False)
        self._digits += key
        if len(self._digits) >= self.gather.max_digits:
            return self._end(by_pause=False)
        self.deadline_ms = now_ms + self.gather.next_timeout_ms
        return None

    def _end(self, *, by_pause: bool) -> Collected:
        assert self.gather is not None
        gather, digits = self.gather, self._digits
        enough = len(digits) >= gather.min_digits and not (by_pause and not digits)
        outcome = GatherOutcome.COMPLETE if enough else GatherOutcome.TIMEOUT
        self.gather, self.deadline_ms, self._digits = None, None, ""
        return Collected(gather, outcome, digits)
