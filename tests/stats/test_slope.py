"""Slopes and their intervals, where neighbours are alike and where they aren't."""

import random
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.stats.slope import LEAST_POINTS, slope, student_quantile

series = st.lists(st.floats(-1, 1), min_size=LEAST_POINTS, max_size=60)
TABLE = {2: 4.30265, 3: 3.18245, 4: 2.77645, 6: 2.44691, 10: 2.22814, 30: 2.04227, 1e6: 1.95997}


@pytest.mark.parametrize(("freedom", "expected"), TABLE.items())
def test_quantiles_are_those_of_the_table(freedom, expected):
    assert student_quantile(0.975, freedom) == pytest.approx(expected, rel=0.008)


def test_a_straight_line_has_its_slope_and_no_width():
    found = slope([0, 1, 2, 4, 8], [1, 3, 5, 9, 17])
    assert (found.value, found.n) == (pytest.approx(2), 5)
    assert found.high - found.low == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("x", [[], [1, 2, 3], [5, 5, 5, 5]])
def test_too_few_points_or_no_way_have_no_slope(x):
    assert slope(x, x) is None


@given(series, st.floats(-5, 5))
def test_the_interval_holds_the_slope_and_moves_with_a_trend(y, trend):
    x = list(range(len(y)))
    plain, tilted = slope(x, y), slope(x, [b + trend * a for a, b in zip(x, y, strict=True)])
    assert plain.low <= plain.value <= plain.high
    assert tilted.value == pytest.approx(plain.value + trend, abs=1e-6)


def independent(steps):
    return steps


def walk(steps):
    return list(accumulate(steps))


def lasting(steps):
    return list(accumulate(steps, lambda before, step: 0.7 * before + step))


@pytest.mark.parametrize("shape", [independent, lasting, walk])
@pytest.mark.parametrize("n", [12, 60])
def test_a_series_without_a_trend_is_seldom_said_to_have_one(shape, n):
    dice = random.Random(7)
    rounds = 200
    found = [slope(range(n), shape([dice.gauss(0, 1) for _ in range(n)])) for _ in range(rounds)]
    held = sum(each.low <= 0 <= each.high for each in found)
    assert held / rounds >= 0.85
