"""Means: what they are divided by, and the laws that follow."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.stats.means import (
    Mean,
    mean_of_existing,
    mean_of_problem_means,
    rate,
    solved_problems,
)

verdicts = st.dictionaries(
    st.text(max_size=3), st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=6
)


def test_a_mean_leaves_out_what_does_not_exist_and_says_its_n() -> None:
    assert mean_of_existing([0.25, None, 0.5, 0.75]) == Mean(0.5, 3)
    assert mean_of_existing([None, None]) == Mean(None, 0)


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(0, 5))
def test_missing_values_change_no_mean(values: list[float], missing: int) -> None:
    assert mean_of_existing([*values, *[None] * missing]) == mean_of_existing(values)


def test_a_rate_needs_a_denominator() -> None:
    assert rate([True, False, False, True]) == 0.5
    with pytest.raises(ValueError, match="needs something planned"):
        rate([])


def test_every_problem_weighs_alike_whatever_its_length() -> None:
    assert mean_of_problem_means({"long": [True] * 9 + [False], "short": [False]}) == 0.45


@given(verdicts)
def test_the_mean_of_problem_means_is_that_of_exact_arithmetic(by_problem) -> None:
    exact = sum(Fraction(sum(each), len(each)) for each in by_problem.values()) / len(by_problem)
    assert mean_of_problem_means(by_problem) == float(exact)


@given(verdicts, st.integers(2, 4))
def test_repeating_every_outcome_changes_no_mean(by_problem, times: int) -> None:
    repeated = {name: each * times for name, each in by_problem.items()}
    assert mean_of_problem_means(repeated) == mean_of_problem_means(by_problem)
    assert solved_problems(repeated) == solved_problems(by_problem)


def test_a_problem_solved_in_one_of_two_samples_counts_by_half() -> None:
    assert solved_problems({"a": [True, False], "b": [True, True], "c": [False, False]}) == 1.5
