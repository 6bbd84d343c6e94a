"""Reads what the kit wrote: outcomes are matched against the collected ids, a missing one is a failure."""

import json
from dataclasses import dataclass, field
from typing import Any

from slopbench.grade.model import Group, TestResult

NO_OUTCOME = "no outcome: the suite ended before this test did"


@dataclass
class Report:
    """The lines of a results file.

    Attributes:
        collected: id to the group at this checkpoint, in the order of the suite; empty if collection failed.
        outcomes: id to the recorded line; ids that weren't collected are not believed.
        complete: whether the kit closed the file itself.
        error: why the tests could not be collected, or not be run to their end.
    """

    collected: dict[str, Group] = field(default_factory=dict)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    complete: bool = False
    error: str | None = None

    def tests(self) -> tuple[TestResult, ...]:
        """Every collected test with its outcome."""
        return tuple(self._result(test, group) for test, group in self.collected.items())

    def _result(self, test: str, group: Group) -> TestResult:
        line = self.outcomes.get(test)
        if line is None:
            return TestResult(test, group, "failed", NO_OUTCOME, 0.0)
        outcome = line["outcome"] if line["outcome"] in ("passed", "skipped") else "failed"
        passed = outcome == "passed"
        return TestResult(
            id=test,
            group=group,
            outcome=outcome,
            reason=None if passed else str(line.get("reason") or "failed without a reason"),
            seconds=round(float(line.get("seconds", 0.0)), 3),
            detail=None if passed else line.get("detail"),
        )


def read_report(data: bytes) -> Report:
    """The report in a results file; a torn last line is passed over."""
    report = Report()
    for line in data.split(b"\n"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        take(report, event)
    return report


def take(report: Report, event: dict[str, Any]) -> None:
    """Add one line of the file to the report."""
    kind = event.get("event")
    if kind == "collected":
        report.collected = {test["id"]: Group(test["group"]) for test in event["tests"]}
    elif kind == "result" and event["id"] in report.collected:
        report.outcomes[event["id"]] = event
    elif kind == "finished":
        report.complete = True
    elif kind == "error":
        report.error = str(event.get("message"))
