"""Rules on problems of SlopCodeBench: what can be said of them without asking for other authors' ways."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from slopbench.problem.bench import Bench
from slopbench.problem.content import links
from slopbench.problem.faults import BrokenProblem
from slopbench.problem.lint.finding import Rule, Spot
from slopbench.problem.markers import parse
from slopbench.problem.needs import tool_needs
from slopbench.problem.scbench.imports import python_files
from slopbench.problem.scbench.languages import file_in
from slopbench.problem.scbench.load import FILE
from slopbench.problem.scbench.model import LEADING_COMMENT, UNLIMITED_SECONDS, ScbenchProblem


@dataclass(frozen=True)
class ForeignSubject:
    """A loaded problem with what the rules look at."""

    bench: Bench
    problem: ScbenchProblem

    @cached_property
    def numbers(self) -> list[int]:
        """The numbers of the checkpoints."""
        return [checkpoint.n for checkpoint in self.problem.checkpoints]


def missing_solutions(subject: ForeignSubject) -> Iterator[Spot]:
    """Checkpoints for which the set has no answer, or none that can be started."""
    problem = subject.problem
    languages = subject.bench.languages(problem.slug)
    for n in subject.numbers:
        folder = problem.solution(n)
        files = [file_in(language, problem.config.entry_file) for language in languages]
        if not folder.is_dir():
            message = f"the set has no solution for checkpoint {n}"
            yield Spot(folder, None, message, "the reference runner can't play this problem")
        elif not any((folder / file).is_file() for file in files):
            message = f"the solution for checkpoint {n} has no entry file"
            named = " or ".join(files) or file_in("python", problem.config.entry_file)
            yield Spot(folder, None, message, f"{named} is expected there")


def linked_solutions(subject: ForeignSubject) -> Iterator[Spot]:
    """Solutions that can't be played, since a symbolic link is among their files."""
    for folder in map(subject.problem.solution, subject.numbers):
        if folder.is_symlink():
            yield Spot(folder, None, "is a symbolic link", "put the folder itself there")
            continue
        for path in links(folder) if folder.is_dir() else []:
            yield Spot(path, None, "is a symbolic link", "put the file itself there")


def specs_without_canary(subject: ForeignSubject) -> Iterator[Spot]:
    """Specifications without a comment at the beginning, or with a canary behind it."""
    for n in subject.numbers:
        file, text = subject.problem.spec_file(n), subject.problem.raw_spec(n)
        if not LEADING_COMMENT.match(text):
            yield Spot(file, 1, "begins with no comment", "a canary belongs there, if it has one")
        if re.search("canary", LEADING_COMMENT.sub("", text, count=1), re.IGNORECASE):
            message = "speaks of a canary outside of the comment at its beginning"
            yield Spot(file, None, message, "an agent will read it")


def other_names(subject: ForeignSubject) -> Iterator[Spot]:
    """Problems that are called otherwise than their folder."""
    problem = subject.problem
    if problem.config.name != problem.slug:
        message = f"name is {problem.config.name!r}, but the folder is {problem.slug!r}"
        yield Spot(_config(problem), None, message, "the folder's name is used")


def no_time_limits(subject: ForeignSubject) -> Iterator[Spot]:
    """Checkpoints whose tests may take as long as they like."""
    problem = subject.problem
    open_ended = [
        n for n in subject.numbers if problem.config.timeout_of(problem.settings(n)) is None
    ]
    if open_ended:
        numbers = ", ".join(map(str, open_ended))
        message = f"sets no timeout for checkpoint {numbers}"
        mend = f"{UNLIMITED_SECONDS:.0f} s a test are taken"
        yield Spot(_config(problem), None, message, mend)


def unreadable_tests(subject: ForeignSubject) -> Iterator[Spot]:
    """Test files that are no Python for this interpreter; the sandbox may have a newer one."""
    for file in python_files(subject.problem.tests):
        try:
            parse(file)
        except BrokenProblem as error:
            for fault in error.faults:
                yield Spot(fault.file, fault.line, fault.what, "use sandboxes with a newer Python")


def revealing_assets(subject: ForeignSubject) -> Iterator[Spot]:
    """Assets that show tests or answers to agents."""
    problem = subject.problem
    for asset in problem.assets:
        top = asset.path.relative_to(problem.folder).parts[0]
        if top in ("tests", "solutions"):
            message = f"the asset {asset.id!r} lies in {top}/"
            yield Spot(_config(problem), None, message, "agents see it; move it if they shouldn't")


def wanted_tools(subject: ForeignSubject) -> Iterator[Spot]:
    """Tools that the tests use beside the program."""
    problem = subject.problem
    for need in tool_needs(subject.bench, [problem]):
        if need.by == "tests":
            place = need.places[0].removeprefix(f"{problem.slug}: ")
            file, _, line = place.partition(":")
            mend = "slopbench doctor --bench DIR says whether this machine has it"
            yield Spot(problem.folder / file, int(line), f"uses {need.tool}", mend)


def _config(problem: ScbenchProblem) -> Path:
    return problem.folder / FILE


RULES = (
    Rule("solution", "warning", "Each checkpoint has a solution", missing_solutions),
    Rule("solution-link", "warning", "Solutions hold no symbolic links", linked_solutions),
    Rule("canary-in-spec", "warning", "The canary is in the leading comment", specs_without_canary),
    Rule("name", "warning", "A problem has the name of its folder", other_names),
    Rule("timeout", "warning", "Each checkpoint has a timeout", no_time_limits),
    Rule("test-syntax", "warning", "Tests are Python of this version", unreadable_tests),
    Rule("asset", "warning", "Assets show neither tests nor answers", revealing_assets),
    Rule("tools", "warning", "Tests need nothing beside the program", wanted_tools),
)
