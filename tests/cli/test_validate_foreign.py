"""`problems validate` on a set in a foreign format: its references as they are, and nothing hidden."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slopbench.cli.app import app

SET = Path(__file__).parents[1] / "fixtures/scbench-format"


@pytest.fixture(scope="module")
def report():
    before = {path: path.stat().st_mtime_ns for path in SET.rglob("*")}
    words = ["problems", "validate", "--all", "--again", "--sandbox", "bubblewrap", "--json"]
    result = CliRunner().invoke(app, [*words, "--bench", str(SET)])
    after = {path: path.stat().st_mtime_ns for path in SET.rglob("*")}
    rows = {each["problem"]: each["checkpoints"] for each in json.loads(result.stdout)["problems"]}
    return result.exit_code, rows, before == after


def test_a_reference_that_fails_is_reported_with_its_tests(report):
    status, rows, _ = report
    second = rows["word_tally"][1]
    assert status == 1
    assert second["reference"] == {"passed": 10, "total": 12}
    assert "2/test_checkpoint_2.py::test_what_nobody_promised" in second["reference_failures"]
    assert not second["ok"]


def test_a_missing_reference_is_a_fault_and_no_end(report):
    _, rows, _ = report
    third = rows["word_tally"][2]
    assert third["reference"] is None
    assert third["faults"] == ["there is no reference in python"]
    assert rows["greeter"][0]["ok"]


def test_nothing_else_is_asked_of_a_foreign_set(report):
    _, rows, _ = report
    first = rows["greeter"][0]
    assert first["null_programs"] is first["order_and_environment"] is first["mutants"] is None


def test_its_folder_isnt_written_to(report):
    assert report[2]


def validated(bench, *words):
    place = ["problems", "validate", "greeter", "--again", "--json", "--bench", str(bench)]
    result = CliRunner().invoke(app, [*place, "--sandbox", "bubblewrap", *words])
    return result.exit_code, json.loads(result.stdout)["checkpoints"]


def test_a_solution_in_another_language_is_no_reference():
    status, (row,) = validated(SET, "--language", "javascript")
    assert (status, row["faults"]) == (1, ["there is no reference in javascript"])


def test_a_solution_behind_a_link_is_no_reference(tmp_path):
    bench = shutil.copytree(SET, tmp_path / "set")
    solution = bench / "greeter/solutions/checkpoint_1"
    solution.rename(bench / "greeter/elsewhere")
    solution.symlink_to("../elsewhere")
    status, (row,) = validated(bench)
    assert (status, row["faults"]) == (1, ["there is no reference in python"])
    found = CliRunner().invoke(app, ["problems", "lint", "greeter", "--bench", str(bench)]).stdout
    assert "solutions/checkpoint_1: warning [solution-link] is a symbolic link" in found
