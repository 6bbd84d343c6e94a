"""Finds and reads runners: by name in the benchmark, or a folder of the user's own."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from slopbench.errors import UsageError
from slopbench.problem.bench import Bench
from slopbench.problem.faults import BrokenProblem, Fault, faults_of, near_matches
from slopbench.problem.load import read_toml
from slopbench.runner.model import FOLDER, CommandRunner, PlayedRunner, Runner

FILE = "runner.toml"
KINDS: dict[str, type[PlayedRunner] | type[CommandRunner]] = {
    "played": PlayedRunner,
    "command": CommandRunner,
}


def load_runner(folder: Path) -> Runner:
    """The runner in `folder`. Raises BrokenProblem with every fault of its runner.toml."""
    file = folder / FILE
    data = read_toml(file)
    model = model_for(data, file)
    try:
        return model.model_validate({**data, FOLDER: folder.resolve()})
    except ValidationError as error:
        raise BrokenProblem(faults_of(error, file, model)) from error


def model_for(data: dict[str, Any], file: Path) -> type[PlayedRunner] | type[CommandRunner]:
    kind = data.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind]
    what = f"is {kind!r}" if "kind" in data else "is missing"
    raise BrokenProblem([Fault(file, what, f"write one of: {', '.join(KINDS)}", key="kind")])


def runner_folders(bench: Bench) -> dict[str, Path]:
    """The folder of every runner by name: the benchmark's own before the built-in ones."""
    found: dict[str, Path] = {}
    for root in (Bench.locate(None).root, bench.root):
        for file in sorted(root.glob(f"runners/*/{FILE}")):
            found[file.parent.name] = file.parent
    return dict(sorted(found.items()))


def find_runner(bench: Bench, name: str) -> Runner:
    """The runner called `name`, or the one in that folder if `name` has a slash.

    Raises UsageError if there is none, BrokenProblem if its runner.toml is faulty.
    """
    if "/" in name:
        return load_runner(Path(name))
    known = runner_folders(bench)
    if name not in known:
        raise UsageError(
            f"there is no runner {name!r}",
            where=str(bench.root / "runners"),
            mend=f"{near_matches(name, known)}; a folder of your own is given as ./{name}",
        )
    return load_runner(known[name])


def choose_runner(bench: Bench, name: str, command: str | None) -> Runner:
    """The runner for a run, with the command of the command line if there is one.

    Raises UsageError if a command is missing, or given for a runner that takes none.
    """
    runner = find_runner(bench, name)
    if isinstance(runner, CommandRunner):
        chosen = runner if command is None else runner.with_command(command)
        chosen.words()
        return chosen
    if command is not None:
        raise UsageError(
            "takes no command", where=f"runner {name}", mend="use --runner command --command 'CMD'"
        )
    return runner
