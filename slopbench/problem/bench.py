"""The benchmark folder: problems, known answers, runners and analysis data beside the engine."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import slopbench
from slopbench.errors import UsageError
from slopbench.problem.faults import BrokenProblem, near_matches
from slopbench.problem.load import FILE, load_problem
from slopbench.problem.model import Problem
from slopbench.problem.mutants import Mutant, load_mutants

PACKAGE = Path(slopbench.__file__).parent
IN_WHEEL = PACKAGE / "_bench"
"""Where an installed wheel carries the benchmark."""

FOREIGN_FILE = "config.yaml"
"""What describes a problem in the format of SlopCodeBench."""


@dataclass(frozen=True)
class Bench:
    """A folder with problems/, checkpoints/, runners/ and analysis/."""

    root: Path

    @classmethod
    def locate(cls, folder: Path | None) -> "Bench":
        """The benchmark in `folder`, else that of the checkout, else that of the installed wheel.

        A folder may also hold problems in the format of SlopCodeBench, or be such a problem.
        Raises UsageError if it is neither, or both.
        """
        if folder is not None:
            return recognised(folder.absolute())
        checkout = PACKAGE.parent
        if (checkout / "pyproject.toml").is_file() and (checkout / "problems").is_dir():
            return cls(checkout)
        return recognised(IN_WHEEL)

    @property
    def problems_folder(self) -> Path:
        """The folder with one folder a problem."""
        return self.root / "problems"

    def answers(self, slug: str) -> Path:
        """The folder with the references and mutants of a problem."""
        return self.root / "checkpoints" / slug

    def slugs(self) -> list[str]:
        """The names of all problems, sorted."""
        folders = self.problems_folder.iterdir()
        return sorted(folder.name for folder in folders if (folder / FILE).is_file())

    def problem(self, slug: str) -> Problem:
        """The problem named `slug`; raises UsageError if there is none, BrokenProblem if faulty."""
        known = self.slugs()
        if slug not in known:
            raise UsageError(
                f"there is no problem {slug!r}",
                where=str(self.problems_folder),
                mend=near_matches(slug, known),
            )
        return self.load(slug)

    def load(self, slug: str) -> Problem:
        """The problem in the folder of that name; raises BrokenProblem if it is faulty."""
        return load_problem(self.problems_folder / slug)

    def problems(self, slugs: Sequence[str] | None = None) -> list[Problem]:
        """The problems with these names in this order, each once; all of them if none is named."""
        return [self.problem(slug) for slug in dict.fromkeys(slugs or self.slugs())]

    def loadable(self) -> tuple[list[Problem], dict[str, BrokenProblem]]:
        """All problems that can be loaded, and by name what is wrong with each of the others."""
        problems, broken = [], {}
        for slug in self.slugs():
            try:
                problems.append(self.load(slug))
            except BrokenProblem as error:
                broken[slug] = error
        return problems, broken

    def require_problems(self) -> list[str]:
        """The names of all problems; raises UsageError if there is none."""
        slugs = self.slugs()
        if not slugs:
            raise UsageError(
                "holds no problem",
                where=str(self.problems_folder),
                mend="make one: slopbench problems new SLUG --bench DIR",
            )
        return slugs

    def languages(self, slug: str) -> list[str]:
        """The languages in which a problem has references."""
        folder = self.answers(slug) / "reference"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def language_of_answers(self, problem: Problem) -> str:
        """The language whose references are mutated: the first entry that has references.

        Without any reference it is the first entry.
        """
        known = self.languages(problem.slug)
        return next((name for name in problem.entry if name in known), next(iter(problem.entry)))

    def reference(self, slug: str, language: str, n: int) -> Path:
        """The folder with the known answer to checkpoint `n`; raises UsageError without one."""
        folder = self.reference_folder(slug, language, n)
        if not folder.is_dir():
            languages = ", ".join(self.languages(slug)) or "none"
            raise UsageError(
                f"{slug} has no reference for checkpoint {n} in {language}",
                where=str(folder),
                mend=f"there are references in: {languages}",
            )
        return folder

    def reference_folder(self, slug: str, language: str, n: int) -> Path:
        """Where the known answer to checkpoint `n` belongs, whether it is there or not."""
        return self.answers(slug) / "reference" / language / str(n)

    def mutants_file(self, slug: str, n: int) -> Path:
        """Where the mutants of checkpoint `n` belong, whether they are there or not."""
        return self.answers(slug) / "mutants" / f"{n}.toml"

    def mutants(self, slug: str, n: int) -> list[Mutant]:
        """The faulty variants for checkpoint `n`; raises BrokenProblem if their file is faulty."""
        return load_mutants(self.mutants_file(slug, n))


def recognised(root: Path) -> Bench:
    """The benchmark in `root`, whichever format its problems have; raises UsageError."""
    ours, theirs = problems_of_each_format(root)
    if ours and theirs:
        raise UsageError(
            f"holds problems of two formats, such as {ours[0].name} and {theirs[0].name}",
            where=str(root),
            mend="put them into folders of their own",
        )
    if theirs or (not ours and (root / FOREIGN_FILE).is_file()):
        # Here alone is YAML needed, and that module needs this one.
        from slopbench.problem.scbench.bench import set_at

        return set_at(root)
    if not (root / "problems").is_dir():
        raise _no_benchmark(root)
    return Bench(root)


def problems_of_each_format(root: Path) -> tuple[list[Path], list[Path]]:
    """The folders of problems of ours and of SlopCodeBench, in problems/ or else in `root`."""
    inner = root / "problems"
    ours, theirs = with_file(inner, FILE), with_file(inner, FOREIGN_FILE)
    if not ours and not theirs:
        theirs = with_file(root, FOREIGN_FILE)
        ours = with_file(root, FILE) if theirs else []
    return ours, sorted(set(theirs) - set(ours))


def with_file(folder: Path, name: str) -> list[Path]:
    """The folders in `folder` that hold a file of that name, sorted; hidden ones are left out."""
    found = (path.parent for path in folder.glob(f"*/{name}") if path.is_file())
    return sorted(path for path in found if not path.name.startswith("."))


def _no_benchmark(root: Path) -> UsageError:
    if not root.is_dir():
        what = "is no folder" if root.exists() else "is not there"
        return UsageError(what, where=str(root), mend="give the folder of a benchmark with --bench")
    if (root / FILE).is_file():
        mend = f"give {root.parent.parent} and --problem {root.name}"
        return UsageError("is a problem, no benchmark", where=str(root), mend=mend)
    return UsageError(
        f"is no benchmark: it has no folder problems/, and no folder in it has a {FOREIGN_FILE}",
        where=str(root),
        mend="give the folder that holds problems/ and checkpoints/, or a set of SlopCodeBench",
    )


def problem_set_hash(problems: Iterable[Problem]) -> str:
    """sha256 (hex) over slugs and content hashes of a set of problems, in whatever order."""
    lines = sorted(f"{problem.slug} {problem.content_hash}\n" for problem in problems)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
