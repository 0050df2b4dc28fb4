"""What flows may ask about the queues, answered from memory and router."""

from __future__ import annotations

from callcenter.core import callbacks
from callcenter.core.state import Contact
from callcenter.core.turn import Turn


class Seen:
    """Fills :class:`callcenter.flow.outlook.Outlook` for one contact at one moment."""

    def __init__(self, t: Turn, c: Contact) -> None:
        self._t = t
        self._c = c

    def told_wait_ms(self, queue: str) -> int | None:
        """From the place that the contact's age would give it, while expectations have come true of late."""
        if queue not in self._t.state.config.queues:
            return None
        c = self._c
        priority = c.queue_priority if c.queue == queue else 0
        return self._t.acd.told_wait_joining_ms(queue, self._t.now, arrived_ms=c.queued_ms, priority=priority)

    def to_be_called(self, queue: str, number: str) -> bool:
        """Whether there is an open callback."""
        return callbacks.standing(self._t, queue, number) is not None

    def hears(self) -> bool:
        """Whether there is a recogniser for live speech, and somebody on the line."""
        return self._t.state.hears and not self._c.virtual
