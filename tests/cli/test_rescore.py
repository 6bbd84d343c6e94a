"""`slopbench rescore|regrade` as a user sees them: real snapshots, scores and sandboxes."""

import hashlib
import json
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))

from recorded_runs import recorded_run

BENCH = Path(__file__).parents[1] / "fixtures" / "bench"
SET = BENCH.parent / "scbench-format"
RECORDED = BENCH.parent / "scbench-runs" / "greeter"
BACKENDS = ["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)]
SLOPBENCH = [sys.executable, "-m", "slopbench"]


def slopbench(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SLOPBENCH, *map(str, words)], capture_output=True, text=True, check=False, timeout=300
    )


def answer(done: subprocess.CompletedProcess[str], status: int = 0) -> dict[str, Any]:
    assert done.returncode == status, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(BENCH, tmp_path_factory.mktemp("bench") / "bench")


@pytest.fixture(scope="module")
def once(bench: Path) -> Path:
    out = bench.parent / "run"
    place = ("--bench", bench, "--sandbox", "bubblewrap", "--problem", "echoes", "--out", out)
    assert slopbench("run", *place).returncode == 0
    return out


@pytest.fixture
def run(once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(once, tmp_path / "run")


def test_a_run_of_today_has_nothing_to_be_made_anew(run: Path) -> None:
    for command in ("rescore", "regrade"):
        found = answer(slopbench(command, run, "--json"))
        assert (found["reused"], found["recomputed"], found["due"]) == (3, 0, 0)


def old_tests(run: Path) -> None:
    """Make the run one that was planned with other tests and another scoring."""
    plan = json.loads((run / "run.json").read_text())
    plan["problems"][0]["content_hash"] = "0" * 64
    plan["measure"]["quality_fingerprint"] = "0" * 16
    (run / "run.json").write_text(json.dumps(plan))
    lines = (run / "journal.jsonl").read_text().splitlines(keepends=True)
    first = json.loads(lines[0])
    first["data"]["plan_sha256"] = hashlib.sha256((run / "run.json").read_bytes()).hexdigest()
    del first["crc"]
    body = json.dumps(first, separators=(",", ":"))
    lines[0] = f'{body[:-1]},"crc":"{zlib.crc32(body.encode()):08x}"}}\n'
    (run / "journal.jsonl").write_text("".join(lines))


def test_a_dry_run_says_what_is_due_and_writes_nothing(run: Path) -> None:
    old_tests(run)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    for command, name in (("rescore", "quality_fingerprint"), ("regrade", "problem_hash")):
        found = answer(slopbench(command, run, "--dry-run", "--json"))
        assert (found["dry_run"], found["due"]) == (True, 3)
        assert {each["reason"] for each in found["checkpoints"]} == {f"{name} changed"}
        assert "would be: 3 due" in slopbench(command, run, "--dry-run").stdout
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("sandbox", BACKENDS)
def test_regrading_gives_the_outcomes_of_today(run: Path, sandbox: str) -> None:
    old_tests(run)
    before = {path: path.read_bytes() for path in run.rglob("*.json")}
    found = answer(slopbench("regrade", run, "--sandbox", sandbox, "--json"))
    assert (found["recomputed"], found["kept"]) == (3, 0)
    assert {path: path.read_bytes() for path in before} == before
    for n in (1, 2, 3):
        folder = run / "attempts" / "echoes" / "1" / str(n) / "1"
        old, new = (json.loads((folder / f"tests.{k}.json").read_text()) for k in (1, 2))
        assert outcomes(old) == outcomes(new)
    assert answer(slopbench("report", run, "--json"))["strict"] == 1.0
    again = answer(slopbench("regrade", run, "--sandbox", sandbox, "--json"))
    assert (again["reused"], again["recomputed"]) == (3, 0)


def outcomes(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((test["id"], test["group"], test["outcome"]) for test in found["tests"])


def test_changed_tests_change_the_outcomes(run: Path, bench: Path, tmp_path: Path) -> None:
    other = shutil.copytree(bench, tmp_path / "bench")
    tests = sorted((other / "problems" / "echoes" / "3" / "tests").glob("test_*.py"))[0]
    never = "\n\n@pytest.mark.core\ndef test_never():\n    assert False\n"
    tests.write_text(tests.read_text() + never)
    found = answer(slopbench("regrade", run, "--bench", other, "--json"))
    assert found["recomputed"] == 3
    report = answer(slopbench("report", run, "--json"))
    assert [row["strict"] for row in report["checkpoints"]] == [True, True, False]
    plan = json.loads((run / "run.json").read_text())
    assert report["measure"]["problem_set_hash"] != plan["measure"]["problem_set_hash"]
    assert report["measure"]["limits"] == plan["measure"]["limits"]


def test_tests_that_cannot_be_collected_keep_the_outcomes(run: Path, bench, tmp_path) -> None:
    other = shutil.copytree(bench, tmp_path / "bench")
    tests = sorted((other / "problems" / "echoes" / "1" / "tests").glob("test_*.py"))[0]
    tests.write_text(tests.read_text() + "\n\nraise RuntimeError\n")
    found = answer(slopbench("regrade", run, "--bench", other, "--json"), 3)
    assert (found["kept"], found["recomputed"]) == (3, 0)
    assert answer(slopbench("report", run, "--json"))["strict"] == 1.0


def test_a_set_without_the_problem_is_refused(run: Path, tmp_path: Path) -> None:
    (tmp_path / "bench" / "problems").mkdir(parents=True)
    done = slopbench("regrade", run, "--bench", tmp_path / "bench")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "there is no problem 'echoes'" in done.stderr


def test_snapshots_that_were_exchanged_are_an_error(run: Path) -> None:
    old_tests(run)
    git = ["git", "--git-dir", str(run / "snapshots.git")]
    refs = [f"refs/attempts/echoes/1/{n}" for n in (1, 2)]
    subprocess.run([*git, "update-ref", *refs], check=True)
    done = slopbench("rescore", run, "-j", "1")
    assert done.returncode == 3
    assert "isn't the snapshot" in done.stderr


@pytest.mark.parametrize("sandbox", BACKENDS)
def test_regrading_an_imported_run_gives_what_it_lacked(tmp_path: Path, sandbox: str) -> None:
    recorded = shutil.copytree(RECORDED, tmp_path / "recorded")
    (recorded / "greeter/checkpoint_1/evaluation.json").unlink()
    out = tmp_path / "run"
    assert slopbench("import", "scbench-run", recorded, "--out", out).returncode == 0
    assert answer(slopbench("report", out, "--json"))["infra_failed"] == 1
    words = ("--bench", SET, "--sandbox", sandbox, "--json")
    assert answer(slopbench("regrade", out, *words))["recomputed"] == 1
    report = answer(slopbench("report", out, "--json"))
    assert (report["graded"], report["strict"], report["infra_failed"]) == (1, 1.0, 0)
    assert report["measure"]["network"] == "unknown"
    assert report["measure"]["toolchain"].startswith(sandbox)
    assert answer(slopbench("regrade", out, *words))["reused"] == 1


def test_regraded_tests_have_the_names_that_were_imported(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert slopbench("import", "scbench-run", RECORDED, "--out", out).returncode == 0
    assert answer(slopbench("regrade", out, "--bench", SET, "--json"))["recomputed"] == 1
    folder = out / "attempts/greeter/1/1/1"
    old, new = (json.loads((folder / f"tests.{n}.json").read_text()) for n in (1, 2))
    assert outcomes(old) == outcomes(new)


def test_regrading_an_imported_run_never_takes_packages_away_unasked(tmp_path: Path) -> None:
    recorded, out = shutil.copytree(RECORDED, tmp_path / "recorded"), tmp_path / "run"
    (recorded / "greeter/checkpoint_1/snapshot/requirements.txt").write_text("six\n")
    assert slopbench("import", "scbench-run", recorded, "--out", out).returncode == 0
    words = ("regrade", out, "--bench", SET, "--json")
    (row,) = answer(slopbench(*words), status=3)["checkpoints"]
    assert row["fate"] == "kept" and "give --dependencies" in row["reason"]
    assert answer(slopbench("report", out, "--json"))["measure"]["grading_schema"] == "scbench"
    assert answer(slopbench(*words, "--dependencies", "none"))["recomputed"] == 1
    said = slopbench("report", out).stderr
    assert "1 of 1 checkpoints were graded without the packages" in said
    assert "greeter checkpoint 1" in said


def test_scoring_anew_needs_no_problem_set_and_leaves_installed_packages_out(tmp_path) -> None:
    recorded = recorded_run(tmp_path / "recorded", {"alpha": 2})
    site = recorded / "alpha/checkpoint_2/snapshot/.venv/lib/python3.12/site-packages/package"
    site.mkdir(parents=True)
    (site / "module.py").write_text("def f():\n    return 1\n" * 50)
    (site.parents[3] / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (site.parents[3] / "bin").mkdir()
    (site.parents[3] / "bin" / "python").symlink_to("/usr/bin/python3")
    out = tmp_path / "run"
    assert slopbench("import", "scbench-run", recorded, "--out", out).returncode == 0
    found = answer(slopbench("rescore", out, "--json"))
    assert found["recomputed"] == 2
    report = answer(slopbench("report", out, "--json"))
    rows = report["checkpoints"]
    assert [row["sloc"] for row in rows] == [2, 2]
    assert [row["strict"] for row in rows] == [True, True]
    assert rows[1]["excluded_share"] > 0.9
    assert report["measure"]["quality_fingerprint"] != "not scored"
    assert report["measure"]["grading_schema"] == "scbench"
    assert answer(slopbench("rescore", out, "--json"))["reused"] == 2
