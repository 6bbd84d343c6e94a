"""Limits for CI jobs: kept, not kept, and not measurable."""

import pytest

from slopbench.quality.thresholds import breaches

NUMBERS = {"erosion": 0.3, "verbosity": None, "max_cc": 12}


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"erosion": 0.3}, []),
        ({"erosion": 0.29}, ["erosion is 0.3, more than 0.29"]),
        ({"erosion": None}, []),
        ({"max_cc": 12}, []),
        ({"max_cc": 10}, ["max_cc is 12, more than 10"]),
        ({"verbosity": 1.0}, ["verbosity can't be measured, so its limit 1 isn't kept"]),
        ({"verbosity": None}, []),
        ({}, []),
    ],
)
def test_a_limit_is_kept_or_it_is_said(limits, said):
    assert [str(breach) for breach in breaches(NUMBERS, limits)] == said
