"""What many uncertain events add up to at each horizon: mean, variance and third cumulant of their number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dialer.pacing.spans import Floats


def cumulants(chances: Floats) -> Floats:
    """Rows of chances as rows of the three cumulants of each coin, horizon by horizon: shape (n, 3 × horizons)."""
    doubt = chances * (1.0 - chances)
    return np.concatenate((chances, doubt, doubt * (1.0 - 2.0 * chances)), axis=1)


def ages(since_s: Iterable[float], count: int, now_s: float, oldest: int) -> Floats:
    """Ages in s, never beyond ``oldest``."""
    begun = np.fromiter(since_s, dtype=np.float64, count=count)
    return np.minimum(now_s - begun, oldest)


def added_up(table: Floats, ages_s: Floats) -> Floats:
    """The sum of the table's rows of these ages."""
    total: Floats = np.add.reduce(table.take(ages_s.astype(np.intp), axis=0), axis=0)
    return total
