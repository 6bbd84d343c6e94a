"""evaluation.json of SlopCodeBench as a tests.<n>.json of ours: their tests, groups and outcomes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slopbench.grade.model import BuildResult, Grade, Group, TestResult
from slopbench.run.imported.parsing import Unusable

SCHEMA = "scbench"
"""The grading schema of everything that their engine has graded."""

NOT_RECORDED = "not recorded by the imported run"
GROUPS = {group.value.capitalize(): group for group in Group}
BROKEN_EXITS = (2, 3, 4, 5)
"""Exit codes of pytest with which nothing was tested."""

MOST_TESTS = 100_000


@dataclass(frozen=True)
class Recorded:
    """What their tests said. `cause` is a row of the failure table, with which there is no result.

    `details` is all of the file but the tests; `notes` are lines about what is odd.
    """

    cause: str | None
    tests: Mapping[str, Any] | None
    seconds: float | None
    details: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def convert(evaluation: Mapping[str, Any], place: tuple[str, int, Sequence[str]]) -> Recorded:
    """The outcomes in an evaluation of `place`: problem, checkpoint, names of its checkpoints.

    Raises Unusable if it is of another checkpoint, has another shape, or counts what it doesn't list.
    """
    slug, n, names = place
    require_place(evaluation, slug, names[n - 1])
    details = {name: value for name, value in evaluation.items() if name != "tests"}
    seconds = number(evaluation, "duration")
    results = list(listed(evaluation.get("tests"), names))
    compare_counts(evaluation, results)
    if is_broken(evaluation, results):
        return Recorded("evaluation_failed", None, seconds, details)
    found = Grade(
        tests=tuple(results),
        cause=None,
        build=BuildResult(None, None, None, "", 0.0),
        isolation=f"imported: {NOT_RECORDED}",
        dependencies=f"imported: {NOT_RECORDED}",
        seconds=seconds or 0.0,
        log="",
    ).to_json()
    if isinstance(evaluation["tests"], dict):
        found["tests"] = [test | {"seconds": None} for test in found["tests"]]
    tests = found | {"schema_version": SCHEMA, "seconds": seconds}
    return Recorded(None, tests, seconds, details, tuple(oddities(evaluation, results)))


def require_place(evaluation: Mapping[str, Any], slug: str, name: str) -> None:
    """Raise Unusable for the evaluation of something else."""
    for key, here in (("problem_name", slug), ("checkpoint_name", name)):
        if evaluation.get(key, here) != here:
            raise Unusable(f"is of another {key.partition('_')[0]}")


def listed(tests: object, names: Sequence[str]) -> Iterator[TestResult]:
    """Every test with its group and outcome, in either of the shapes that the file has had.

    A second test of the same name gets a number behind it.
    """
    if isinstance(tests, dict):
        rows = grouped_rows(tests)
    elif isinstance(tests, list):
        rows = single_rows(tests)
    else:
        raise Unusable("has no tests")
    seen: Counter[str] = Counter()
    for checkpoint, group, test, outcome, seconds in rows:
        if sum(seen.values()) >= MOST_TESTS:
            raise Unusable(f"has more than {MOST_TESTS} tests")
        label = test_id(checkpoint, test, names)
        seen[label] += 1
        again = f" #{seen[label]}" if seen[label] > 1 else ""
        passed = outcome == "passed"
        reason = None if passed else f"{outcome}; the reason is {NOT_RECORDED}"
        yield TestResult(
            label + again, group_named(group), "passed" if passed else "failed", reason, seconds
        )


TestRow = tuple[str, str, str, str, float]
"""Checkpoint and group by their names, the test, its outcome, its seconds."""


def grouped_rows(tests: Mapping[str, Any]) -> Iterator[TestRow]:
    """`{"checkpoint_1-Core": {"passed": [...], "failed": [...]}}`, which knows no seconds."""
    for key, outcomes in tests.items():
        checkpoint, dash, group = key.rpartition("-")
        if not dash or not isinstance(outcomes, dict) or set(outcomes) - {"passed", "failed"}:
            raise Unusable("has a group of tests of an unknown shape")
        for outcome, found in outcomes.items():
            if not isinstance(found, list) or not all(isinstance(test, str) for test in found):
                raise Unusable("has a list of tests that isn't one")
            for test in found:
                yield checkpoint, group, test, outcome, 0.0


def single_rows(tests: Sequence[Any]) -> Iterator[TestRow]:
    """`[{"id", "checkpoint", "group_type", "status", "duration_ms"}]`, the older shape."""
    for test in tests:
        words = [
            test.get(key) if isinstance(test, dict) else None
            for key in ("checkpoint", "group_type", "id", "status")
        ]
        if not all(isinstance(word, str) for word in words):
            raise Unusable("has a test of an unknown shape")
        checkpoint, group, name, status = (str(word) for word in words)
        yield checkpoint, group, name, status, (number(test, "duration_ms") or 0.0) / 1000


def test_id(checkpoint: str, test: str, names: Sequence[str]) -> str:
    """An id like ours; their checkpoints are named by the files that the tests stand in."""
    n = names.index(checkpoint) + 1 if checkpoint in names else checkpoint
    return f"{n}/test_{checkpoint}.py::{test}"


def group_named(name: str) -> Group:
    """Our group for theirs. Raises Unusable for one that they don't have."""
    if name not in GROUPS:
        raise Unusable("has a group of tests that is unknown")
    return GROUPS[name]


def compare_counts(evaluation: Mapping[str, Any], results: Sequence[TestResult]) -> None:
    """Raise Unusable if the counts by group aren't those of the listed tests."""
    for key, counted in (
        ("total_counts", Counter(test.group for test in results)),
        ("pass_counts", Counter(test.group for test in results if test.passed)),
    ):
        said = evaluation.get(key)
        if not isinstance(said, dict):
            raise Unusable(f"has no {key}")
        for group in dict.fromkeys((*GROUPS, *said)):
            there, here = said.get(group, 0), counted[group_named(group)]
            if isinstance(there, bool) or there != here:
                raise Unusable(f"{key} says {there!r:.20} for {group}, and {here} are listed")


def is_broken(evaluation: Mapping[str, Any], results: Sequence[TestResult]) -> bool:
    """Whether their own machine failed, by their word, by pytest's, or because nothing was run."""
    failed = evaluation.get("infrastructure_failure", False)
    if not isinstance(failed, bool):
        raise Unusable("says neither yes nor no to infrastructure_failure")
    return failed or evaluation.get("pytest_exit_code") in BROKEN_EXITS or not results


def oddities(evaluation: Mapping[str, Any], results: Sequence[TestResult]) -> Iterator[str]:
    """What doesn't make the outcomes wrong, and yet should be known."""
    collected = evaluation.get("pytest_collected")
    if isinstance(collected, int) and collected != len(results):
        yield f"pytest collected {collected} tests, {len(results)} have an outcome"


def number(found: Mapping[str, Any], name: str) -> float | None:
    """A number that isn't negative, None if there is none. Raises Unusable for something else."""
    value = found.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        raise Unusable(f"has no number as {name}")
    return float(value)
