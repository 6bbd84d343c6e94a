"""The chain of phases: what a cause does to a checkpoint, to the ones after it, and on resume."""

import errno
import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted_phases import Place, ScriptedPhases, ScriptedWitness, small_plan

from slopbench.errors import InfrastructureError, UsageError
from slopbench.run.directory import RunDirectory
from slopbench.run.engine import Engine
from slopbench.run.failures import FAILURES, Status
from slopbench.run.journal import Event, Key, read_journal
from slopbench.run.phase import PhaseResult
from slopbench.run.standing import counts, load_state
from slopbench.sandbox.protocol import SandboxDied

Script = dict[Place, PhaseResult | Callable[[], None]]


def raising(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


class Run:
    """A run of scripted phases in a temporary folder."""

    def __init__(self, folder: Path, problems: dict[str, int], **settings: Any) -> None:
        self.root, self.work = folder / "run", folder / "work"
        self.work.mkdir()
        self.plan = small_plan(problems, **settings)
        self.directory = RunDirectory.create(self.root, self.plan)

    def session(self, script: Script | None = None, jobs: int = 1, **parts: Any) -> str | None:
        phases = ScriptedPhases(self.work, script or {}, **parts)
        return Engine(self.directory, self.plan).run(phases, jobs)

    def statuses(self) -> list[str]:
        state = load_state(self.directory, self.plan)
        return [state.at(key).status.value for key in self.plan.planned()]

    def causes(self) -> list[str | None]:
        state = load_state(self.directory, self.plan)
        return [state.at(key).cause for key in self.plan.planned()]

    def starts(self) -> list[str]:
        return (self.work / "starts").read_text().splitlines()


def test_an_undisturbed_run_grades_every_planned_checkpoint(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 3, "beta": 2}, samples=2)
    assert run.session(jobs=3) is None
    assert run.statuses() == ["graded"] * 10
    assert len(run.starts()) == 40
    last = list(read_journal(run.directory.journal_file))[-1]
    assert last.event is Event.RUN_FINISHED
    assert last.data == {
        "planned": 10,
        "graded": 10,
        "infra_failed": 0,
        "not_reached": 0,
        "cancelled": 0,
    }


def test_each_agent_continues_the_snapshot_of_the_checkpoint_before(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 3})
    run.session()
    state = load_state(run.directory, run.plan)
    trees = [state.at(key).snapshot for key in run.plan.planned()]
    logs = [(run.directory.attempt(key, 1) / "agent.log").read_text() for key in run.plan.planned()]
    assert logs == [f"try 1 from {base}\n" for base in (None, trees[0], trees[1])]


def test_every_file_is_journaled_with_its_hash_and_lies_where_it_is_documented(
    tmp_path: Path,
) -> None:
    run = Run(tmp_path, {"alpha": 1})
    run.session()
    current = load_state(run.directory, run.plan).at(Key("alpha", 1, 1)).current
    assert sorted(current.files) == [
        f"attempts/alpha/1/1/1/{name}"
        for name in ("agent.log", "prompt.md", "quality.1.json", "tests.1.json")
    ]
    on_disk = {str(path.relative_to(run.root)) for path in run.root.rglob("*") if path.is_file()}
    assert on_disk == {*current.files, "run.json", "journal.jsonl", "lock"}


def test_phase_finished_has_exactly_the_documented_data(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 1})
    run.session()
    lines = run.directory.journal_file.read_text().splitlines()
    finished = [json.loads(line) for line in lines if '"phase_finished"' in line]
    assert [line["data"]["phase"] for line in finished] == [
        "agent",
        "snapshot",
        "grade",
        "quality",
    ]
    for line in finished:
        assert list(line["data"]) == [
            *("phase", "cause", "seconds", "waiting_seconds", "cost_usd", "tokens"),
            *("snapshot", "files"),
        ]


@pytest.mark.parametrize(
    "cause", [name for name, row in FAILURES.items() if row.grade and "quality" not in name]
)
def test_a_failure_of_the_agent_is_graded_and_the_attempt_goes_on(tmp_path, cause: str) -> None:
    run = Run(tmp_path, {"alpha": 2})
    run.session({("agent", "alpha", 1, 1): PhaseResult(cause)})
    assert run.statuses() == ["graded", "graded"]
    assert run.causes() == [cause, None]


@pytest.mark.parametrize("cause", ["quality_time", "quality_memory", "quality_failed"])
def test_a_failed_score_costs_no_grade(tmp_path: Path, cause: str) -> None:
    run = Run(tmp_path, {"alpha": 2})
    run.session({("quality", "alpha", 1, 1): PhaseResult(cause)})
    assert run.statuses() == ["graded", "graded"]
    assert run.causes() == [None, None]


@pytest.mark.parametrize("cause", ["sandbox_died", "snapshot_too_large"])
def test_what_cannot_be_stored_counts_as_graded_and_is_no_free_retry(tmp_path, cause) -> None:
    run = Run(tmp_path, {"alpha": 3})
    run.session({("snapshot", "alpha", 1, 2): PhaseResult(cause)})
    assert run.statuses() == ["graded", "graded", "not_reached"]
    assert run.causes() == [None, cause, None]
    before = run.starts()
    run.session()
    assert run.starts() == before


def test_a_dead_sandbox_is_the_agents_failure_if_the_engine_answers(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 2})
    run.session({("agent", "alpha", 1, 1): raising(SandboxDied("gone"))})
    assert (run.statuses(), run.causes()) == (["graded", "not_reached"], ["sandbox_died", None])


@pytest.mark.parametrize("phase", ["agent", "snapshot", "grade", "quality"])
@pytest.mark.parametrize("error", [SandboxDied("gone"), InfrastructureError("gone")])
def test_a_dead_engine_is_infrastructure_and_only_the_broken_phase_runs_again(
    tmp_path: Path, phase: str, error: Exception
) -> None:
    run = Run(tmp_path, {"alpha": 2, "beta": 1})
    place = (phase, "alpha", 1, 1)
    run.session({place: raising(error)}, witness=ScriptedWitness(alive=False))
    assert run.statuses() == ["infra_failed", "not_reached", "graded"]
    assert run.causes() == ["engine_unreachable", None, None]
    before = len(run.starts())
    run.session()
    assert run.statuses() == ["graded"] * 3
    chain = ["agent", "snapshot", "grade", "quality"]
    again = run.starts()[before:]
    assert again[: len(chain) - chain.index(phase)] == [
        f"{each} alpha 1 1" for each in chain[chain.index(phase) :]
    ]
    assert not [start for start in again if "beta" in start]


def test_a_dying_grader_fails_tests_and_is_no_free_retry(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 1})
    run.session({("grade", "alpha", 1, 1): raising(SandboxDied("gone"))})
    assert (run.statuses(), run.causes()) == (["graded"], ["grader_died"])


def test_broken_tests_are_not_the_agents_fault_and_not_tried_again(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 2})
    run.session({("grade", "alpha", 1, 1): PhaseResult("tests_broken")})
    assert run.statuses() == ["infra_failed", "not_reached"]
    before = run.starts()
    run.session()
    assert run.starts() == before


def test_no_phase_starts_below_the_disk_floor(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 2})
    run.session(witness=ScriptedWitness(low=True))
    assert (run.statuses(), run.causes()) == (
        ["infra_failed", "not_reached"],
        ["host_disk_floor", None],
    )
    assert not (run.work / "starts").exists()
    run.session()
    assert run.statuses() == ["graded", "graded"]


def test_no_space_left_in_a_phase_is_the_hosts_disk(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "workspace.tar")
    run = Run(tmp_path, {"alpha": 1})
    run.session({("snapshot", "alpha", 1, 1): raising(full)})
    assert run.causes() == ["host_disk_floor"]
    run.session()
    assert run.statuses() == ["graded"]


def test_a_failure_without_a_witness_ends_the_run_with_its_message_and_loses_nothing(
    tmp_path: Path,
) -> None:
    run = Run(tmp_path, {"alpha": 1})
    lost = {("grade", "alpha", 1, 1): raising(InfrastructureError("git isn't installed"))}
    with pytest.raises(InfrastructureError, match="git isn't installed"):
        run.session(lost)
    run.session()
    assert run.statuses() == ["graded"]
    assert run.starts().count("agent alpha 1 1") == 1


def test_every_start_of_the_agent_is_a_try_of_its_own_and_no_cost_is_forgotten(
    tmp_path: Path,
) -> None:
    run = Run(tmp_path, {"alpha": 1})
    run.session({("agent", "alpha", 1, 1): PhaseResult("engine_unreachable", cost_usd=2.0)})
    run.session()
    tries = load_state(run.directory, run.plan).at(Key("alpha", 1, 1)).tries
    assert [each.number for each in tries] == [1, 2]
    assert sum(record.cost_usd or 0 for each in tries for record in each.records) == 2.25
    logs = sorted(run.root.rglob("agent.log"))
    assert [log.parent.name for log in logs] == ["1", "2"]


def test_a_lost_workspace_starts_the_agent_again(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 1})
    broken = {("snapshot", "alpha", 1, 1): PhaseResult("engine_unreachable")}
    run.session(broken)
    (run.work / "alpha-1-1-1").unlink()
    run.session()
    assert run.statuses() == ["graded"]
    assert run.starts().count("agent alpha 1 1") == 2


def test_stop_on_fail_leaves_the_later_checkpoints_unreached(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 3, "beta": 2}, stop_on="fail")
    run.session({("grade", "alpha", 1, 2): PhaseResult("build_failed")})
    assert run.statuses() == ["graded", "graded", "not_reached", "graded", "graded"]
    before = run.starts()
    run.session()
    assert run.starts() == before


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", ["agent", "grade"])
def test_a_signal_ends_what_runs_and_resume_goes_on(tmp_path: Path, sent, phase: str) -> None:
    run = Run(tmp_path, {"alpha": 2, "beta": 1})
    told = threading.Event()

    def until_cancelled() -> None:
        os.kill(os.getpid(), sent)
        if not told.wait(30):
            raise AssertionError("never cancelled")

    handler = signal.getsignal(sent)
    place = (phase, "alpha", 1, 1)
    assert run.session({place: until_cancelled}, cancelled=told) == sent.name
    assert signal.getsignal(sent) is handler
    assert run.statuses() == ["cancelled", "not_reached", "not_reached"]
    cancelled = [
        entry
        for entry in read_journal(run.directory.journal_file)
        if entry.event is Event.CANCELLED
    ]
    assert [(entry.key, dict(entry.data)) for entry in cancelled] == [
        (Key("alpha", 1, 1), {"phase": phase})
    ]
    run.session()
    assert run.statuses() == ["graded"] * 3
    assert run.starts().count("agent alpha 1 1") == (2 if phase == "agent" else 1)


def test_a_signal_in_the_middle_of_many_attempts_ends_all_of_them(tmp_path: Path) -> None:
    run = Run(tmp_path, {f"p{number}": 2 for number in range(6)})
    told, all_running = threading.Event(), threading.Barrier(3)

    def wait() -> None:
        all_running.wait(30)
        told.wait(30)

    def interrupt() -> None:
        all_running.wait(30)
        os.kill(os.getpid(), signal.SIGINT)
        told.wait(30)

    script: Script = {("agent", f"p{number}", 1, 1): wait for number in range(2)}
    script["agent", "p2", 1, 1] = interrupt
    assert run.session(script, jobs=3, cancelled=told) == "SIGINT"
    assert run.statuses().count("cancelled") == 3
    run.session(jobs=3)
    assert run.statuses() == ["graded"] * 12


def test_counts_add_up_whatever_happened(tmp_path: Path) -> None:
    run = Run(tmp_path, {"a": 2, "b": 2, "c": 2})
    run.session(
        {
            ("agent", "a", 1, 2): PhaseResult("engine_unreachable"),
            ("snapshot", "b", 1, 1): PhaseResult("snapshot_too_large"),
        }
    )
    found = counts(run.plan, load_state(run.directory, run.plan))
    assert found == {
        "planned": 6,
        "graded": 4,
        "infra_failed": 1,
        "not_reached": 1,
        "cancelled": 0,
    }
    assert found.pop("planned") == sum(found.values())
    assert set(found) == {each.value for each in Status}


def test_a_folder_with_another_run_is_refused_and_left_alone(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 1})
    run.session()
    before = {path: path.read_bytes() for path in run.root.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match=r"holds another run; .*slopbench resume"):
        RunDirectory.create(run.root, run.plan)
    assert {path: path.read_bytes() for path in run.root.rglob("*") if path.is_file()} == before


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="isn't empty; choose another --out"):
        RunDirectory.create(tmp_path, small_plan({"alpha": 1}))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_changed_plan_is_noticed(tmp_path: Path) -> None:
    run = Run(tmp_path, {"alpha": 1})
    run.session()
    run.directory.plan_file.write_bytes(small_plan({"alpha": 2}).to_json())
    with pytest.raises(InfrastructureError, match="isn't the plan that the journal began with"):
        load_state(run.directory, run.directory.plan())


def test_resume_refuses_another_subject_or_measure(tmp_path: Path) -> None:
    plan = small_plan({"alpha": 1})
    plan.refuse_changes(plan.subject, plan.measure)
    other = plan.measure.model_copy(update={"toolchain": "other"})
    with pytest.raises(UsageError, match="toolchain changed since the run began"):
        plan.refuse_changes(plan.subject, other)
