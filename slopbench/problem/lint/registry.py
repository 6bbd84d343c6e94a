"""All rules, and the run of them over a problem."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from slopbench.problem.bench import Bench
from slopbench.problem.faults import BrokenProblem, Fault
from slopbench.problem.lint import answers, files, foreign, specs, suites
from slopbench.problem.lint.finding import Finding, Looked, Rule, Severity, Spot, Subject
from slopbench.problem.lint.foreign import ForeignSubject
from slopbench.problem.model import KitProblem, Problem
from slopbench.problem.scbench.model import ScbenchProblem

RULES: tuple[Rule[Subject], ...] = (*files.RULES, *specs.RULES, *suites.RULES, *answers.RULES)
"""Every rule on our own format but `loads`, which is what loading a problem checks."""


def lint_problem(bench: Bench, slug: str) -> list[Finding]:
    """Every finding about a problem, in the order of the rules, files relative to the benchmark.

    The faults of a problem that can't be loaded are findings of the rule `loads`. Raises UsageError
    if there is no such problem.
    """
    try:
        spots = list(_spots(bench, bench.problem(slug)))
    except BrokenProblem as error:
        return [_unloadable(bench, slug, fault) for fault in error.faults]
    return [
        Finding(
            slug,
            rule,
            severity,
            _relative(spot.file, bench),
            spot.line,
            spot.message,
            spot.mend,
        )
        for rule, severity, spot in spots
    ]


def _spots(bench: Bench, problem: Problem) -> Iterator[tuple[str, Severity, Spot]]:
    """Every spot that breaks a rule of the problem's format, with the rule's id and severity."""
    if isinstance(problem, KitProblem):
        yield from _broken(RULES, Subject(bench, problem))
    elif isinstance(problem, ScbenchProblem):
        yield from _broken(foreign.RULES, ForeignSubject(bench, problem))


def _broken(rules: Iterable[Rule[Looked]], subject: Looked) -> Iterator[tuple[str, Severity, Spot]]:
    for rule in rules:
        yield from ((rule.id, rule.severity, spot) for spot in rule.check(subject))


def _unloadable(bench: Bench, slug: str, fault: Fault) -> Finding:
    message = ": ".join(filter(None, [fault.key, fault.what]))
    return Finding(
        slug, "loads", "error", _relative(fault.file, bench), fault.line, message, fault.mend
    )


def _relative(file: Path, bench: Bench) -> str:
    return file.relative_to(bench.root).as_posix() if file.is_relative_to(bench.root) else str(file)
