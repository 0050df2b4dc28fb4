"""How long it rings: until a person is there for an agent, and until anything else ends the call."""

from __future__ import annotations

import numpy as np

from dialer.pacing.spans import Floats

LONGEST = 120
"""Ages of calls in s that are told apart."""
_PRIOR = 2.0
"""Calls assumed before any was seen, spread evenly over the first :data:`_PRIOR_S`."""
_PRIOR_S = 40
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where the ring time of answers is looked at."""


class RingTimes:
    """Counts by whole seconds of ring time, of answers and of other endings."""

    def __init__(self) -> None:
        self.answers = np.zeros(LONGEST)
        self._others = np.zeros(LONGEST)
        self.answers[:_PRIOR_S] = self._others[:_PRIOR_S] = _PRIOR / _PRIOR_S

    def ended(self, age_s: float, *, answered: bool) -> None:
        """A call was answered by a person, or ended otherwise, at this age."""
        counts = self.answers if answered else self._others
        counts[min(LONGEST - 1, int(age_s))] += 1.0

    def alive(self, share: float) -> tuple[Floats, Floats]:
        """By age: the share of calls that will still be answered, and the share that rings on at all."""
        answered = share * _beyond(self.answers)
        return answered, answered + (1.0 - share) * _beyond(self._others)

    def answered_within(self, share: float, horizons_s: tuple[int, ...]) -> Floats:
        """P(a person answers within the horizon | still ringing), by age (rows) and horizon (columns)."""
        answered, ringing = self.alive(share)
        padded = np.append(answered, np.zeros(LONGEST))
        gone = np.stack([answered - padded[h : h + LONGEST] for h in horizons_s], axis=1)
        return np.clip(gone / np.maximum(ringing, 1e-9)[:, None], 0.0, 1.0)

    def answered_at_all(self, share: float) -> Floats:
        """P(a person answers | still ringing), by age."""
        answered, ringing = self.alive(share)
        return answered / np.maximum(ringing, 1e-9)


def _beyond(counts: Floats) -> Floats:
    """By age: the share that lasts so long or longer."""
    total: float = float(counts.sum())
    return np.append(1.0, 1.0 - np.cumsum(counts)[:-1] / total).clip(0.0, 1.0)


def horizons(answers: Floats) -> tuple[int, ...]:
    """The quantiles of the ring time of answers in whole seconds, at least 1."""
    reached = np.cumsum(answers) / answers.sum()
    return tuple(max(1, int(np.searchsorted(reached, quantile)) + 1) for quantile in QUANTILES)
