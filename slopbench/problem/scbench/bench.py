"""A set of problems in the format of SlopCodeBench, as every room uses it."""

from dataclasses import dataclass
from pathlib import Path

from slopbench.errors import UsageError
from slopbench.problem.bench import Bench, with_file
from slopbench.problem.mutants import Mutant
from slopbench.problem.scbench.languages import CONVENTIONS, file_in
from slopbench.problem.scbench.load import FILE, load_scbench_problem
from slopbench.problem.scbench.model import ScbenchProblem
from slopbench.problem.scbench.sidecar import added_to


@dataclass(frozen=True)
class ScbenchBench(Bench):
    """A folder of problem folders, or one such problem alone.

    Attributes:
        root: the folder that the user named.
        folder: where the problem folders lie.
        only: the one problem to be seen, where the user named its folder.
    """

    folder: Path
    only: str | None = None

    @property
    def problems_folder(self) -> Path:
        """The folder with one folder a problem."""
        return self.folder

    def answers(self, slug: str) -> Path:
        """The folder of a problem's known answers."""
        return self.folder / slug / "solutions"

    def slugs(self) -> list[str]:
        """The names of all problems, sorted."""
        return [self.only] if self.only else problem_names(self.folder)

    def load(self, slug: str) -> ScbenchProblem:
        """The problem in the folder of that name; raises BrokenProblem if it is faulty."""
        neighbours = problem_names(self.folder)
        hidden = [self.root] if self.only is None else [self.folder / name for name in neighbours]
        added = added_to(slug, self.folder, neighbours)
        return load_scbench_problem(self.folder / slug, hidden, added)

    def languages(self, slug: str) -> list[str]:
        """The languages in which a problem has solutions, by the entry files that are there."""
        return solved_in(self.load(slug))

    def reference(self, slug: str, language: str, n: int) -> Path:
        """The folder with the set's answer to checkpoint `n`; raises UsageError without one."""
        problem = self.load(slug)
        folder, languages = problem.solution(n), solved_in(problem)
        if language not in languages:
            what, mend = f"in {language}", f"there are solutions in: {listed(languages)}"
        elif not folder.is_dir() or folder.is_symlink():
            what = f"for checkpoint {n}"
            mend = (
                "name the problems to play with --problem; for all solutions that there are: "
                "slopbench problems validate --all"
            )
        else:
            return folder
        raise UsageError(f"{slug} has no solution {what}", where=str(folder), mend=mend)

    def reference_folder(self, slug: str, language: str, n: int) -> Path:
        """Where the set's answer to checkpoint `n` belongs, whether it is there or not."""
        return self.load(slug).solution(n)

    def mutants(self, slug: str, n: int) -> list[Mutant]:
        """None: the format has no faulty variants."""
        return []


def solved_in(problem: ScbenchProblem) -> list[str]:
    """The languages whose entry file lies in some solution of a problem, sorted."""
    entry_file = problem.config.entry_file
    trees = [problem.solution(checkpoint.n) for checkpoint in problem.checkpoints]
    return sorted(
        language
        for language in CONVENTIONS
        if any((tree / file_in(language, entry_file)).is_file() for tree in trees)
    )


def listed(languages: list[str]) -> str:
    return ", ".join(languages) or "none"


def problem_names(folder: Path) -> list[str]:
    """The names of the folders that are problems of this format, sorted."""
    return [path.name for path in with_file(folder, FILE)]


def set_at(root: Path) -> ScbenchBench:
    """The set that a user has named: a folder of problems, one with problems/, or one problem."""
    if (root / FILE).is_file():
        return ScbenchBench(root, root.parent, root.name)
    inner = root / "problems"
    return ScbenchBench(root, inner if problem_names(inner) else root)
