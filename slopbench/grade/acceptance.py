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
    """All gradings of one checkpoint.

    `turned` and `previous` are None where they weren't asked for, `mutants` (by name) where the
    language has none. `surveyed` says that every mutant met every test.
    """

    n: int
    language: str
    reference: Grade
    turned: Grade | None
    nulls: Mapping[str, Grade]
    previous: Grade | None
    mutants: Mapping[str, Grade] | None
    surveyed: bool


@dataclass(frozen=True)
class CheckpointResult:
    """What was measured for one checkpoint; `faults` says what does not hold."""

    measured: Mapping[str, Any]
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.faults

    @property
    def surveyed(self) -> bool:
        """Whether every mutant met every test, if there are mutants at all."""
        return (
            self.measured["mutants"] is None or self.measured["tests_no_mutant_fails"] is not None
        )

    def to_json(self) -> dict[str, Any]:
        """The checkpoint as `problems validate --json` and verification.json give it."""
        return {**self.measured, "ok": self.ok, "faults": list(self.faults)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CheckpointResult":
        """The result that `to_json` has written."""
        measured = {name: value for name, value in data.items() if name not in ("ok", "faults")}
        return cls(measured, tuple(data["faults"]))


def judged(evidence: Evidence) -> CheckpointResult:
    """The figures of a checkpoint and what in them does not hold; `seconds` are those of all gradings."""
    gradings = [evidence.reference, evidence.turned, evidence.previous]
    gradings += [*evidence.nulls.values(), *(evidence.mutants or {}).values()]
    measured = {
        "checkpoint": evidence.n,
        "language": evidence.language,
        "new_tests": new_tests(evidence.reference),
        "reference": share(evidence.reference),
        "reference_failures": [t.id for t in evidence.reference.tests if not t.passed],
        "order_and_environment": evidence.turned and share(evidence.turned),
        "null_programs": null_figures(evidence),
        "previous_reference_new_tests_passed": evidence.previous
        and sum(test.passed for test in own_tests(evidence.previous)),
        "mutants": mutant_figures(evidence),
        "tests_no_mutant_fails": unfailed_tests(evidence),
        "reference_seconds": round(evidence.reference.seconds, 1),
        "seconds": round(sum(each.seconds for each in gradings if each is not None), 1),
    }
    return CheckpointResult(measured, tuple(all_faults(evidence)))


def unanswered(n: int, language: str) -> CheckpointResult:
    """The result of a checkpoint without a reference: nothing was measured, and it says so."""
    figures = ("new_tests", "reference", "order_and_environment", "null_programs", "mutants")
    measured: dict[str, Any] = {
        "checkpoint": n,
        "language": language,
        **dict.fromkeys(figures),
        "reference_failures": [],
        "previous_reference_new_tests_passed": None,
        "tests_no_mutant_fails": None,
        "reference_seconds": None,
        "seconds": 0.0,
    }
    return CheckpointResult(measured, (f"there is no reference in {language}",))


def null_figures(evidence: Evidence) -> dict[str, int] | None:
    """`{passed, total}` over all programs that do nothing."""
    shares = [share(graded) for graded in evidence.nulls.values()]
    if not shares:
        return None
    return {name: sum(each[name] for each in shares) for name in ("passed", "total")}


def mutant_figures(evidence: Evidence) -> dict[str, int] | None:
    """`{killed, total}` of the mutants, if the language has any."""
    if evidence.mutants is None:
        return None
    total = len(evidence.mutants)
    return {"killed": total - len(survivors(evidence.mutants)), "total": total}


def unfailed_tests(evidence: Evidence) -> list[str] | None:
    """The new tests that every mutant passes; None unless every mutant met every test."""
    if evidence.mutants is None or not evidence.surveyed:
        return None
    failed = {
        test.id for graded in evidence.mutants.values() for test in graded.tests if not test.passed
    }
    return [test.id for test in own_tests(evidence.reference) if test.id not in failed]


def survivors(mutants: Mapping[str, Grade]) -> list[str]:
    """The mutants that no test has caught."""
    return [name for name, graded in mutants.items() if not killed(graded)]


def all_faults(evidence: Evidence) -> Iterator[str]:
    """Each thing that does not hold, as a line for the author."""
    yield from passing_faults("the reference", evidence.reference)
    if evidence.turned is not None:
        yield from passing_faults(
            "the reference in reverse order and another environment", evidence.turned
        )
    for program, graded in evidence.nulls.items():
        yield from null_faults(program, graded)
    if evidence.previous is not None:
        yield from previous_faults(evidence.previous)
    if evidence.mutants is not None:
        yield from mutant_faults(evidence.mutants)


def passing_faults(who: str, graded: Grade) -> Iterator[str]:
    """What keeps a reference from passing everything."""
    yield from unfinished(who, graded)
    failed = [test for test in graded.tests if not test.passed]
    if failed:
        why = f"; the first says: {failed[0].reason}" if failed[0].reason else ""
        if graded.dependencies_failure is not None:
            why += f"; it went without packages: {graded.dependencies_failure}"
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


def mutant_faults(mutants: Mapping[str, Grade]) -> Iterator[str]:
    """Mutants that are too few or that no test catches."""
    if len(mutants) < FEWEST_MUTANTS:
        yield f"there are {len(mutants)} mutants, fewer than {FEWEST_MUTANTS}"
    for name in survivors(mutants):
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
