"""`slopbench rules list|show|test` as a user and a machine see them."""

import json

import pytest
from typer.testing import CliRunner

from slopbench.cli.rules import app
from slopbench.errors import UsageError

RULE = "python/loop-search-for-any"
FAULTY = """\
title: Nothing
why: For the test.
engine: ruff
code: SIM110
bad: |
  a = 1 + 1
good: |
  a = 2
calls:
  - a
"""


@pytest.fixture
def rules(monkeypatch):
    """rules("list", …) → (exit status, what it prints); raises what it raises."""
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments):
        done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        return done.exit_code, done.stdout

    return invoke


@pytest.fixture
def faulty(tmp_path):
    file = tmp_path / "python" / "loop-nothing.yml"
    file.parent.mkdir()
    file.write_text(FAULTY)
    return str(tmp_path)


def test_list_shows_every_rule_of_a_language(rules):
    status, shown = rules("list", "--language", "python")
    assert status == 0
    assert RULE in shown
    assert "javascript/" not in shown


def test_list_for_machines_is_one_object(rules):
    found = json.loads(rules("list", "--json")[1])["rules"]
    by_id = {row["id"]: row for row in found}
    assert by_id[RULE] == {
        "id": RULE,
        "title": "A loop that looks for one item is any or all",
        "language": "python",
        "category": "loop",
        "engine": "ruff",
        "code": "SIM110",
    }
    assert {row["language"] for row in found} >= {"python", "javascript", "go", "rust", "java"}


def test_show_gives_both_forms_as_one_change(rules):
    _, shown = rules("show", RULE)
    assert "-    return False" in shown
    assert "+    return any(x < 0 for x in numbers)" in shown
    assert "found by ruff SIM110; flagged: its last 3 lines" in shown


def test_show_for_machines_has_everything(rules):
    found = json.loads(rules("show", RULE, "--json")[1])
    assert {"why", "bad", "good", "calls", "flags", "title"} <= set(found)


def test_test_of_a_rule_that_keeps_the_laws(rules):
    assert rules("test", RULE, "--json") == (0, '{"rules": 1, "ok": true, "broken": []}\n')


def test_test_of_a_rule_that_breaks_one(rules, faulty):
    status, shown = rules("test", "--rules", faulty)
    assert status == 1
    assert "python/loop-nothing: matches: the rule doesn't match bad (python)" in shown
    found = json.loads(rules("test", "--rules", faulty, "--json")[1])
    assert (found["ok"], found["broken"][0]["law"]) == (False, "matches")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "python/loop-search-for-anz"], f"did you mean {RULE}"),
        (["test", "nonsense"], "see: slopbench rules list"),
        (["list", "--language", "cobol"], "no rule for cobol"),
        (["list", "--rules", "/no/such/folder"], "holds no rule"),
    ],
)
def test_what_is_not_there_is_a_usage_error(rules, arguments, said):
    with pytest.raises(UsageError, match=said):
        rules(*arguments)


def test_python_alone_needs_no_node(rules, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rules("test", "--language", "python", RULE)[0] == 0
