"""The failure table: no cause that code in a sandbox can bring about is a free retry."""

from dataclasses import FrozenInstanceError

import pytest
from scripted_phases import ScriptedWitness

from slopbench.errors import InfrastructureError
from slopbench.run.failures import (
    BLAME,
    FAILURES,
    Status,
    cause_of_death,
    failure,
    infrastructure_cause,
)


def test_only_what_was_seen_from_outside_is_tried_again() -> None:
    for cause, row in FAILURES.items():
        assert not row.retry or row.witness, cause
        assert row.retry == (row.counts_as is Status.INFRA_FAILED) or cause in (
            "cancelled",
            "tests_broken",
            *("not_evaluated", "evaluation_failed", "evaluation_unusable"),
        )


def test_whatever_counts_as_infrastructure_has_a_witness() -> None:
    for cause, row in FAILURES.items():
        if row.counts_as is not Status.GRADED:
            assert row.witness, cause


def test_the_chain_goes_on_only_where_the_checkpoint_counts_as_graded() -> None:
    for cause, row in FAILURES.items():
        assert not row.grade or row.counts_as is Status.GRADED, cause


@pytest.mark.parametrize("phase", BLAME)
def test_a_dead_sandbox_is_blamed_on_what_ran_in_it_unless_a_witness_speaks(phase: str) -> None:
    assert FAILURES[cause_of_death(phase, ScriptedWitness())].counts_as is Status.GRADED
    dead = ScriptedWitness(alive=False)
    assert cause_of_death(phase, dead) == infrastructure_cause(dead) == "engine_unreachable"
    full = ScriptedWitness(alive=False, low=True)
    assert cause_of_death(phase, full) == infrastructure_cause(full) == "host_disk_floor"


def test_a_row_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        failure("time_limit").retry = True  # type: ignore[misc]


def test_an_unknown_cause_is_an_error_and_no_default() -> None:
    with pytest.raises(InfrastructureError, match="unknown cause 'bad_luck'"):
        failure("bad_luck")
