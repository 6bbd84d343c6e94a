from collections.abc import Callable
from pathlib import Path

import pytest

from slopbench.problem.bench import Bench
from slopbench.problem.scaffold import new_problem

SLUG = "pocket-money"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A benchmark folder with the problem that `problems new` makes."""
    new_problem(tmp_path / "bench", SLUG)
    return Bench.locate(tmp_path / "bench")


@pytest.fixture
def folder(bench: Bench) -> Path:
    """The folder of that problem."""
    return bench.problems_folder / SLUG


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replaces a text that occurs once in a file."""

    def replace(file: Path, old: str, new: str) -> None:
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))

    return replace
