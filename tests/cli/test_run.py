"""`slopbench run|resume|status` as a user sees them: real processes on the fixture problems."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from slopbench.run.phases import AGENT_LIMITS

BENCH = Path(__file__).parents[1] / "fixtures" / "bench"
BACKENDS = ["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)]
SLOPBENCH = [sys.executable, "-m", "slopbench"]


def slopbench(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SLOPBENCH, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | variables,
        timeout=300,
    )


def run(out: Path, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    place = ("--bench", BENCH, "--sandbox", "bubblewrap", "--out", out)
    return slopbench("run", *place, *words, **variables)


def said_in_one_line(done: subprocess.CompletedProcess[str], status: int) -> str:
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run of the known answers to every fixture problem, and what it printed."""
    out = tmp_path_factory.mktemp("reference") / "run"
    done = run(out, "--json")
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


def test_the_reference_is_strict_at_every_checkpoint(reference) -> None:
    out, found = reference
    assert (found["planned"], found["graded"]) == (9, 9)
    assert (found["strict"], found["isolated"], found["core"]) == (1.0, 1.0, 1.0)
    assert found["problems_solved"] == 3
    assert found["dir"] == str(out)
    assert {row["cause"] for row in found["checkpoints"]} == {None}
    assert found["subject"]["runner"] == "reference"


@pytest.mark.docker
def test_docker_gives_the_same_outcomes_and_scores(reference, tmp_path: Path) -> None:
    place = ("--bench", BENCH, "--sandbox", "docker", "--out", tmp_path / "run")
    done = slopbench("run", *place, "--json")
    assert done.returncode == 0, done.stderr
    assert failures(tmp_path / "run") == []
    assert without_times(json.loads(done.stdout)) == without_times(reference[1])


def failures(out: Path) -> list[tuple[str, str]]:
    """The failed tests of a run with all that was said about them."""
    results = (json.loads(path.read_text()) for path in out.rglob("tests.*.json"))
    tests = (test for result in results for test in result["tests"])
    return [(test["id"], test["detail"]) for test in tests if test["outcome"] != "passed"]


def without_times(found: dict[str, Any]) -> list[dict[str, Any]]:
    times = ("agent_seconds", "grade_seconds")
    rows = found["checkpoints"]
    return [{name: value for name, value in row.items() if name not in times} for row in rows]


def test_a_run_directory_holds_what_is_documented(reference) -> None:
    out, _ = reference
    assert {path.name for path in out.iterdir()} == {
        *("run.json", "journal.jsonl", "lock", "snapshots.git", "attempts", "checkpoints.csv")
    }
    one = out / "attempts" / "echoes" / "1" / "2" / "1"
    assert {path.name for path in one.iterdir()} == {
        *("prompt.md", "agent.log", "tests.1.json", "quality.1.json")
    }
    plan = json.loads((out / "run.json").read_text())
    assert plan["command"][:2] == ["slopbench", "run"]


def test_snapshots_are_git_trees_that_the_report_names(reference) -> None:
    out, found = reference
    for row in found["checkpoints"]:
        ref = f"refs/attempts/{row['problem']}/{row['sample']}/{row['checkpoint']}^{{tree}}"
        git = ["git", "--git-dir", str(out / "snapshots.git"), "rev-parse", ref]
        done = subprocess.run(git, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == row["snapshot"]


def test_report_prints_what_the_run_printed(reference) -> None:
    out, found = reference
    assert json.loads(slopbench("report", out, "--json").stdout) == found


def test_resuming_a_finished_run_does_nothing_again(reference) -> None:
    out, found = reference
    again = slopbench("resume", out, "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == found


def test_an_out_folder_with_another_run_is_refused_and_left_alone(reference) -> None:
    out, _ = reference
    before = (out / "journal.jsonl").read_bytes()
    assert "holds another run" in said_in_one_line(run(out), 2)
    assert (out / "journal.jsonl").read_bytes() == before


def test_a_run_whose_problem_has_changed_is_not_continued(reference, tmp_path: Path) -> None:
    out, _ = reference
    plan = (out / "run.json").read_text()
    moved = tmp_path / "moved"
    moved.mkdir()
    (moved / "run.json").write_text(plan.replace('"problem_set_hash": "', '"problem_set_hash": "0'))
    (moved / "journal.jsonl").touch()
    line = said_in_one_line(slopbench("resume", moved), 2)
    assert "problem_set_hash changed since the run began" in line


def test_doing_nothing_scores_nothing(tmp_path: Path) -> None:
    done = run(tmp_path / "run", "--runner", "nop", "--problem", "echoes", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["strict"], found["core"], found["graded"]) == (0.0, 0.0, 3)
    assert (found["erosion"], found["verbosity"]) == (None, None)
    assert {row["verbosity_reason"] for row in found["checkpoints"]} == {"no_source"}


def test_leaving_the_first_answer_as_it_is_is_strict_at_the_first_checkpoint_alone(
    tmp_path: Path,
) -> None:
    done = run(tmp_path / "run", "--runner", "copy-previous", "--problem", "echoes", "--json")
    rows = json.loads(done.stdout)["checkpoints"]
    assert [row["strict"] for row in rows] == [True, False, False]
    assert len({row["snapshot"] for row in rows}) == 1


def test_stop_on_fail_ends_an_attempt_and_says_so(tmp_path: Path) -> None:
    words = ("--runner", "nop", "--problem", "echoes", "--stop-on", "fail", "--json")
    done = run(tmp_path / "run", *words)
    assert done.returncode == 4
    found = json.loads(done.stdout)
    assert (found["graded"], found["not_reached"]) == (1, 2)


def test_the_command_of_a_user_is_the_agent_and_its_failure_is_graded(tmp_path: Path) -> None:
    command = 'cat "$SLOPBENCH_PROMPT" > seen.md; echo I give up; exit 3'
    words = ("--runner", "command", "--command", command, "--problem", "echoes", "--json")
    done = run(tmp_path / "run", *words)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["checkpoints"]
    assert {(row["status"], row["cause"]) for row in rows} == {("graded", "agent_failed")}
    one = tmp_path / "run" / "attempts" / "echoes" / "1" / "2" / "1"
    assert (one / "agent.log").read_text() == "I give up\n"
    git = ["git", "--git-dir", str(tmp_path / "run" / "snapshots.git")]
    show = [*git, "show", f"{rows[1]['snapshot']}:seen.md"]
    assert (
        subprocess.run(show, capture_output=True, check=True).stdout
        == (one / "prompt.md").read_bytes()
    )


def test_an_unknown_problem_is_one_line_with_a_near_match(tmp_path: Path) -> None:
    line = said_in_one_line(run(tmp_path / "run", "--problem", "echos"), 2)
    assert "no problem 'echos'" in line
    assert "echoes" in line
    assert not (tmp_path / "run").exists()


def test_a_broken_problem_is_one_line_that_names_file_and_key(tmp_path: Path) -> None:
    folder = tmp_path / "bench" / "problems" / "broken"
    folder.mkdir(parents=True)
    text = (BENCH / "problems" / "echoes" / "problem.toml").read_text()
    (folder / "problem.toml").write_text(text.replace('interface = "', 'interface = "x'))
    done = slopbench("run", "--bench", tmp_path / "bench", "--out", tmp_path / "run")
    line = said_in_one_line(done, 2)
    assert str(folder / "problem.toml") in line
    assert "interface" in line
    assert not (tmp_path / "run").exists()


def test_an_unreachable_engine_is_one_line(tmp_path: Path) -> None:
    done = slopbench(
        *("run", "--bench", BENCH, "--sandbox", "docker", "--out", tmp_path / "run"),
        DOCKER_HOST=f"unix://{tmp_path}/nobody.sock",
    )
    said_in_one_line(done, 3)
    assert not (tmp_path / "run").exists()


def test_a_full_disk_is_one_line_before_anything_is_written(tmp_path: Path) -> None:
    done = run(tmp_path / "run", SLOPBENCH_DISK_FLOOR_MB="999999999")
    assert "MB are needed to start" in said_in_one_line(done, 3)
    assert not (tmp_path / "run").exists()


def test_a_machine_without_git_is_told_before_anything_is_written(tmp_path: Path) -> None:
    line = said_in_one_line(run(tmp_path / "run", PATH=str(tmp_path)), 3)
    assert "git isn't installed" in line
    assert "apt-get install git" in line
    assert not (tmp_path / "run").exists()


def test_the_limits_of_the_agent_are_chosen_kept_by_resume_and_part_of_the_measure(
    tmp_path: Path,
) -> None:
    out = tmp_path / "run"
    limits = ("--agent-minutes", 0.02, "--agent-memory-mb", 256, "--agent-disk-mb", 64)
    agent = ("--runner", "command", "--command", "sleep 60")
    done = run(out, "--problem", "echoes", *agent, *limits, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {row["cause"] for row in found["checkpoints"]} == {"time_limit"}
    measured = found["measure"]["limits"]["agent"]
    assert (measured["wall_seconds"], measured["memory_mb"], measured["disk_mb"]) == (1.2, 256, 64)
    resumed = slopbench("resume", out, "--json")
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads(resumed.stdout)["measure"] == found["measure"]


def test_the_help_tells_the_limits_that_hold_without_options() -> None:
    told = slopbench("run", "--help").stdout
    numbers = (AGENT_LIMITS.wall_seconds / 60, AGENT_LIMITS.memory_mb, AGENT_LIMITS.disk_mb)
    assert [number for number in numbers if f"[default: ({number:g})" not in told] == []


def test_a_run_goes_on_when_nobody_reads_its_progress(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    words = ("run", "--bench", BENCH, "--problem", "echoes", "--out", tmp_path / "run", "--json")
    done = subprocess.run(
        [*SLOPBENCH, *map(str, words)], stdout=subprocess.PIPE, stderr=writer, check=False
    )
    os.close(writer)
    assert done.returncode == 0
    assert json.loads(done.stdout)["graded"] == 3


@pytest.mark.parametrize("name", ["run.json", "journal.jsonl"])
def test_an_unusable_file_of_a_run_is_one_line(reference, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "run"
    shutil.copytree(reference[0], copy)
    (copy / name).unlink()
    (copy / name).mkdir()
    for command in ("report", "resume", "status"):
        assert str(copy) in said_in_one_line(slopbench(command, copy), 2)


@pytest.mark.parametrize("command", ["report", "resume"])
def test_a_journal_that_was_emptied_is_an_error_and_nothing_is_done_again(
    reference, tmp_path: Path, command: str
) -> None:
    copy = tmp_path / "run"
    shutil.copytree(reference[0], copy)
    (copy / "journal.jsonl").write_bytes(b"")
    line = said_in_one_line(slopbench(command, copy), 3)
    assert "journal.jsonl: is empty, but there are snapshots" in line


def test_a_folder_that_is_no_run_is_one_line(tmp_path: Path) -> None:
    for command in ("resume", "status", "report", "table"):
        assert "is no run" in said_in_one_line(slopbench(command, tmp_path), 2)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("sandbox", BACKENDS)
def test_an_interrupted_run_leaves_nothing_running(tmp_path, sandbox: str, sent) -> None:
    out = tmp_path / "run"
    mark = f"9{os.getpid()}{int(sent)}"
    words = ["--runner", "command", "--command", f"sleep {mark}", "--problem", "echoes"]
    place = ["--bench", str(BENCH), "--sandbox", sandbox, "--out", str(out)]
    with subprocess.Popen(
        [*SLOPBENCH, "run", *place, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        until(lambda: running(mark))
        during = json.loads(slopbench("status", out, "--json").stdout)
        process.send_signal(sent)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"interrupted by {sent.name}; go on with: slopbench resume" in errors.decode()
    assert not running(mark)
    assert during["attempts"][0]["running"]["phase"] == "agent"
    found = json.loads(slopbench("report", out, "--json").stdout)
    assert (found["cancelled"], found["not_reached"]) == (1, 2)


def test_a_killed_run_is_resumed_where_it_was(tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ["--bench", str(BENCH), "--sandbox", "bubblewrap", "--problem", "echoes"]
    with subprocess.Popen(
        [*SLOPBENCH, "run", *words, "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        until(lambda: finished(out) >= 2)
        process.kill()
    before = finished(out)
    done = slopbench("resume", out, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["strict"] == 1.0
    assert before < finished(out) == 12


def until(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.02)


def finished(out: Path) -> int:
    journal = out / "journal.jsonl"
    return journal.read_text().count('"phase_finished"') if journal.exists() else 0


def running(mark: str) -> bool:
    """Whether a process of this machine sleeps for that long."""
    return f"sleep\0{mark}\0".encode() in map(command_line, Path("/proc").glob("[0-9]*/cmdline"))


def command_line(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
