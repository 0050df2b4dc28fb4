"""Which agents' pages are connected to this process, and which contact each is about."""

from __future__ import annotations

from collections import Counter


class OpenDesks:
    """Counts live streams by agent and desk; a reload may overlap with the old page for a moment."""

    def __init__(self) -> None:
        self._streams: Counter[tuple[str, str]] = Counter()
        self._focus: dict[tuple[str, str], str] = {}

    def opened(self, agent: str, desk: str) -> None:
        """A stream began."""
        self._streams[agent, desk] += 1

    def closed(self, agent: str, desk: str) -> bool:
        """A stream ended; True when it was the desk's last."""
        self._streams[agent, desk] -= 1
        if self._streams[agent, desk] > 0:
            return False
        del self._streams[agent, desk]
        self._focus.pop((agent, desk), None)
        return True

    def look_at(self, agent: str, desk: str, contact: str) -> None:
        """The agent chose which of their contacts the page is about."""
        if self.is_open(agent, desk):
            self._focus[agent, desk] = contact

    def focus(self, agent: str, desk: str) -> str:
        """What they chose last; empty when nothing."""
        return self._focus.get((agent, desk), "")

    def is_open(self, agent: str, desk: str) -> bool:
        """Whether the desk has a live stream."""
        return self._streams.get((agent, desk), 0) > 0
