"""`slopbench runners list|show` as a user and a machine see them."""

import json

import pytest
from typer.testing import CliRunner

from slopbench.cli.runners import app
from slopbench.errors import UsageError


@pytest.fixture
def runners(monkeypatch):
    """runners("list", …) → what it prints; raises what it raises."""
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments):
        return CliRunner().invoke(app, list(arguments), catch_exceptions=False).stdout

    return invoke


def test_list_shows_every_runner_and_prompt(runners):
    shown = runners("list")
    for word in ("reference", "nop", "copy-previous", "sloppy", "command", "just-solve"):
        assert word in shown


def test_list_for_machines_is_one_object(runners):
    found = json.loads(runners("list", "--json"))
    kinds = {row["name"]: row["kind"] for row in found["runners"]}
    assert kinds["reference"] == "played"
    assert kinds["command"] == "command"
    assert all(row["version"] and row["summary"] for row in found["runners"])
    assert "plan-first" in found["prompts"]


def test_show_says_what_a_runner_of_the_users_own_starts(runners, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "runner.toml").write_text(
        'schema = 1\nkind = "command"\nversion = "7"\nsummary = "[red]Mine"\n'
        'argv = ["agent", "--yes"]\nenv = { A = "1" }\n'
    )
    found = json.loads(runners("show", f"{folder}/", "--json"))
    assert found == {
        "name": "mine",
        "version": "7",
        "kind": "command",
        "summary": "[red]Mine",
        "argv": ["agent", "--yes"],
        "env": {"A": "1"},
        "folder": str(folder),
    }
    assert 'argv: ["agent", "--yes"]' in runners("show", f"{folder}/")


def test_show_of_an_unknown_runner_says_what_there_is(runners):
    with pytest.raises(UsageError, match=r"there is no runner 'refrence'.*did you mean reference"):
        runners("show", "refrence")


def test_another_benchmark_without_runners_has_the_built_in_ones(runners, tmp_path):
    (tmp_path / "problems").mkdir()
    found = json.loads(runners("list", "--bench", str(tmp_path), "--json"))
    assert "reference" in {row["name"] for row in found["runners"]}
