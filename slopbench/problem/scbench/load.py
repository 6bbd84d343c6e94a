"""Reads a problem of SlopCodeBench from its folder; faults are told like those of our own format."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from slopbench.problem.content import links
from slopbench.problem.faults import BrokenProblem, Fault, faults_of
from slopbench.problem.scbench.config import Config
from slopbench.problem.scbench.languages import entries_of
from slopbench.problem.scbench.model import LIMITS, ScbenchProblem
from slopbench.problem.scbench.sidecar import Added
from slopbench.problem.scbench.yaml_file import read_yaml

FILE = "config.yaml"
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
"""What a problem may be called: its name becomes a part of paths and of git references."""


def load_scbench_problem(folder: Path, set_folders: Sequence[Path], added: Added) -> ScbenchProblem:
    """The problem in `folder`, one of a set that lies in `set_folders`.

    Raises BrokenProblem with every fault of config.yaml or, if it has none, of the folder.
    """
    config = _config(folder)
    problem = ScbenchProblem.model_validate(
        {
            "slug": folder.absolute().name,
            "title": config.name,
            "pitch": " ".join(config.description.split()),
            "interface": "command",
            "difficulty": config.difficulty.lower(),
            "tags": config.tags,
            "entry": entries_of(config.entry_file),
            "limits": LIMITS,
            "environment": config.env,
            "checkpoint": [
                {"n": n, "title": name} for n, (name, _) in enumerate(config.steps, start=1)
            ],
            "notes": _notes(config),
            "(folder)": folder,
            "config": config,
            "added": added,
            "set_folders": tuple(path.absolute() for path in set_folders),
        }
    )
    faults = list(_folder_faults(problem))
    if faults:
        raise BrokenProblem(faults)
    return problem


def _config(folder: Path) -> Config:
    file = folder / FILE
    data = read_yaml(file)
    if isinstance(data, dict) and isinstance(data.get("checkpoints"), list):
        data = {**data, "checkpoints": _settings_beside(folder, data["checkpoints"])}
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        raise BrokenProblem(faults_of(error, file, Config)) from error


def _settings_beside(folder: Path, names: list[Any]) -> Any:
    """Checkpoints that are only named have their settings in a config.yaml of their own, or none."""
    if not all(map(_is_file_name, names)) or len(set(names)) < len(names):
        return names
    files = {name: folder / name / FILE for name in names}
    return {name: read_yaml(file) if file.is_file() else {} for name, file in files.items()}


def _is_file_name(name: Any) -> bool:
    """Whether it can name a folder beside config.yaml; what can't is refused as a name later."""
    return isinstance(name, str) and name not in ("", ".", "..") and not set(name) & {"/", "\0"}


def _notes(config: Config) -> dict[str, str]:
    known = {
        "category": config.category,
        "author": config.author,
        "inspiration": config.inspiration,
    }
    return {name: text for name, text in known.items() if text}


def _folder_faults(problem: ScbenchProblem) -> Iterator[Fault]:
    if not re.fullmatch(NAME, problem.slug):
        mend = f"rename it to something that matches {NAME}"
        yield Fault(problem.folder, "has a name that is none for a problem", mend)
    numbers = [checkpoint.n for checkpoint in problem.checkpoints]
    for n in numbers:
        yield from _spec_faults(problem, n)
    yield from _test_faults(problem, numbers)
    for asset in problem.assets:
        yield from _asset_faults(problem, asset.id, asset.path)


def _spec_faults(problem: ScbenchProblem, n: int) -> Iterator[Fault]:
    file = problem.spec_file(n)
    if problem.settings(n).spec_override is None:
        if file.is_symlink() or not file.is_file():
            yield Fault(file, "is missing or no plain file", "put the specification there")
            return
        try:
            problem.raw_spec(n)
        except UnicodeDecodeError:
            yield Fault(file, "is not UTF-8", "save it as UTF-8")
            return
    if not problem.spec(n, next(iter(problem.entry))).strip():
        yield Fault(file, "is empty", "write the specification of this checkpoint there")


def _test_faults(problem: ScbenchProblem, numbers: list[int]) -> Iterator[Fault]:
    tests = problem.tests
    if tests.is_symlink() or not tests.is_dir():
        yield Fault(tests, "is missing or no folder", "put the tests there")
        return
    yield from _link_faults(tests)
    for file in (tests / "conftest.py", *map(problem.test_file, numbers)):
        if not file.is_file():
            yield Fault(file, "is missing", "put the file there; every checkpoint needs it")


def _asset_faults(problem: ScbenchProblem, name: str, path: Path) -> Iterator[Fault]:
    key = f"static_assets.{name}.path"
    file = problem.folder / FILE
    steps = [path, *path.parents][: len(path.relative_to(problem.folder).parts)]
    if any(step.is_symlink() for step in steps):
        yield Fault(file, "leads over a symbolic link", "put the files themselves there", key=key)
    elif not path.exists():
        yield Fault(file, f"is {str(path.name)!r}, which does not exist", "correct it", key=key)
    elif path.is_dir():
        yield from _link_faults(path)


def _link_faults(folder: Path) -> Iterator[Fault]:
    for path in links(folder):
        yield Fault(path, "is a symbolic link", "put the file itself there")
