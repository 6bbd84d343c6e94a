"""Reads a problem from its folder; whatever is wrong is said with file, key, cause and cure."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from slopbench.problem.content import links
from slopbench.problem.faults import BrokenProblem, Fault, faults_of
from slopbench.problem.markers import test_files, test_functions
from slopbench.problem.model import KitProblem

FILE = "problem.toml"


def load_problem(folder: Path) -> KitProblem:
    """The problem in `folder`.

    Raises BrokenProblem with every fault of problem.toml or, if it has none, of the folders.
    """
    file = folder / FILE
    data = read_toml(file)
    try:
        problem = KitProblem.read(data, folder)
    except ValidationError as error:
        raise BrokenProblem(faults_of(error, file, KitProblem)) from error
    faults = list(_folder_faults(problem))
    if faults:
        raise BrokenProblem(faults)
    return problem


def read_toml(file: Path) -> dict[str, Any]:
    """The content of a TOML file; raises BrokenProblem if it is missing or no TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        cause = error.strerror or "unreadable"
        raise BrokenProblem(
            [Fault(file, f"can't be read: {cause.lower()}", "add the file or mend its rights")]
        ) from error
    except UnicodeDecodeError as error:
        raise BrokenProblem([Fault(file, "is not UTF-8", "save it as UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise BrokenProblem(
            [Fault(file, f"is no valid TOML: {error}", "mend this place")]
        ) from error


def _folder_faults(problem: KitProblem) -> Iterator[Fault]:
    yield from _name_faults(problem)
    yield from (
        Fault(path, "is a symbolic link", "put the file itself there")
        for path in links(problem.folder)
    )
    for checkpoint in problem.checkpoints:
        yield from _spec_faults(problem.spec_file(checkpoint.n))
        yield from _test_faults(problem.tests_folder(checkpoint.n), checkpoint.n)
    yield from _repeated_names(problem)
    yield from _unannounced(problem)


def _name_faults(problem: KitProblem) -> Iterator[Fault]:
    folder = problem.folder.absolute().name
    if folder == problem.slug:
        return
    taken = (problem.folder.absolute().parent / problem.slug / FILE).is_file()
    what = f"is {problem.slug!r}, but the folder is {folder!r}"
    if taken:
        what += ", and another folder has this slug"
    yield Fault(
        problem.folder / FILE, what, "give both one name that no other problem has", key="slug"
    )


def _spec_faults(spec: Path) -> Iterator[Fault]:
    if not spec.is_file():
        yield Fault(spec, "is missing", "write the specification of this checkpoint there")
        return
    try:
        text = spec.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        yield Fault(spec, "is not UTF-8", "save it as UTF-8")
        return
    if not text.strip():
        yield Fault(spec, "is empty", "write the specification of this checkpoint there")


def _test_faults(tests: Path, n: int) -> Iterator[Fault]:
    if not tests.is_dir():
        yield Fault(tests, "is missing", "make the folder and put test_*.py files in it")
        return
    files = test_files(tests)
    if not files:
        yield Fault(tests, "holds no test_*.py file", "add one with at least one core test")
        return
    try:
        found = [test for file in files for test in test_functions(file, n)]
    except BrokenProblem as error:
        yield from error.faults
        return
    if not any("core" in test.groups for test in found):
        yield Fault(
            tests,
            f"checkpoint {n} has no core test",
            "mark at least one test with @pytest.mark.core",
        )


def _repeated_names(problem: KitProblem) -> Iterator[Fault]:
    """pytest and our test ids tell test files apart by their names, over all checkpoints."""
    first: dict[str, int] = {}
    for n in (checkpoint.n for checkpoint in problem.checkpoints):
        for file in test_files(problem.tests_folder(n)):
            if file.name in first:
                what = f"has the name of a test file of checkpoint {first[file.name]}"
                yield Fault(file, what, "rename it; test file names are unique over a problem")
            first.setdefault(file.name, n)


def _unannounced(problem: KitProblem) -> Iterator[Fault]:
    known = {str(checkpoint.n) for checkpoint in problem.checkpoints}
    for path in sorted(problem.folder.iterdir()):
        if path.is_dir() and re.fullmatch(r"\d+", path.name) and path.name not in known:
            yield Fault(
                path,
                f"{FILE} has no checkpoint {path.name}",
                f"add [[checkpoint]] n = {int(path.name)} or remove the folder",
            )
