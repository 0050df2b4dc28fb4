"""Which agents' pages are connected to this process."""

from __future__ import annotations

from collections import Counter


class OpenDesks:
    """Counts live streams by agent and desk; a reload may overlap with the old page for a moment."""

    def __init__(self) -> None:
        self._streams: Counter[tuple[str, str]] = Counter()

    def opened(self, agent: str, desk: str) -> None:
        """A stream began."""
        self._streams[agent, desk] += 1

    def closed(self, agent: str, desk: str) -> bool:
        """A stream ended; True when it was the desk's last."""
        self._streams[agent, desk] -= 1
        if self._streams[agent, desk] > 0:
            return False
        del self._streams[agent, desk]
        return True

    def is_open(self, agent: str, desk: str) -> bool:
        """Whether the desk has a live stream."""
        return self._streams.get((agent, desk), 0) > 0
