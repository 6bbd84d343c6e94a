"""The slope of a series whose values hang together, with a band that admits it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import NormalDist, StatisticsError, correlation, linear_regression

LEAST_POINTS = 4
_NO_RETURN = 21.8
"""A series for which n(1-r) is less can't be told from one that never returns to its trend, at 5 %
(Fuller 1976, Introduction to Statistical Time Series, table 8.5.1, with trend)."""


@dataclass(frozen=True)
class Slope:
    """The change of y for each unit of x, over `n` points, and the ends of its interval."""

    value: float
    low: float
    high: float
    n: int


def slope(x: Sequence[float], y: Sequence[float], confidence: float = 0.95) -> Slope | None:
    """The least-squares slope of y over x, points in the order of time.

    None for fewer than `LEAST_POINTS` points, and where x doesn't change. The width of the interval
    follows from r, the correlation of each residual with the one after it. Where that is so high
    that the residuals may be a random walk, their variance is that of one. Otherwise n points weigh
    as n(1-r)/(1+r), and no more than n (Santer et al. 2000, Journal of Geophysical Research
    105(D6), 7337-7356, section 4).
    """
    n = len(x)
    if n < LEAST_POINTS or min(x) == max(x):
        return None
    value, intercept = linear_regression(x, y)
    residuals = [b - (value * a + intercept) for a, b in zip(x, y, strict=True)]
    centre = math.fsum(x) / n
    spread = math.fsum((a - centre) ** 2 for a in x)
    weights = [(a - centre) / spread for a in x]
    r = _likeness(residuals)
    if n * (1 - r) < _NO_RETURN:
        error, freedom = _error_of_walk(residuals, weights), n - 2.0
    else:
        freedom = n * min(1.0, (1 - r) / (1 + r)) - 2
        error = math.sqrt(math.fsum(each**2 for each in residuals) / freedom / spread)
    half = student_quantile((1 + confidence) / 2, freedom) * error
    return Slope(value, value - half, value + half, n)


def student_quantile(probability: float, freedom: float) -> float:
    """A quantile of Student's t with at least 2 degrees of freedom, which needn't be whole.

    For 0.975 it is within 0.8 %, and within 0.01 % from 6 degrees on (Abramowitz and Stegun 1964,
    26.7.5).
    """
    z = NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))


def _likeness(residuals: Sequence[float]) -> float:
    """The correlation of each with the one after it, 0 where it isn't defined."""
    try:
        return correlation(residuals[:-1], residuals[1:])
    except StatisticsError:
        return 0.0


def _error_of_walk(residuals: Sequence[float], weights: Sequence[float]) -> float:
    """The standard error of Σ weight·residual if the residuals are sums of independent steps."""
    squares = math.fsum((after - before) ** 2 for before, after in pairwise(residuals))
    reach = list(accumulate(reversed(weights)))[:-1]
    return math.sqrt(squares / (len(residuals) - 2) * math.fsum(each**2 for each in reach))
