"""Slows down guessing of passwords: counts failures by user and by address in a sliding window."""

from __future__ import annotations

from collections import OrderedDict

WINDOW_MS = 15 * 60_000
MAX_BY_USER = 5
MAX_BY_ADDRESS = 30
_KEPT = 10_000


class SignInAttempts:
    """Failures of the last quarter of an hour, in memory, at most 10,000 keys."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[int]] = OrderedDict()

    def wait_ms(self, user: str, address: str, now_ms: int) -> int:
        """How long to wait before the next try; 0 when it is allowed now."""
        return max(
            self._wait(f"u:{user.lower()}|{address}", MAX_BY_USER, now_ms),
            self._wait(f"a:{address}", MAX_BY_ADDRESS, now_ms),
        )

    def failed(self, user: str, address: str, now_ms: int) -> None:
        """Count a failure."""
        for key in (f"u:{user.lower()}|{address}", f"a:{address}"):
            self._failures.setdefault(key, []).append(now_ms)
            self._failures.move_to_end(key)
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def succeeded(self, user: str, address: str) -> None:
        """Forget the user's failures from this address."""
        self._failures.pop(f"u:{user.lower()}|{address}", None)

    def _wait(self, key: str, limit: int, now_ms: int) -> int:
        times = [at for at in self._failures.get(key, ()) if at > now_ms - WINDOW_MS]
        if key in self._failures:
            self._failures[key] = times
        if len(times) < limit:
            return 0
        return times[-limit] + WINDOW_MS - now_ms
