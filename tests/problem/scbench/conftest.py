import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slopbench.problem.scbench.load import load_scbench_problem
from slopbench.problem.scbench.model import ScbenchProblem
from slopbench.problem.scbench.sidecar import Added

CONFIG: dict[str, Any] = {
    "name": "tiny",
    "version": 1,
    "description": "A tiny problem.",
    "tags": ["cli"],
    "entry_file": "tiny",
    "checkpoints": {"checkpoint_1": {"version": 1}, "checkpoint_2": {"version": 1}},
}
Writer = Callable[..., Path]


def write_problem(folder: Path, names: list[str], config: object) -> Path:
    (folder / "tests").mkdir(parents=True, exist_ok=True)
    # JSON is YAML: config.yaml can be written without a YAML writer.
    text = config if isinstance(config, str) else json.dumps(config)
    (folder / "config.yaml").write_text(text)
    (folder / "tests" / "conftest.py").write_text("")
    for name in names:
        (folder / f"{name}.md").write_text(f"<!-- a mark -->\nDo {name}.\n")
        (folder / "tests" / f"test_{name}.py").write_text("def test_one():\n    pass\n")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Writes a problem of two checkpoints; keywords change keys of its config.yaml."""

    def make(slug: str = "tiny", at: Path = tmp_path / "set", **changes: Any) -> Path:
        config = {**CONFIG, "name": slug, **changes}
        config = {name: value for name, value in config.items() if value is not ...}
        steps = config.get("checkpoints")
        names = (
            [str(name) for name in steps if "/" not in str(name)]
            if isinstance(steps, dict | list)
            else []
        )
        return write_problem(at / slug, names, config)

    return make


@pytest.fixture
def load(write: Writer) -> Callable[..., ScbenchProblem]:
    """The problem that `write` has written, loaded."""

    def read(**changes: Any) -> ScbenchProblem:
        folder = write(**changes)
        return load_scbench_problem(folder, [folder.parent], Added())

    return read
