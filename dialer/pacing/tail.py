"""How likely it is that too few agents are free: the tail of a sum of unequal coins."""

from __future__ import annotations

from math import erfc, exp, sqrt

_ROOT_2 = sqrt(2.0)
_DENSITY = 0.3989422804014327
"""1 / √(2π)."""

_FAR = -6.0
"""Beyond it the chance is below a millionth."""


def chance_of_none(mean: float, variance: float, third: float) -> float:
    """P(no agent is free) when the number of free agents has these first three cumulants.

    The refined normal approximation of the Poisson-binomial law (Volkova 1996; Hong, *On computing the distribution
    function for the Poisson binomial distribution*, 2013, eq. 13): ``Φ(z) − γ (z² − 1) φ(z) / 6`` at
    ``z = (½ − mean) / σ``, with ``γ`` the skewness; ½ is the continuity correction.
    """
    if variance <= 1e-12:
        return 1.0 if mean < 0.5 else 0.0
    deviation = sqrt(variance)
    z = (0.5 - mean) / deviation
    if z < _FAR:
        return 0.0
    skew = third / (variance * deviation)
    found = 0.5 * erfc(-z / _ROOT_2) - skew * (z * z - 1.0) * _DENSITY * exp(-0.5 * z * z) / 6.0
    return min(1.0, max(0.0, found))
