"""How long a contact will probably wait, learnt from how fast its queue has been served.

Two figures are kept for each queue, both as running means in which the newest counts an eighth: the **gap**
between two answers while somebody was waiting throughout, and the **handling time** (talk and wrap-up). The wait of
the n-th in the queue is n gaps; a silence longer than the gap counts as a gap of its own, so that the estimate grows
when nobody becomes free. With fewer than five gaps it is n × handling time ÷ agents at work, and with fewer
than three handled contacts, or nobody at work, it is unknown.

What was expected when a contact joined is held against its wait once it is answered. Customers are told a time only
while that has gone well: of the last forty such waits there are twenty or more, and at least half of them came within a
minute or, if that is more, half of the expected time.
"""

from __future__ import annotations

from callcenter.domain.waits import came_true

ENOUGH_GAPS = 5
ENOUGH_HANDLED = 3
MEMORY = 8
ENOUGH_PROOFS = 20
PROOFS_KEPT = 40


class WaitEstimate:
    """The running figures of one queue. Whole ms, so that every machine computes the same."""

    __slots__ = ("gap_ms", "gaps", "handled", "handling_ms", "last_start_ms", "proofs")

    def __init__(self) -> None:
        self.gap_ms = 0
        self.gaps = 0
        self.handling_ms = 0
        self.handled = 0
        self.last_start_ms: int | None = None
        self.proofs: list[bool] = []
        """Whether the last expectations came near enough, oldest first."""

    def proved(self, expected_ms: int, waited_ms: int) -> None:
        """A contact that was expected to wait ``expected_ms`` has been answered after ``waited_ms``."""
        self.proofs = [*self.proofs, came_true(expected_ms, waited_ms)][-PROOFS_KEPT:]

    @property
    def is_trusted(self) -> bool:
        """Whether the median error of enough recent expectations is small enough to tell customers a time."""
        return len(self.proofs) >= ENOUGH_PROOFS and 2 * sum(self.proofs) >= len(self.proofs)

    def started(self, now_ms: int, still_waiting: int) -> None:
        """A contact of the queue met its agent; ``still_waiting`` others wait on."""
        if self.last_start_ms is not None:
            self.gaps = count = self.gaps + 1
            self.gap_ms += (now_ms - self.last_start_ms - self.gap_ms) // (count if count < MEMORY else MEMORY)
        self.last_start_ms = now_ms if still_waiting else None

    def emptied(self) -> None:
        """The last waiting contact left by itself: the next gap would not show how fast agents become free."""
        self.last_start_ms = None

    def finished(self, duration_ms: int) -> None:
        """An agent is done with a contact of the queue, wrap-up included."""
        self.handled = count = self.handled + 1
        self.handling_ms += (duration_ms - self.handling_ms) // (count if count < MEMORY else MEMORY)

    def wait_ms(self, position: int, now_ms: int, at_work: int) -> int | None:
        """The expected wait of the contact at ``position`` with ``at_work`` agents serving; None while unknown."""
        if self.gaps >= ENOUGH_GAPS:
            gap = self.gap_ms
            if self.last_start_ms is not None and now_ms - self.last_start_ms > gap:
                gap += (now_ms - self.last_start_ms - gap) // MEMORY
            return position * gap
        if self.handled >= ENOUGH_HANDLED and at_work:
            return position * self.handling_ms // at_work
        return None

    def dump(self) -> list[int | None]:
        """The figures as a list."""
        figures = [self.gap_ms, self.gaps, self.handling_ms, self.handled, self.last_start_ms]
        return [*figures, *(int(near) for near in self.proofs)]

    def load(self, data: list[int | None]) -> None:
        """Take up what :meth:`dump` wrote."""
        gap, gaps, handling, handled, self.last_start_ms, *proofs = data
        self.proofs = [bool(near) for near in proofs]
        self.gap_ms, self.gaps, self.handling_ms, self.handled = gap or 0, gaps or 0, handling or 0, handled or 0
