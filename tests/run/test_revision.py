"""Results made anew: what is due, that nothing is overwritten, and what counts afterwards."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted_phases import ScriptedPhases, small_plan

from slopbench.errors import InfrastructureError, UsageError
from slopbench.report.rows import RunReport
from slopbench.report.summary import summary
from slopbench.run.directory import RunDirectory
from slopbench.run.engine import Engine
from slopbench.run.journal import Event, Journal, Key, read_journal
from slopbench.run.phase import PhaseResult
from slopbench.run.revision import Fate, Item, Result, Revised, Revision, foresee, revise
from slopbench.run.state import RunState

NEW = "1" * 64
PHASES = {"quality": Event.RESCORED, "tests": Event.REGRADED}
SCORE = {"sloc": 7, "erosion": 0.5}
OUTCOMES = {
    "strict": False,
    "isolated": True,
    "core": True,
    "counts": {
        group: {"passed": 1, "total": 2}
        for group in ("core", "functionality", "error", "regression")
    },
}


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return finished(tmp_path)


def finished(folder: Path, script: Any = None) -> RunDirectory:
    plan = small_plan({"alpha": 2, "beta": 1})
    directory = RunDirectory.create(folder / "run", plan)
    Engine(directory, plan).run(ScriptedPhases(folder, script or {}), 1)
    return directory


def rescoring(
    make: Callable[[Item], Result] = lambda item: Result(None, SCORE), fingerprint: str = NEW
) -> Revision:
    measure = {"quality_fingerprint": fingerprint}
    return Revision(
        event=Event.RESCORED,
        kind="quality",
        measure_of=lambda key: measure,
        decisive=tuple(measure),
        make=make,
        end=lambda: None,
    )


def regrading(
    make: Callable[[Item], Result] = lambda item: Result(None, OUTCOMES), **changes: Any
) -> Revision:
    measure = {
        "problem_hash": "0" * 64,
        "problem_set_hash": "0" * 64,
        "grading_schema": 1,
        "toolchain": "0" * 64,
        "dependencies": "none",
    } | changes
    return Revision(
        event=Event.REGRADED,
        kind="tests",
        measure_of=lambda key: measure,
        decisive=("problem_hash", "grading_schema", "toolchain", "dependencies"),
        make=make,
        end=lambda: None,
    )


def done(directory: RunDirectory, revision: Revision, jobs: int = 2) -> Revised:
    return revise(directory, directory.plan(), revision, jobs, lambda item: None)


def fates(revised: Revised) -> list[str]:
    return [item.fate for item in revised.items]


def files(directory: RunDirectory) -> dict[str, bytes]:
    root = directory.root
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.json")}


def test_a_newer_score_takes_the_place_of_the_one_before(run: RunDirectory) -> None:
    before = files(run)
    assert fates(done(run, rescoring())) == ["recomputed"] * 3
    after = files(run)
    assert before.items() <= after.items()
    assert {Path(name).name for name in set(after) - set(before)} == {"quality.2.json"}
    report = RunReport.read(run.root)
    assert [(row.sloc, row.erosion, row.strict) for row in report.rows] == [(7, 0.5, True)] * 3
    assert summary(report)["measure"]["quality_fingerprint"] == NEW


def test_newer_outcomes_take_the_place_of_the_ones_before(run: RunDirectory) -> None:
    done(run, regrading(grading_schema=2, problem_set_hash="2" * 64))
    found = summary(RunReport.read(run.root))
    assert (found["strict"], found["isolated"], found["erosion"]) == (
        0.0,
        1.0,
        pytest.approx(0.4 / 3),
    )
    assert found["measure"]["grading_schema"] == 2
    assert found["measure"]["problem_set_hash"] == "2" * 64
    assert found["measure"]["limits"] == {}


def test_what_was_measured_with_the_same_is_reused(run: RunDirectory) -> None:
    assert fates(done(run, rescoring(fingerprint="0" * 64))) == ["reused"] * 3
    assert fates(done(run, regrading())) == ["reused"] * 3
    done(run, rescoring())
    size = run.journal_file.stat().st_size
    assert fates(done(run, rescoring())) == ["reused"] * 3
    assert run.journal_file.stat().st_size == size


def test_a_change_of_one_problem_makes_only_its_checkpoints_due(run: RunDirectory) -> None:
    revision = regrading()
    changed = revision.measure_of(Key("alpha", 1, 1)) | {"problem_hash": "3" * 64}  # type: ignore[operator]
    revision = Revision(
        **vars(revision)
        | {
            "measure_of": lambda key: (
                changed if key.problem == "beta" else regrading().measure_of(key)
            )
        }
    )
    revised = foresee(run, run.plan(), revision)
    assert [(item.key.problem, item.fate, item.reason) for item in revised.items] == [
        ("alpha", "reused", "measured with the same"),
        ("alpha", "reused", "measured with the same"),
        ("beta", "due", "problem_hash changed"),
    ]


def test_results_of_two_measures_are_called_mixed(run: RunDirectory) -> None:
    def make(item: Item) -> Result:
        return Result(None, SCORE) if item.key.problem == "alpha" else Result(kept="no")

    revised = done(run, rescoring(make))
    assert fates(revised) == ["recomputed", "recomputed", "kept"]
    measure = summary(RunReport.read(run.root))["measure"]
    assert measure["quality_fingerprint"] == f"mixed: {'0' * 64}, {NEW}"


def test_a_dry_run_changes_nothing_and_needs_no_lock(run: RunDirectory) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.root.rglob("*")}
    with Journal(run.journal_file, lambda entry: None):
        revised = foresee(run, run.plan(), rescoring())
    assert fates(revised) == ["due"] * 3
    assert {path: path.stat().st_mtime_ns for path in before if path.name != "lock"} == {
        path: time for path, time in before.items() if path.name != "lock"
    }
    assert len(files(run)) == len([path for path in before if path.suffix == ".json"])


def test_another_writer_is_refused(run: RunDirectory) -> None:
    with (
        Journal(run.journal_file, lambda entry: None),
        pytest.raises(UsageError, match="is being written by"),
    ):
        done(run, rescoring())


def test_a_failure_of_the_machine_ends_it_and_what_was_done_stays(run: RunDirectory) -> None:
    def make(item: Item) -> Result:
        if item.key == Key("alpha", 1, 2):
            raise InfrastructureError("no engine")
        return Result(None, SCORE)

    with pytest.raises(InfrastructureError, match="no engine"):
        done(run, rescoring(make), jobs=1)
    assert fates(done(run, rescoring(), jobs=1)) == ["reused", "recomputed", "recomputed"]


def test_a_checkpoint_without_snapshot_cannot_be_made_anew(tmp_path: Path) -> None:
    run = finished(tmp_path, {("agent", "alpha", 1, 2): PhaseResult("engine_unreachable")})
    assert fates(done(run, rescoring())) == ["recomputed", "impossible", "recomputed"]


def test_a_missing_result_is_made_and_heals_the_status(tmp_path: Path) -> None:
    script = {("grade", "alpha", 1, 2): PhaseResult("tests_broken")}
    run = finished(tmp_path, script)
    assert [row.status for row in RunReport.read(run.root).rows] == [
        *("graded", "infra_failed", "graded"),
    ]
    assert fates(done(run, regrading())) == ["reused", "recomputed", "reused"]
    row = RunReport.read(run.root).rows[1]
    assert (row.status, row.cause, row.isolated) == ("graded", None, True)
    assert fates(done(run, rescoring(fingerprint="0" * 64))) == ["reused", "recomputed", "reused"]
    assert RunReport.read(run.root).state.at(row.key).complete


def test_a_score_that_failed_is_tried_again(run: RunDirectory) -> None:
    done(run, rescoring(lambda item: Result("quality_time", {"sloc": None})))
    assert {row.verbosity_reason for row in RunReport.read(run.root).rows} == {"quality_time"}
    assert fates(done(run, rescoring())) == ["recomputed"] * 3
    assert {row.sloc for row in RunReport.read(run.root).rows} == {7}


def test_a_later_rescoring_adds_nothing_to_the_time_of_the_run(run: RunDirectory) -> None:
    def wall() -> float:
        return RunState.replayed(read_journal(run.journal_file)).wall_seconds

    before = wall()
    done(run, rescoring())
    assert wall() == before


def test_what_is_not_the_file_of_the_journal_is_an_error(run: RunDirectory) -> None:
    done(run, rescoring())
    path = run.attempt(Key("alpha", 1, 1), 1) / "quality.2.json"
    path.write_text(path.read_text().replace("7", "8"))
    with pytest.raises(InfrastructureError, match="isn't the file that the journal knows"):
        RunReport.read(run.root)


def test_a_run_that_has_not_begun_is_refused(tmp_path: Path) -> None:
    plan = small_plan({"alpha": 1})
    directory = RunDirectory.create(tmp_path / "run", plan)
    with pytest.raises(UsageError, match="has not begun"):
        done(directory, rescoring())


def test_a_result_that_ends_under_an_interrupt_is_not_believed(run: RunDirectory) -> None:
    begun, ended = threading.Event(), threading.Event()

    def make(item: Item) -> Result:
        begun.set()
        ended.wait(30)
        return Result("grader_died", OUTCOMES)

    revision = Revision(**vars(regrading(make, grading_schema=2)) | {"end": ended.set})
    threading.Thread(
        target=lambda: (begun.wait(30), signal.raise_signal(signal.SIGINT)), daemon=True
    ).start()
    revised = done(run, revision, jobs=1)
    assert revised.interrupted == "SIGINT"
    assert fates(revised) == ["due"] * 3
    assert fates(foresee(run, run.plan(), revision)) == ["due"] * 3


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from test_revision import rescoring, SCORE
from slopbench.run.directory import RunDirectory
from slopbench.run.revision import Result, revise

def make(item):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return Result(None, SCORE)

left = [int(sys.argv[2])]
run = RunDirectory.open(Path(sys.argv[1]))
revise(run, run.plan(), rescoring(make), 1, lambda item: None)
"""


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_killed_rescoring_goes_on_where_it_was(run: RunDirectory, nth: int) -> None:
    words = [sys.executable, "-c", KILLED, str(run.root), str(nth), str(Path(__file__).parent)]
    killed = subprocess.run(words, check=False, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert fates(done(run, rescoring())) == ["reused"] * (nth - 1) + ["recomputed"] * (4 - nth)


def test_revised_lines_carry_their_measure_and_their_files(run: RunDirectory) -> None:
    done(run, rescoring(), jobs=1)
    *_, line = read_journal(run.journal_file)
    assert (line.event, line.key, line.attempt) == (Event.RESCORED, Key("beta", 1, 1), 1)
    assert set(line.data) == {"cause", "seconds", "files", "measure"}
    assert line.data["measure"] == {"quality_fingerprint": NEW}
    (name,) = line.data["files"]
    assert json.loads((run.root / name).read_text()) == SCORE
    assert Fate.DUE not in fates(foresee(run, run.plan(), rescoring()))
