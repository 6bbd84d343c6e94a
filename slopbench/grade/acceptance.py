"""What the gradings of a checkpoint show about its tests, and what of it doesn't hold."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slopbench.grade.model import Grade, Group, TestResult
from slopbench.problem.mutants import FEWEST_MUTANTS

PREVIOUS_SHARE = 0.2
"""The share of new tests that the reference of the checkpoint before may pass."""

NAMED = 3
"""How many tests a message names."""


@dataclass(frozen=True)
class Evidence:
    """All gradings of one checkpoint; mutants by name, and whether it has to have some."""

    n: int
    reference: Grade
    turned: Grade
    nulls: Mapping[str, Grade]
    previous: Grade | None
    mutants: Mapping[str, Grade]
    has_mutants: bool


@dataclass(frozen=True)
class CheckpointResult:
    """What was measured for one checkpoint; `faults` says what does not hold."""

    measured: Mapping[str, Any]
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        """The checkpoint as `problems validate --json` and verification.json give it."""
        return {**self.measured, "ok": self.ok, "faults": list(self.faults)}


def judged(evidence: Evidence, seconds: float) -> CheckpointResult:
    """The figures of a checkpoint and what in them does not hold; `seconds` is the time it took."""
    survivors = [name for name, graded in evidence.mutants.items() if not killed(graded)]
    nulls = evidence.nulls.values()
    measured = {
        "checkpoint": evidence.n,
        "new_tests": new_tests(evidence.reference),
        "reference": share(evidence.reference),
        "order_and_environment": share(evidence.turned),
        "null_programs": {
            "passed": sum(share(graded)["passed"] for graded in nulls),
            "total": sum(share(graded)["total"] for graded in nulls),
        },
        "previous_reference_new_tests_passed": evidence.previous
        and sum(test.passed for test in own_tests(evidence.previous)),
        "mutants": {
            "killed": len(evidence.mutants) - len(survivors),
            "total": len(evidence.mutants),
        }
        if evidence.has_mutants
        else None,
        "reference_seconds": round(evidence.reference.seconds, 1),
        "seconds": round(seconds, 1),
    }
    return CheckpointResult(measured, tuple(all_faults(evidence, survivors)))


def all_faults(evidence: Evidence, survivors: list[str]) -> Iterator[str]:
    """Each thing that does not hold, as a line for the author."""
    yield from passing_faults("the reference", evidence.reference)
    yield from passing_faults(
        "the reference in reverse order and another environment", evidence.turned
    )
    for program, graded in evidence.nulls.items():
        yield from null_faults(program, graded)
    if evidence.previous is not None:
        yield from previous_faults(evidence.previous)
    if evidence.has_mutants:
        yield from mutant_faults(evidence.mutants, survivors)


def passing_faults(who: str, graded: Grade) -> Iterator[str]:
    """What keeps a reference from passing everything."""
    yield from unfinished(who, graded)
    failed = [test for test in graded.tests if not test.passed]
    if failed:
        why = f"; the first says: {failed[0].reason}" if failed[0].reason else ""
        yield f"{who} fails {len(failed)} of {len(graded.tests)} tests: {named(failed)}{why}"
    if not graded.tests:
        yield f"{who} was given no test"


def null_faults(program: str, graded: Grade) -> Iterator[str]:
    """Tests that a program without effect passes."""
    yield from unfinished(f"the program {program!r}", graded)
    passed = [test for test in graded.tests if test.passed]
    if passed:
        yield f"the program {program!r} passes {len(passed)} tests: {named(passed)}"


def previous_faults(graded: Grade) -> Iterator[str]:
    """New tests that ask for nothing new, if they are too many."""
    yield from unfinished("the previous reference", graded)
    new = own_tests(graded)
    passed = [test for test in new if test.passed]
    if len(passed) > PREVIOUS_SHARE * len(new):
        yield (
            f"the previous reference passes {len(passed)} of {len(new)} new tests, more than "
            f"a fifth: {named(passed)}"
        )


def mutant_faults(mutants: Mapping[str, Grade], survivors: list[str]) -> Iterator[str]:
    """Mutants that are too few or that no test catches."""
    if len(mutants) < FEWEST_MUTANTS:
        yield f"there are {len(mutants)} mutants, fewer than {FEWEST_MUTANTS}"
    for name in survivors:
        cause = mutants[name].cause
        yield (
            f"{name} was not graded to the end ({cause})" if cause else f"{name} passes every test"
        )


def unfinished(who: str, graded: Grade) -> Iterator[str]:
    """A grading that ended early shows nothing, whatever it counts."""
    if graded.cause is not None:
        last = graded.log.strip().splitlines()[-1:]
        yield ": ".join([f"grading {who} ended early ({graded.cause})", *last])


def killed(graded: Grade) -> bool:
    """Whether a test caught the program; a suite that was too slow is caught as well."""
    ended = graded.cause in (None, "suite_timeout")
    return ended and any(not test.passed for test in graded.tests)


def share(graded: Grade) -> dict[str, int]:
    """`{passed, total}` over all groups."""
    return {"passed": sum(test.passed for test in graded.tests), "total": len(graded.tests)}


def own_tests(graded: Grade) -> list[TestResult]:
    """The tests that are new at the graded checkpoint."""
    return [test for test in graded.tests if test.group != Group.REGRESSION]


def new_tests(graded: Grade) -> dict[str, int]:
    """How many collected tests the checkpoint adds, by group; parametrised rows count each."""
    counts = Counter(test.group.value for test in own_tests(graded))
    return {group.value: counts[group.value] for group in Group if group != Group.REGRESSION}


def named(tests: list[TestResult]) -> str:
    """The first few ids of the tests."""
    more = f" and {len(tests) - NAMED} more" if len(tests) > NAMED else ""
    return ", ".join(test.id for test in tests[:NAMED]) + more
