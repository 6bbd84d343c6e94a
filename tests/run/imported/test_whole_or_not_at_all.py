"""A run is imported whole or not at all, whatever ends the import, and never over something else."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from recorded_runs import recorded_run

from slopbench.errors import UsageError
from slopbench.report.rows import RunReport
from slopbench.run.imported.scbench import Request, import_run
from slopbench.run.imported.staging import staged
from slopbench.run.journal import Key


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return recorded_run(tmp_path / "recorded" / "run", {"alpha": 3, "beta": 2})


def imported(run: Path, out: Path, progress=lambda key: None) -> Path:
    return import_run(Request(run, out, None, []), progress).root


@pytest.mark.parametrize("kind", ["run", "empty folder", "file", "dangling link"])
def test_what_is_there_already_is_refused_and_left_alone(run: Path, tmp_path, kind: str) -> None:
    out = tmp_path / "place" / "out"
    out.parent.mkdir()
    if kind == "run":
        imported(run, out)
    elif kind == "empty folder":
        out.mkdir()
    elif kind == "file":
        out.write_text("mine")
    else:
        out.symlink_to("nowhere")
    before = state_of(out)
    with pytest.raises(UsageError, match="is there already"):
        imported(run, out)
    assert state_of(out) == before
    assert list(out.parent.iterdir()) == [out]


def state_of(out: Path) -> dict[Path, tuple[int, int]]:
    found = [out, *out.rglob("*")]
    return {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in found}


def test_a_place_that_cannot_be_made_is_one_line(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="can't be made"):
        imported(run, tmp_path / "file" / "run")


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_import_that_is_broken_off_leaves_nothing(run: Path, tmp_path: Path, error) -> None:
    def broken(key: Key) -> None:
        raise error

    with pytest.raises(error):
        imported(run, tmp_path / "out", broken)
    assert [path.name for path in tmp_path.iterdir()] == ["recorded"]


def test_a_target_that_appears_meanwhile_is_not_replaced(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="is there already"):
        imported(run, out, lambda key: out.mkdir(exist_ok=True))
    assert list(out.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from slopbench.run.imported import scbench

def count(key):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

left = [int(sys.argv[3])]
os.sync = lambda: count(None)
scbench.import_run(scbench.Request(Path(sys.argv[1]), Path(sys.argv[2]), None, []), count)
"""
"""Kills itself after the given number of checkpoints; one more is when all of them are written."""


@pytest.mark.parametrize("after", range(1, 7))
def test_a_killed_import_leaves_no_run_and_the_next_one_sweeps(
    run: Path, tmp_path: Path, after: int
) -> None:
    out = tmp_path / "place" / "out"
    words = [sys.executable, "-c", KILLED, str(run), str(out), str(after)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (left,) = out.parent.iterdir()
    assert left.name.startswith(".out.importing-")
    imported(run, out)
    report = RunReport.read(out)
    assert (len(report.rows), report.state.finished) == (5, True)
    assert {row.status for row in report.rows} == {"graded"}
    assert list(out.parent.iterdir()) == [out]


def test_an_import_that_is_under_way_is_not_swept(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "place" / "out"
    with pytest.raises(UsageError, match="is there already"), staged(out) as first:
        (first / "mine").touch()
        imported(run, out)
        assert (first / "mine").exists()
    assert list(out.parent.iterdir()) == [out]
    assert (out / "run.json").exists()
