"""Erosion, its threshold-free twin and the sensitivity grid, on functions of known mass."""

from math import sqrt

import pytest

from slopbench.quality.erosion import erosion, excess, sensitivity_grid
from slopbench.quality.facts import Function


def functions(*pairs):
    return [Function("a.py", f"f{n}", n, n, cc, 0, sloc, 0) for n, (cc, sloc) in enumerate(pairs)]


def test_mass_is_complexity_times_the_root_of_lines():
    assert functions((3, 16))[0].mass == 12


def test_erosion_is_the_share_of_mass_above_10():
    found = functions((20, 25), (10, 100), (5, 16))
    assert erosion(found) == pytest.approx(100 / (100 + 100 + 20))


@pytest.mark.parametrize(("cc", "share"), [(10, 0.0), (11, 1.0)])
def test_a_function_erodes_above_10_and_not_at_10(cc, share):
    assert erosion(functions((cc, 9))) == share


def test_excess_counts_only_what_is_above_10():
    found = functions((25, 4), (10, 100))
    assert excess(found) == pytest.approx((15 * 2) / (25 * 2 + 10 * 10))


def test_without_functions_both_are_null():
    assert erosion([]) is None
    assert excess([]) is None


def test_grid_has_every_cut_with_every_weight():
    grid = sensitivity_grid(functions((9, 16), (11, 4), (13, 1)))
    assert list(grid) == ["8", "10", "12"]
    assert grid["8"] == {"none": 1, "sqrt": 1, "linear": 1}
    assert grid["10"] == pytest.approx(
        {
            "none": (11 + 13) / (9 + 11 + 13),
            "sqrt": (11 * sqrt(4) + 13) / (9 * sqrt(16) + 11 * sqrt(4) + 13),
            "linear": (11 * 4 + 13) / (9 * 16 + 11 * 4 + 13),
        }
    )
    assert grid["12"]["none"] == pytest.approx(13 / 33)
