"""`slopbench import` as a user sees it, and the commands that work on an imported run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))

from recorded_runs import evaluation, recorded_run, write_json

SLOPBENCH = [sys.executable, "-m", "slopbench"]


def slopbench(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SLOPBENCH, *map(str, words)], capture_output=True, text=True, check=False, timeout=300
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = recorded_run(tmp_path_factory.mktemp("recorded") / "run", {"alpha": 3, "beta": 1})
    write_json(run / "alpha/checkpoint_2/evaluation.json", evaluation("alpha", 2, ["Error"]))
    (run / "alpha/checkpoint_3/evaluation.json").unlink()
    return run


@pytest.fixture(scope="module")
def imported(recorded: Path) -> tuple[Path, dict[str, Any]]:
    out = recorded.parent / "imported"
    done = slopbench("import", "scbench-run", recorded, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


def test_the_json_says_what_was_imported(imported) -> None:
    out, found = imported
    assert found["dir"] == str(out)
    assert found["subject"]["runner"] == "claude_code"
    assert [found[name] for name in ("planned", "graded", "infra_failed", "not_reached")] == [
        *(4, 3, 1, 0),
    ]
    assert found["notes"] == ["logs: left alone, it is no problem"]
    assert (out / "checkpoints.csv").is_file()


def test_report_table_and_status_work_on_it(imported) -> None:
    out, _ = imported
    report = json.loads(slopbench("report", out, "--json").stdout)
    assert (report["strict"], report["isolated"], report["core"]) == (0.5, 0.5, 0.75)
    assert report["cost_usd"] == 1.0
    assert "infra failed: not evaluated" in " ".join(slopbench("report", out).stdout.split())
    rows = slopbench("table", out, "--csv").stdout.splitlines()
    assert len(rows) == 5
    status = json.loads(slopbench("status", out, "--json").stdout)
    assert (status["imported"], status["finished"]) == (True, True)
    assert f"slopbench regrade {out}" in slopbench("status", out).stdout


def test_resume_is_refused_in_one_line(imported) -> None:
    assert "no agent can go on with it" in refusal(slopbench("resume", imported[0]))


def test_regrading_needs_the_problem_set(imported) -> None:
    assert "was imported without its problem set" in refusal(slopbench("regrade", imported[0]))


def test_an_existing_out_is_refused(imported, recorded: Path) -> None:
    done = slopbench("import", "scbench-run", recorded, "--out", imported[0])
    assert "is there already" in refusal(done)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    assert "which agent" in refusal(slopbench("import", "scbench-run", tmp_path))
    said = refusal(slopbench("import", "scbench-run", tmp_path / "nowhere"))
    assert "can't be opened as a folder" in said and "remove it" not in said


def test_notes_are_shown_escaped(recorded: Path, tmp_path: Path) -> None:
    (recorded / "odd\x1b[31m").mkdir()
    done = slopbench("import", "scbench-run", recorded, "--out", tmp_path / "out")
    (recorded / "odd\x1b[31m").rmdir()
    assert done.returncode == 0
    assert r"odd\x1b[31m: left alone" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "4 planned = 3 graded + 1 infra failed" in done.stdout
