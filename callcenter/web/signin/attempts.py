"""Slows down guessing: counts failures by user, by address and by both in a sliding window."""

from __future__ import annotations

from collections import OrderedDict

WINDOW_MS = 15 * 60_000
MAX_BY_USER = 5
MAX_BY_NAME = 50
MAX_BY_ADDRESS = 30
_KEPT = 10_000


class SignInAttempts:
    """Failures of the last quarter of an hour, in memory, at most 10,000 keys.

    A name is closed to all addresses after ``MAX_BY_NAME`` failures, except to those its user has signed in from.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[int]] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()
        self.restored = False
        """Whether failures from before a restart have been read back (from the audit log, by the sign-in page)."""

    def wait_ms(self, user: str, address: str, now_ms: int) -> int:
        """How long to wait before the next try; 0 when it is allowed now."""
        pair, by_name, by_address = _keys(user, address)
        waits = [self._wait(pair, MAX_BY_USER, now_ms), self._wait(by_address, MAX_BY_ADDRESS, now_ms)]
        if pair not in self._known:
            waits.append(self._wait(by_name, MAX_BY_NAME, now_ms))
        return max(waits)

    def failed(self, user: str, address: str, now_ms: int) -> None:
        """Count a failure."""
        for key in _keys(user, address):
            self._failures.setdefault(key, []).append(now_ms)
            self._failures.move_to_end(key)
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def succeeded(self, user: str, address: str) -> None:
        """Forget the user's failures from this address, and know the address."""
        pair = _keys(user, address)[0]
        self._failures.pop(pair, None)
        self._known[pair] = None
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def _wait(self, key: str, limit: int, now_ms: int) -> int:
        times = [at for at in self._failures.get(key, ()) if at > now_ms - WINDOW_MS]
        if key in self._failures:
            self._failures[key] = times
        if len(times) < limit:
            return 0
        return times[-limit] + WINDOW_MS - now_ms


def _keys(user: str, address: str) -> tuple[str, str, str]:
    return f"u:{user.lower()}|{address}", f"n:{user.lower()}", f"a:{address}"
