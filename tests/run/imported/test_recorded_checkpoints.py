"""What becomes of a recorded checkpoint: outcomes, costs, files, and what is missing or odd."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from recorded_runs import evaluation, inference, recorded_run, write_json

from slopbench.grade.model import SCHEMA_VERSION
from slopbench.quality.fingerprint import quality_fingerprint
from slopbench.report.rows import Row, RunReport
from slopbench.report.summary import summary
from slopbench.run.imported.scbench import Request, import_run
from slopbench.snapshots.store import SnapshotStore

CHECKPOINT = "alpha/checkpoint_2"


def imported(run: Path, bench: Path | None = None) -> RunReport:
    done = import_run(
        Request(run, run.parent / "imported", bench, ["slopbench", "import"]), lambda key: None
    )
    return RunReport.read(done.root)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return recorded_run(tmp_path / "recorded", {"alpha": 3, "beta": 1})


def test_tests_keep_their_names_groups_and_outcomes(run: Path) -> None:
    write_json(run / CHECKPOINT / "evaluation.json", evaluation("alpha", 2, ["Functionality"]))
    report = imported(run)
    row = report.rows[1]
    assert row.tests == {
        "core": {"passed": 2, "total": 2},
        "functionality": {"passed": 1, "total": 2},
        "error": {"passed": 2, "total": 2},
        "regression": {"passed": 2, "total": 2},
    }
    assert (row.strict, row.isolated, row.core) == (False, False, True)
    (failed,) = [test for test in outcomes_of(report, row) if test["outcome"] != "passed"]
    assert failed["id"] == "2/test_checkpoint_2.py::test_functionality[b]"
    assert failed["group"] == "functionality"
    assert failed["seconds"] is None
    regression = {test["id"] for test in outcomes_of(report, row) if test["group"] == "regression"}
    assert regression == {f"1/test_checkpoint_1.py::test_regression[{row}]" for row in "ab"}


def outcomes_of(report: RunReport, row: Row) -> list[dict[str, Any]]:
    path = report.directory.attempt(row.key, 1) / "tests.1.json"
    found: list[dict[str, Any]] = json.loads(path.read_text())["tests"]
    return found


def test_the_older_shape_of_outcomes_means_the_same(run: Path, tmp_path: Path) -> None:
    newer = evaluation("alpha", 2, ["Core"])
    older = [
        {
            "id": name,
            "checkpoint": key.split("-")[0],
            "group_type": key.split("-")[1],
            "status": "skipped" if outcome == "failed" else outcome,
            "duration_ms": 1500.0,
        }
        for key, outcomes in newer["tests"].items()
        for outcome, names in outcomes.items()
        for name in names
    ]
    write_json(run / CHECKPOINT / "evaluation.json", newer | {"tests": older})
    again = shutil.copytree(run, tmp_path / "other" / "recorded")
    write_json(again / CHECKPOINT / "evaluation.json", newer)
    first, second = (imported(each).rows[1] for each in (run, again))
    assert first.tests == second.tests
    assert not first.core
    assert {
        test["seconds"] for test in outcomes_of(RunReport.read(tmp_path / "imported"), first)
    } == {1.5}


def test_a_name_that_comes_twice_stays_two_tests(run: Path) -> None:
    found = evaluation("alpha", 1)
    found["tests"]["checkpoint_1-Core"] = {"passed": ["test_a"], "failed": ["test_a"]}
    found["pass_counts"]["Core"] = 1
    write_json(run / "alpha/checkpoint_1/evaluation.json", found)
    report = imported(run)
    ids = [test["id"] for test in outcomes_of(report, report.rows[0]) if test["group"] == "core"]
    assert ids == [f"1/test_checkpoint_1.py::test_a{again}" for again in ("", " #2")]
    assert report.rows[0].tests is not None
    assert report.rows[0].tests["core"] == {"passed": 1, "total": 2}


def test_costs_tokens_and_seconds_are_those_of_the_agent(run: Path) -> None:
    row = imported(run).rows[0]
    assert row.cost_usd == 0.25
    assert row.tokens == {"input": 700, "output": 20, "cache_read": 600, "cache_write": 5}
    assert (row.agent_seconds, row.grade_seconds) == (480.5, 9.5)


def test_their_figures_are_kept_and_are_no_score_of_ours(run: Path) -> None:
    report = imported(run)
    row = report.rows[1]
    assert (row.sloc, row.erosion, row.verbosity, row.verbosity_reason) == (
        *(None, None, None),
        "not_scored",
    )
    folder = report.directory.attempt(row.key, 1)
    theirs = json.loads((folder / "scbench.json").read_text())
    assert theirs["overall_quality.json"] == {"lines": {"loc": 20}}
    assert [each["cc_max"] for each in theirs["checkpoint_results.jsonl"]] == [3]
    assert theirs["inference_result.json"]["usage"]["steps"] == 9
    assert theirs["evaluation.json"]["entrypoint"] == "python main.py"
    assert (folder / "prompt.md").read_text() == "Please do step 2 of alpha.\n"
    journaled = report.state.at(row.key).current.files  # type: ignore[union-attr]
    assert set(journaled) == {
        str(path.relative_to(report.directory.root)) for path in folder.iterdir()
    }


def test_infinite_figures_of_theirs_are_kept_as_text(run: Path) -> None:
    rows = (run / "checkpoint_results.jsonl").read_text()
    line = '{"problem": "beta", "checkpoint": "checkpoint_1", "delta.loc": Infinity, "x": 1e999}\n'
    (run / "checkpoint_results.jsonl").write_text(rows + "no json\n" + line)
    report = imported(run)
    folder = report.directory.attempt(report.rows[3].key, 1)
    theirs = json.loads((folder / "scbench.json").read_text())
    assert theirs["checkpoint_results.jsonl"][1]["delta.loc"] == "Infinity"
    assert theirs["checkpoint_results.jsonl"][1]["x"] == "1e999"
    assert report.plan.imported is not None
    assert any("line 5 is no JSON" in note for note in report.plan.imported.notes)


def test_snapshots_are_trees_of_which_each_follows_the_one_before(run: Path) -> None:
    (run / CHECKPOINT / "snapshot" / "package").mkdir()
    (run / CHECKPOINT / "snapshot" / "package" / "part.py").write_text("PART = 1\n")
    report = imported(run)
    git = ["git", "--git-dir", str(report.directory.snapshots)]
    shown = subprocess.run(
        [*git, "diff", "--name-only", "refs/attempts/alpha/1/1", "refs/attempts/alpha/1/2"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["main.py", "package/part.py"]
    log = subprocess.run(
        [*git, "log", "--format=%T", "refs/attempts/alpha/1/3"],
        capture_output=True,
        text=True,
        check=True,
    )
    trees = [row.snapshot for row in report.rows[:3]]
    assert log.stdout.split() == trees[::-1]


Change = Callable[[Path], None]


def without(*names: str) -> Change:
    def change(folder: Path) -> None:
        for name in names:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def with_evaluation(**changes: Any) -> Change:
    return lambda folder: write_json(folder / "evaluation.json", evaluation("alpha", 2) | changes)


def with_agent_failed(then: Change = lambda folder: None) -> Change:
    def change(folder: Path) -> None:
        failed = inference(had_error=True, error_message="no answer")
        write_json(folder / "inference_result.json", failed)
        then(folder)

    return change


FATES: dict[str, tuple[Change, str, str | None]] = {
    "all there": (lambda folder: None, "graded", None),
    "agent failed": (with_agent_failed(), "graded", "agent_failed"),
    "agent failed, not evaluated": (
        with_agent_failed(without("evaluation.json")),
        "infra_failed",
        "not_evaluated",
    ),
    "agent failed and left nothing": (
        with_agent_failed(without("evaluation.json", "snapshot")),
        "graded",
        "nothing_left",
    ),
    "no evaluation": (without("evaluation.json"), "infra_failed", "not_evaluated"),
    "no snapshot": (without("snapshot"), "graded", "snapshot_missing"),
    "neither": (without("evaluation.json", "snapshot"), "infra_failed", "not_evaluated"),
    "no inference": (without("inference_result.json"), "graded", None),
    "prompt alone": (
        without("evaluation.json", "snapshot", "inference_result.json"),
        "not_reached",
        None,
    ),
    "infrastructure failure": (
        with_evaluation(infrastructure_failure=True),
        "infra_failed",
        "evaluation_failed",
    ),
    "exit code of pytest": (
        with_evaluation(pytest_exit_code=3),
        "infra_failed",
        "evaluation_failed",
    ),
    "nothing tested": (
        with_evaluation(tests={}, pass_counts={}, total_counts={}),
        "infra_failed",
        "evaluation_failed",
    ),
}
UNUSABLE: dict[str, Change] = {
    "count too high": with_evaluation(pass_counts={"Core": 9}),
    "count missing": with_evaluation(total_counts={"Core": 2}),
    "no counts": with_evaluation(total_counts=None),
    "count that is true": with_evaluation(total_counts={"Core": True}),
    "other problem": with_evaluation(problem_name="beta"),
    "other checkpoint": with_evaluation(checkpoint_name="checkpoint_1"),
    "unknown group": with_evaluation(tests={"checkpoint_2-Style": {"passed": ["a"]}}),
    "group without checkpoint": with_evaluation(tests={"Core": {"passed": ["a"]}}),
    "tests that are text": with_evaluation(tests="all passed"),
    "test that is a number": with_evaluation(tests={"checkpoint_2-Core": {"passed": [1]}}),
    "unknown outcome": with_evaluation(tests={"checkpoint_2-Core": {"solved": ["a"]}}),
    "older shape, no status": with_evaluation(tests=[{"id": "a"}]),
    "duration that is text": with_evaluation(duration="long"),
    "duration below zero": with_evaluation(duration=-1),
    "failure that is text": with_evaluation(infrastructure_failure="no"),
}
FATES |= {
    name: (change, "infra_failed", "evaluation_unusable") for name, change in UNUSABLE.items()
}


@pytest.mark.parametrize("name", FATES)
def test_what_is_missing_or_odd_has_its_status(run: Path, name: str) -> None:
    change, status, cause = FATES[name]
    change(run / CHECKPOINT)
    report = imported(run)
    assert (report.rows[1].status, report.rows[1].cause) == (status, cause)
    assert report.rows[1].strict == (
        name in ("all there", "agent failed", "no snapshot", "no inference")
    )
    found = summary(report)
    assert (
        found["planned"]
        == 4
        == sum(found[each] for each in ("graded", "infra_failed", "not_reached", "cancelled"))
    )


def test_checkpoints_after_an_abort_are_not_reached_and_stay_in_every_rate(run: Path) -> None:
    shutil.rmtree(run / "alpha/checkpoint_2")
    shutil.rmtree(run / "alpha/checkpoint_3")
    found = summary(imported(run))
    assert (found["planned"], found["graded"], found["not_reached"]) == (4, 2, 2)
    assert found["strict"] == 0.5


def test_an_unusable_evaluation_says_why(run: Path) -> None:
    with_evaluation(pass_counts={"Core": 9})(run / CHECKPOINT)
    report = imported(run)
    text = (report.directory.attempt(report.rows[1].key, 1) / "grade.error.txt").read_text()
    assert text == "evaluation.json pass_counts says 9 for Core, and 2 are listed\n"


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{", b"\xff\xfe", b'{"usage": {"cost": NaN}}', b'{"usage": {"cost": -1}}',
     b'{"usage": {"cost": 1e400}}', b'{"usage": 3}', b'{"usage": {"net_tokens": 3}}',
     b'{"had_error": "yes"}', b'{"elapsed": "long"}', b'{"elapsed": 1, "elapsed": 2}',
     b"[" * 200_000],
)  # fmt: skip
def test_an_unusable_usage_is_unknown_and_noted(run: Path, content: bytes) -> None:
    (run / CHECKPOINT / "inference_result.json").write_bytes(content)
    report = imported(run)
    row = report.rows[1]
    assert (row.status, row.cost_usd, row.tokens, row.agent_seconds) == ("graded", None, None, None)
    theirs = (report.directory.attempt(row.key, 1) / "scbench.json").read_text()
    (note,) = json.loads(theirs)["notes"]
    assert note.startswith("inference_result.json ")


def test_nothing_of_the_measure_equals_a_run_of_ours(run: Path) -> None:
    measure = imported(run).plan.measure
    assert measure.grading_schema != SCHEMA_VERSION
    assert measure.quality_fingerprint != quality_fingerprint()
    assert measure.problem_set_hash.startswith("scbench:")
    assert measure.toolchain.startswith("scbench:")
    assert (measure.network, measure.dependencies, measure.limits) == ("unknown", "unknown", {})


def test_the_subject_is_theirs(run: Path) -> None:
    report = imported(run)
    subject = report.plan.subject
    assert (subject.runner, subject.runner_version) == ("claude_code", "2.0.51")
    assert subject.model == "anthropic/opus-4.5 thinking=low"
    assert (subject.prompt, subject.language) == ("just-solve", "python")
    assert report.plan.engine.startswith("slop-code-bench, imported by slopbench ")
    assert report.plan.sandbox == "imported"
    assert summary(report)["seconds"] is None


def test_without_settings_the_summary_of_the_run_names_the_subject(run: Path) -> None:
    (run / "config.yaml").unlink()
    write_json(
        run / "result.json",
        {"agent_type": "codex", "agent_version": "0.5", "model": "gpt", "thinking": "none"},
    )
    subject = imported(run).plan.subject
    assert (subject.runner, subject.runner_version, subject.model) == ("codex", "0.5", "gpt")
    assert (subject.prompt, subject.prompt_hash) == ("unknown", "unknown")


def test_a_snapshot_that_is_too_large_leaves_the_outcomes(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from slopbench.snapshots.model import SnapshotTooLarge

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise SnapshotTooLarge("has more than 3 entries", where="workspace")

    monkeypatch.setattr(SnapshotStore, "add_folder", refuse)
    report = imported(run)
    row = report.rows[0]
    assert (row.status, row.cause, row.snapshot, row.strict) == (
        *("graded", "snapshot_missing", None),
        True,
    )
    text = (report.directory.attempt(row.key, 1) / "snapshot.error.txt").read_text()
    assert "more than 3 entries" in text
