"""What a report says of a run: every planned checkpoint, and only what the journal vouches for."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from scripted_phases import ScriptedPhases, small_plan

from slopbench.errors import ExitCode, InfrastructureError, UsageError
from slopbench.report import terminal
from slopbench.report.picture import write_svg
from slopbench.report.rows import RunReport
from slopbench.report.standings import next_step, standing
from slopbench.report.summary import exit_code, summary
from slopbench.report.tidy import tidy_csv, write_table
from slopbench.run.directory import RunDirectory
from slopbench.run.engine import Engine
from slopbench.run.phase import PhaseResult

TOP = (
    *("run_id", "dir", "subject", "measure", "sandbox"),
    *("planned", "graded", "infra_failed", "not_reached", "cancelled"),
    *("strict", "isolated", "core", "problems_solved", "erosion", "verbosity"),
    *("cost_usd", "seconds", "checkpoints"),
)
CHECKPOINT = (
    *("problem", "sample", "checkpoint", "try", "status", "cause", "strict", "isolated", "core"),
    *("tests", "sloc", "erosion", "verbosity", "verbosity_reason", "excluded_share", "snapshot"),
    *("agent_seconds", "grade_seconds", "cost_usd", "tokens"),
)


def finished(folder: Path, script: Any = None, **settings: Any) -> RunReport:
    settings = {"problems": {"alpha": 3, "beta": 1}} | settings
    plan = small_plan(**settings)
    directory = RunDirectory.create(folder / "run", plan)
    Engine(directory, plan).run(ScriptedPhases(folder, script or {}), 1)
    return RunReport.read(folder / "run")


def test_the_json_has_exactly_the_documented_members_in_their_order(tmp_path: Path) -> None:
    found = json.loads(json.dumps(summary(finished(tmp_path))))
    assert tuple(found) == TOP
    assert {tuple(row) for row in found["checkpoints"]} == {CHECKPOINT}
    assert found["dir"] == str(tmp_path / "run")
    assert (found["strict"], found["isolated"], found["core"]) == (1.0, 1.0, 1.0)
    assert found["problems_solved"] == 2
    assert found["cost_usd"] == 1.0


def test_what_was_not_reached_scores_nothing_and_stays_in_the_denominator(tmp_path: Path) -> None:
    report = finished(tmp_path, {("agent", "alpha", 1, 2): PhaseResult("engine_unreachable")})
    found = summary(report)
    assert [row["status"] for row in found["checkpoints"]] == [
        "graded",
        "infra_failed",
        "not_reached",
        "graded",
    ]
    assert found["strict"] == 0.5
    assert found["problems_solved"] == 1
    assert found["erosion"] == pytest.approx(0.1)
    unreached = found["checkpoints"][2]
    assert (unreached["strict"], unreached["tests"], unreached["try"]) == (False, None, None)
    assert (unreached["erosion"], unreached["verbosity_reason"]) == (None, "not_scored")


def test_a_score_that_failed_is_null_with_its_reason(tmp_path: Path) -> None:
    report = finished(tmp_path, {("quality", "alpha", 1, 2): PhaseResult("quality_memory")})
    row = report.rows[1]
    assert (row.status, row.erosion, row.verbosity_reason) == ("graded", None, "quality_memory")
    assert row.strict


def test_samples_share_a_solved_problem(tmp_path: Path) -> None:
    script = {("agent", "alpha", 2, 3): PhaseResult("engine_unreachable")}
    found = summary(finished(tmp_path, script, problems={"alpha": 3}, samples=2))
    assert found["problems_solved"] == 0.5
    assert found["strict"] == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ({}, ExitCode.OK),
        ({("grade", "alpha", 1, 1): PhaseResult("build_failed")}, ExitCode.OK),
        ({("agent", "beta", 1, 1): PhaseResult("host_disk_floor")}, ExitCode.INFRASTRUCTURE),
        ({("snapshot", "alpha", 1, 2): PhaseResult("snapshot_too_large")}, ExitCode.LIMIT),
    ],
)
def test_the_exit_status_tells_what_is_missing(tmp_path: Path, script, expected) -> None:
    assert exit_code(finished(tmp_path, script)) is expected


@pytest.mark.parametrize("name", ["tests.1.json", "quality.1.json"])
def test_a_changed_or_missing_result_is_an_error_that_names_the_file(tmp_path, name: str) -> None:
    report = finished(tmp_path)
    path = report.directory.attempt(report.rows[0].key, 1) / name
    path.write_text(path.read_text().replace("0", "1"))
    with pytest.raises(InfrastructureError, match="isn't the file that the journal knows") as found:
        RunReport.read(report.directory.root)
    assert found.value.where == str(path)
    path.unlink()
    with pytest.raises(InfrastructureError, match="can't be read"):
        RunReport.read(report.directory.root)


def test_a_result_that_was_never_journaled_does_not_exist(tmp_path: Path) -> None:
    report = finished(tmp_path, {("grade", "alpha", 1, 3): PhaseResult("grader_died")})
    forged = {"strict": True, "isolated": True, "core": True, "counts": {}}
    folder = report.directory.attempt(report.rows[2].key, 1)
    (folder / "tests.1.json").write_text(json.dumps(forged))
    (folder / "tests.2.json").write_text(json.dumps(forged))
    assert not RunReport.read(report.directory.root).rows[2].strict


def test_a_folder_without_a_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no run: it has no run\.json"):
        RunReport.read(tmp_path)


def shown(report: RunReport, capsys: pytest.CaptureFixture[str]) -> str:
    terminal.show(report)
    return capsys.readouterr().out


def test_the_table_shows_every_checkpoint_the_decay_and_the_totals(tmp_path, capsys) -> None:
    script = {("agent", "alpha", 1, 3): PhaseResult("engine_unreachable")}
    out = shown(finished(tmp_path, script), capsys)
    rows = [line.split() for line in out.splitlines()]
    assert ["alpha", "1", "graded", "2/2", "3/3", "1/1", "0/0", "yes", "0.10"] in [
        row[:9] for row in rows
    ]
    assert ["alpha", "3", "infra", "failed:", "engine", "unreachable"] in [row[:6] for row in rows]
    assert "▁▂· 0.10 → 0.20" in out
    assert "4 planned = 3 graded + 1 infra failed + 0 not reached + 0 cancelled" in out
    assert "strict 75.0%, isolated 75.0%, core 75.0%; strict by problem 83.3% (n = 2)" in out
    assert "erosion 0.133 (n = 3)" in out
    assert f"written to   {tmp_path / 'run'}" in out


def test_hostile_text_is_shown_escaped_and_never_as_markup(tmp_path, capsys) -> None:
    report = finished(tmp_path)
    subject = report.plan.subject.model_copy(
        update={"model": "\x1b]0;owned\x07[red]x[/red]\u202e\ud800"}
    )
    plan = report.plan.model_copy(update={"subject": subject})
    out = shown(RunReport(report.directory, plan, report.state, report.rows), capsys)
    assert r"\x1b]0;owned\x07[red]x[/red]\u202e\ud800" in out
    assert "\x1b" not in out


def test_the_picture_is_an_svg_that_asks_no_other_host(tmp_path: Path) -> None:
    import xml.etree.ElementTree as tree

    write_svg(finished(tmp_path), tmp_path / "report.svg")
    content = (tmp_path / "report.svg").read_text()
    assert tree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"
    assert "alpha" in content
    assert "url(http" not in content.replace('"', "")


def test_the_tidy_table_has_one_row_a_checkpoint_and_is_derived_again_alike(tmp_path) -> None:
    report = finished(tmp_path, {("agent", "alpha", 1, 2): PhaseResult("engine_unreachable")})
    write_table(report)
    path = report.directory.table_file
    content = path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [(row["problem"], row["checkpoint"], row["status"]) for row in rows] == [
        ("alpha", "1", "graded"),
        ("alpha", "2", "infra_failed"),
        ("alpha", "3", "not_reached"),
        ("beta", "1", "graded"),
    ]
    assert (rows[0]["strict"], rows[0]["core_passed"], rows[0]["core_total"]) == ("true", "2", "2")
    assert (rows[2]["strict"], rows[2]["core_passed"], rows[2]["erosion"]) == ("false", "", "")
    path.unlink()
    write_table(RunReport.read(report.directory.root))
    assert path.read_bytes() == content


def test_several_runs_make_one_table(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    reports = [finished(tmp_path / name, run_id=name) for name in ("one", "two")]
    rows = list(csv.DictReader(io.StringIO(tidy_csv(reports))))
    assert [row["run_id"] for row in rows] == ["one"] * 4 + ["two"] * 4


def test_status_names_the_writer_and_the_running_phase(tmp_path: Path) -> None:
    plan = small_plan({"alpha": 2})
    directory = RunDirectory.create(tmp_path / "run", plan)
    seen: list[dict[str, Any]] = []
    script = {
        ("grade", "alpha", 1, 1): lambda: seen.append(standing(RunReport.read(directory.root)))
    }
    Engine(directory, plan).run(ScriptedPhases(tmp_path, script), 1)
    (during,) = seen
    assert during["writer"].startswith("process ")
    assert during["attempts"] == [
        {
            "problem": "alpha",
            "sample": 1,
            "checkpoints": ["not_reached", "not_reached"],
            "running": {"checkpoint": 1, "try": 1, "phase": "grade"},
        }
    ]
    after = standing(RunReport.read(directory.root))
    assert (after["writer"], after["finished"], after["graded"]) == (None, True, 2)
    assert next_step(after) == "finished"
