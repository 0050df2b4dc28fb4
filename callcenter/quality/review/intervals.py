"""How sure a figure of a sample is: intervals for shares and means, with weights for draws of unequal chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from msgspec import Struct

LEAST = 5
"""Fewer observations than this give no interval of a mean: it would say nothing."""


class Estimate(Struct, frozen=True):
    """``value`` with its interval; ``n`` observations, worth ``effective`` of a simple random sample."""

    value: float
    low: float
    high: float
    n: int
    effective: float


def effective(weights: Sequence[float]) -> float:
    """What a weighted sample is worth: (Σw)² / Σw². L. Kish, *Survey Sampling* (1965), § 11.7."""
    squares = sum(weight * weight for weight in weights)
    return sum(weights) ** 2 / squares if squares else 0.0


def share(hits: Sequence[bool], weights: Sequence[float], level: float = 0.95) -> Estimate | None:
    """A weighted share with Wilson's interval at the effective size; None without observations.

    E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22 (1927) 209-212. The
    effective size in its formula follows N. Dean and M. Pagano, *Evaluating confidence interval methods for binomial
    proportions in clustered surveys*, J. Survey Stat. Methodol. 3 (2015) 484-503.
    """
    total = sum(weights)
    if not hits or not total:
        return None
    value = sum(weight for hit, weight in zip(hits, weights, strict=True) if hit) / total
    size = effective(weights)
    low, high = wilson(value, size, level)
    return Estimate(value, low, high, len(hits), size)


def wilson(value: float, size: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of the share ``value`` seen in ``size`` observations; within 0 and 1."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    scale = 1 + z * z / size
    middle = (value + z * z / (2 * size)) / scale
    half = z / scale * math.sqrt(value * (1 - value) / size + z * z / (4 * size * size))
    return max(0.0, min(value, middle - half)), min(1.0, max(value, middle + half))


def mean(values: Sequence[float], weights: Sequence[float], level: float = 0.95) -> Estimate | None:
    """A weighted mean with Student's interval; None below ``LEAST`` observations.

    The variance is that of a ratio, linearised: n/(n-1) · Σ w²(x - x̄)² / (Σw)². W. G. Cochran, *Sampling Techniques*,
    3rd ed. (1977), § 6.3; without its finite population correction, so it is rather too wide than too narrow.
    """
    number, total = len(values), sum(weights)
    if number < LEAST or not total:
        return None
    value = sum(weight * one for one, weight in zip(values, weights, strict=True)) / total
    squares = sum((weight * (one - value)) ** 2 for one, weight in zip(values, weights, strict=True))
    error = math.sqrt(number / (number - 1) * squares) / total
    size = effective(weights)
    half = student(0.5 + level / 2, max(1.0, size - 1)) * error
    return Estimate(value, value - half, value + half, number, size)


def student(probability: float, freedom: float) -> float:
    """A quantile of Student's distribution, for 3 degrees of freedom and more within 0.5 %.

    The expansion in 1/ν of M. Abramowitz and I. Stegun, *Handbook of Mathematical Functions* (1964), 26.7.5.
    """
    x = NormalDist().inv_cdf(probability)
    x3, x5, x7, x9 = x**3, x**5, x**7, x**9
    return (
        x
        + (x3 + x) / (4 * freedom)
        + (5 * x5 + 16 * x3 + 3 * x) / (96 * freedom**2)
        + (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * freedom**3)
        + (79 * x9 + 776 * x7 + 1482 * x5 - 1920 * x3 - 945 * x) / (92160 * freedom**4)
    )
