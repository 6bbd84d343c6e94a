"""All rules, and the run of them over a problem."""

from pathlib import Path

from slopbench.problem.bench import Bench
from slopbench.problem.faults import BrokenProblem, Fault
from slopbench.problem.lint import answers, files, specs, suites
from slopbench.problem.lint.finding import Finding, Rule, Subject
from slopbench.problem.model import KitProblem

RULES: tuple[Rule, ...] = (*files.RULES, *specs.RULES, *suites.RULES, *answers.RULES)
"""Every rule but `loads`, which is what loading a problem checks."""


def lint_problem(bench: Bench, slug: str) -> list[Finding]:
    """Every finding about a problem, in the order of the rules, files relative to the benchmark.

    The faults of a problem that can't be loaded are findings of the rule `loads`. Raises UsageError
    if there is no such problem.
    """
    try:
        problem = bench.problem(slug)
        if not isinstance(problem, KitProblem):
            return []
        subject = Subject(bench, problem)
        spots = [(rule, spot) for rule in RULES for spot in rule.check(subject)]
    except BrokenProblem as error:
        return [_unloadable(bench, slug, fault) for fault in error.faults]
    return [
        Finding(
            slug,
            rule.id,
            rule.severity,
            _relative(spot.file, bench),
            spot.line,
            spot.message,
            spot.mend,
        )
        for rule, spot in spots
    ]


def _unloadable(bench: Bench, slug: str, fault: Fault) -> Finding:
    message = ": ".join(filter(None, [fault.key, fault.what]))
    return Finding(
        slug, "loads", "error", _relative(fault.file, bench), fault.line, message, fault.mend
    )


def _relative(file: Path, bench: Bench) -> str:
    return file.relative_to(bench.root).as_posix() if file.is_relative_to(bench.root) else str(file)
