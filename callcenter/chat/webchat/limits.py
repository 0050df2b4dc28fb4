"""How much one visitor and one address may do: buckets that fill with time. Pure."""

from __future__ import annotations

from collections.abc import Callable

BURST_S = 20
"""A bucket holds what comes in within so long: several quick messages are ordinary."""
_FORGET_AT = 50_000


class Buckets:
    """One bucket a key. ``a_minute`` says how many may be taken in a minute."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, int]] = {}

    def take(self, key: str, a_minute: int, now_ms: int) -> int:
        """Take one: 0 when there was one, else how many ms until there is."""
        size = max(5.0, a_minute * BURST_S / 60)
        left, then = self._left.get(key, (size, now_ms))
        left = min(size, left + (now_ms - then) * a_minute / 60_000)
        if left < 1:
            self._left[key] = (left, now_ms)
            return max(1, round((1 - left) * 60_000 / a_minute))
        self._left[key] = (left - 1, now_ms)
        if len(self._left) > _FORGET_AT:
            self._forget(now_ms)
        return 0

    def _forget(self, now_ms: int) -> None:
        """A bucket not touched for two minutes is full again."""
        self._left = {key: kept for key, kept in self._left.items() if now_ms - kept[1] < 120_000}


class Counted:
    """How many things of each key there are at once."""

    def __init__(self) -> None:
        self._there: dict[str, int] = {}

    def of(self, key: str) -> int:
        """How many."""
        return self._there.get(key, 0)

    def enter(self, key: str) -> Callable[[], None]:
        """One more; returns what takes it away again, once."""
        self._there[key] = self.of(key) + 1
        gone = False

        def leave() -> None:
            nonlocal gone
            if gone:
                return
            gone = True
            self._there[key] -= 1
            if not self._there[key]:
                del self._there[key]

        return leave
