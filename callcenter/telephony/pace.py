"""Spaces what must not come faster than so many a second: whoever comes takes the next place and is told the wait."""

from __future__ import annotations

from collections import deque


class Pace:
    """At most ``most`` in any second; 0 is no limit. Times in seconds of one clock."""

    def __init__(self, most: int) -> None:
        self._places: deque[float] = deque(maxlen=most or 1)
        self._most = most

    def wait_s(self, now_s: float) -> float:
        """Take the next place; how long it is until then."""
        if not self._most:
            return 0.0
        place = now_s
        if len(self._places) == self._most:
            place = max(now_s, self._places[0] + 1.0)
        self._places.append(place)
        return place - now_s
