"""What the problems of a benchmark need of a machine: tools, and packages for tests and programs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from slopbench.problem.bench import Bench
from slopbench.problem.model import KitProblem, Problem
from slopbench.problem.tools import commands_in

REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True)
class ToolNeed:
    """A tool and who asks for it.

    Attributes:
        by: `tests` can't pass without it, a `language` is only for those who choose it, and a
            `specification` tells agents of it.
        places: where it was found.
    """

    tool: str
    by: Literal["tests", "language", "specification"]
    places: tuple[str, ...]


@dataclass(frozen=True)
class PackageNeed:
    """The Python packages of a problem.

    Attributes:
        tests: what its tests need, as PEP 508 requirements.
        program: requirements files of known answers, relative to the problem.
    """

    slug: str
    tests: tuple[str, ...]
    program: tuple[str, ...]


def tool_needs(bench: Bench, problems: Iterable[Problem]) -> list[ToolNeed]:
    """Every tool once, by name, as the most pressing of those who ask for it do."""
    places: dict[str, dict[str, list[str]]] = {}
    for problem in problems:
        for by, tool, place in _asked(bench, problem):
            places.setdefault(tool, {}).setdefault(by, []).append(f"{problem.slug}: {place}")
    return [_pressing(tool, asked) for tool, asked in sorted(places.items())]


def package_needs(problems: Iterable[Problem]) -> list[PackageNeed]:
    """What each problem with packages needs."""
    needs = [
        PackageNeed(problem.slug, problem.test_dependencies, tuple(_requirements(problem)))
        for problem in problems
    ]
    return [need for need in needs if need.tests or need.program]


def _pressing(tool: str, asked: dict[str, list[str]]) -> ToolNeed:
    if "tests" in asked:
        return ToolNeed(tool, "tests", tuple(asked["tests"]))
    if "language" in asked:
        return ToolNeed(tool, "language", tuple(asked["language"]))
    return ToolNeed(tool, "specification", tuple(asked["specification"]))


def _asked(bench: Bench, problem: Problem) -> Iterator[tuple[str, str, str]]:
    """Who asks for which tool, and where."""
    yield from _asked_by_languages(bench, problem)
    if isinstance(problem, KitProblem):
        return
    # Sets of strangers alone need the reading of syntax trees and YAML.
    from slopbench.problem.scbench.model import ScbenchProblem
    from slopbench.problem.scbench.sightings import seen_in_specs, seen_in_tests

    if isinstance(problem, ScbenchProblem):
        yield from (("tests", seen.tool, seen.place) for seen in seen_in_tests(problem))
        yield from (("specification", seen.tool, seen.place) for seen in seen_in_specs(problem))


def _asked_by_languages(bench: Bench, problem: Problem) -> Iterator[tuple[str, str, str]]:
    """The tools that start and build solutions: in every language, or in those with answers."""
    languages = problem.entry if isinstance(problem, KitProblem) else bench.languages(problem.slug)
    for language in languages:
        entry = problem.entry_for(language)
        for command in filter(None, (entry.command, entry.build)):
            yield from (("language", tool, f"entry of {language}") for tool in commands_in(command))


def _requirements(problem: Problem) -> Iterator[str]:
    """The requirements files of known answers that name something."""
    if not problem.installs_requirements:
        return
    for file in sorted(problem.folder.glob(f"solutions/*/{REQUIREMENTS}")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        if any(line.strip() and not line.lstrip().startswith("#") for line in lines):
            yield file.relative_to(problem.folder).as_posix()
