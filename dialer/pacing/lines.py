"""The calls of one campaign that ring: how many people will have answered by when."""

from __future__ import annotations

import numpy as np

from dialer.pacing.answers import AnswerRate
from dialer.pacing.load import added_up, ages, cumulants
from dialer.pacing.rings import LONGEST, QUANTILES, RingTimes
from dialer.pacing.spans import Floats

_COUNT = len(QUANTILES)


class Lines:
    """Calls in flight with their ages, and what was learned of ring times and of the answer rate."""

    def __init__(self) -> None:
        self.rate = AnswerRate()
        self.rings = RingTimes()
        self._since: dict[str, float] = {}
        self._risk: dict[str, float] = {}
        self._table = np.zeros((LONGEST, 3 * _COUNT))
        self._at_all = np.zeros(LONGEST)

    def __len__(self) -> int:
        return len(self._since)

    def __contains__(self, call: str) -> bool:
        return call in self._since

    def dialled(self, call: str, risk: float, now_s: float) -> None:
        """A call was placed that is abandoned with chance ``risk`` if a person answers."""
        self._since[call] = now_s
        self._risk[call] = risk

    def ended(self, call: str, now_s: float, *, answered: bool) -> float:
        """A person answered, or it ended otherwise; gives its risk."""
        self.rings.ended(now_s - self._since.pop(call), answered=answered)
        self.rate.ended(answered=answered)
        return self._risk.pop(call)

    def cancelled(self, call: str) -> None:
        """We took it back: nothing is learned from it."""
        self._since.pop(call)
        self._risk.pop(call)

    def learn(self, horizons_s: tuple[int, ...]) -> None:
        """Make the tables anew."""
        share = self.rate.cautious
        self._table = cumulants(self.rings.answered_within(share, horizons_s))
        self._at_all = self.rings.answered_at_all(share)

    @property
    def fresh(self) -> Floats:
        """Cumulants of one more call, dialled now."""
        row: Floats = self._table[0]
        return row

    @property
    def doubt(self) -> float:
        """The squared relative deviation of the answer rate: all calls share that error."""
        return (self.rate.deviation / self.rate.mean) ** 2

    def answered_by(self, now_s: float) -> tuple[Floats, float]:
        """Cumulants of the answers by each horizon, and how many abandoned calls are on their way in the mean."""
        if not self._since:
            return np.zeros(3 * _COUNT), 0.0
        old = ages(self._since.values(), len(self._since), now_s, LONGEST - 1)
        risks = np.fromiter(self._risk.values(), dtype=np.float64, count=len(self._risk))
        pending = float((risks * self._at_all[old.astype(np.intp)]).sum())
        return added_up(self._table, old), pending
