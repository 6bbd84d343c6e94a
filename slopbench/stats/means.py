"""Means that say what they were divided by."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Mean:
    """An arithmetic mean of the `n` values that exist; `value` is None if there are none."""

    value: float | None
    n: int


def mean_of_existing(values: Iterable[float | None]) -> Mean:
    """The mean over the values that aren't None."""
    existing = [value for value in values if value is not None]
    return Mean(math.fsum(existing) / len(existing) if existing else None, len(existing))


def rate(passed: Iterable[bool]) -> float:
    """The share of True among planned things; raises ValueError if none is planned."""
    outcomes = list(passed)
    if not outcomes:
        raise ValueError("a rate needs something planned")
    return sum(outcomes) / len(outcomes)


def mean_of_problem_means(by_problem: Mapping[str, Sequence[bool]]) -> float:
    """The mean over problems of each problem's rate: n is the number of problems.

    Problems with more checkpoints or samples weigh no more than others, as observations within a
    problem aren't independent (Miller 2024, arXiv 2411.00640, section 2.2).
    """
    rates = [Fraction(sum(outcomes), len(outcomes)) for outcomes in by_problem.values()]
    return float(sum(rates, Fraction()) / len(rates))


def solved_problems(by_problem: Mapping[str, Sequence[bool]]) -> float:
    """How many problems are solved; with several samples each counts by its solved share."""
    shares = (Fraction(sum(samples), len(samples)) for samples in by_problem.values())
    return float(sum(shares, Fraction()))
