"""Which share of calls a person answers, while it drifts."""

from __future__ import annotations

from math import exp, log, sqrt

_WINDOWS = (30.0, 90.0, 270.0, 1_000.0)
"""How many answers each average remembers."""
_PRIOR_CALLS = 2.0
_PRIOR_ANSWERS = 1.0
"""Assumed before any call ended: half are answered. Too many is the safe side."""
_MEMORY = 0.995
"""What is left of an average's record after each further call."""
_CAUTION = 0.3
"""Standard deviations that are added to the share, to be dialled by."""


class AnswerRate:
    """Four decayed averages with different memories, mixed by how well each foretold the calls so far.

    A mixture of experts weighted by decayed predictive likelihood (dynamic model averaging, Raftery, Kárný and Ettler,
    2010): a steady rate is left to the long memory, a sudden change to the short one.
    """

    def __init__(self) -> None:
        self._calls = [_PRIOR_CALLS] * len(_WINDOWS)
        self._answers = [_PRIOR_ANSWERS] * len(_WINDOWS)
        self._record = [0.0] * len(_WINDOWS)
        self.calls = 0
        self.mean = 0.5
        self.deviation = 0.3
        self._mix()

    @property
    def cautious(self) -> float:
        """The share to dial by, a little above the mean."""
        return min(0.999, self.mean + _CAUTION * self.deviation)

    def ended(self, *, answered: bool) -> None:
        """A call came to its end: a person answered, or not."""
        self.calls += 1
        for place, window in enumerate(_WINDOWS):
            share = self._answers[place] / self._calls[place]
            foretold = share if answered else 1.0 - share
            self._record[place] = _MEMORY * self._record[place] + log(max(1e-6, foretold))
            kept = exp(-share / window)
            self._calls[place] = kept * self._calls[place] + 1.0
            self._answers[place] = kept * self._answers[place] + (1.0 if answered else 0.0)
        self._mix()

    def _mix(self) -> None:
        best = max(self._record)
        weights = [exp(record - best) for record in self._record]
        whole = sum(weights)
        shares = [answers / calls for answers, calls in zip(self._answers, self._calls, strict=True)]
        shares = [min(0.999, max(0.001, share)) for share in shares]
        mean = sum(weight * share for weight, share in zip(weights, shares, strict=True)) / whole
        variance = sum(
            weight * (share * (1.0 - share) / calls + (share - mean) ** 2)
            for weight, share, calls in zip(weights, shares, self._calls, strict=True)
        )
        self.mean, self.deviation = mean, sqrt(variance / whole)
