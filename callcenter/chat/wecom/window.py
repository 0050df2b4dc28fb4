"""What WeCom lets us send to a customer: five messages within 48 hours of theirs, one greeting within 20 seconds."""

from __future__ import annotations

WINDOW_MS = 48 * 3_600_000
MESSAGES = 5
WELCOME_MS = 20_000
WINDOW_OVER = "wecom_window_over"
ALL_USED = "wecom_five_used"


class Window:
    """Counts what may still go to one customer. Where it does not know it allows: WeCom itself decides then.

    A welcome code is good once, for 20 seconds, and takes none of the five.
    """

    def __init__(self) -> None:
        self._wrote_ms: int | None = None
        self._used = 0
        self._greeting = ""
        self._until_ms = 0

    def wrote(self, at_ms: int) -> None:
        """The customer wrote: 48 hours and five messages from there. What arrives late takes nothing away."""
        if self._wrote_ms is None or at_ms >= self._wrote_ms:
            self._wrote_ms, self._used = at_ms, 0

    def used(self, messages: int = 1) -> None:
        """So many were sent."""
        self._used += messages

    def left(self, now_ms: int) -> int:
        """How many messages may be sent now."""
        if self._wrote_ms is None:
            return MESSAGES
        return max(0, MESSAGES - self._used) if now_ms < self._wrote_ms + WINDOW_MS else 0

    def refusal(self, now_ms: int, messages: int = 1) -> str:
        """Why so many messages can not be sent now; empty when they can."""
        if self._wrote_ms is not None and now_ms >= self._wrote_ms + WINDOW_MS:
            return WINDOW_OVER
        return "" if messages <= self.left(now_ms) else ALL_USED

    def offer(self, code: str, at_ms: int) -> None:
        """A welcome code came with the customer, issued at ``at_ms``."""
        self._greeting, self._until_ms = code, at_ms + WELCOME_MS

    def greeting(self, now_ms: int) -> str:
        """The welcome code while it is good; else empty."""
        return self._greeting if now_ms < self._until_ms else ""

    def greeted(self) -> None:
        """The code is used, or of no use."""
        self._greeting = ""
