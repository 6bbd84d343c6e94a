"""`slopbench report|table` as a user sees them."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "fixtures" / "bench"


def slopbench(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "slopbench", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reported") / "run"
    place = ("--bench", BENCH, "--sandbox", "bubblewrap", "--problem", "echoes", "--out", out)
    done = slopbench("run", *place, "--model", "m\x1b[31m[red]")
    assert done.returncode == 0, done.stderr
    return out


def test_the_report_shows_each_checkpoint_and_where_it_is(finished: Path) -> None:
    done = slopbench("report", finished)
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[:3] for line in lines if line[:1] == ["echoes"]][:3] == [
        ["echoes", str(number), "graded"] for number in (1, 2, 3)
    ]
    assert str(finished) in done.stdout


def test_a_hostile_model_name_writes_nothing_to_the_terminal(finished: Path) -> None:
    for command in ("report", "table"):
        out = slopbench(command, finished).stdout
        assert "\x1b" not in out
        assert r"m\x1b[31m[red]" in out


def test_the_picture_is_written(finished: Path, tmp_path: Path) -> None:
    done = slopbench("report", finished, "--svg", tmp_path / "report.svg")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "report.svg").read_text().startswith("<svg")


def test_a_picture_and_the_json_can_be_asked_for_at_once(finished: Path, tmp_path: Path) -> None:
    done = slopbench("report", finished, "--json", "--svg", tmp_path / "report.svg")
    assert json.loads(done.stdout)["planned"]
    assert (tmp_path / "report.svg").read_text().startswith("<svg")


def test_a_picture_that_cannot_be_written_is_one_line(finished: Path) -> None:
    done = slopbench("report", finished, "--svg", "/proc/no/report.svg")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "/proc/no" in done.stderr


def test_the_tidy_table_of_several_runs_is_csv(finished: Path) -> None:
    done = slopbench("table", finished, finished, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["checkpoint"] for row in rows] == ["1", "2", "3"] * 2
    assert {row["strict"] for row in rows} == {"true"}
    assert {row["runner"] for row in rows} == {"reference"}
