"""`slopbench score`, as a user starts it."""

import json
import subprocess
import sys

import pytest

COPY = "".join(f"    value_{n} = compute(data, {n}) + offset\n" for n in range(8))
FILES = {
    "a.py": f"def a(data, offset):\n{COPY}",
    "b.py": f"import x\n\n\ndef b(more, of):\n{COPY}" + "    if more:\n        pass\n" * 11,
    "test_a.py": "def test_a():\n    assert a\n",
}


@pytest.fixture
def tree(tmp_path):
    for name, code in FILES.items():
        (tmp_path / name).write_text(code)
    return tmp_path


def score(*arguments):
    command = [sys.executable, "-m", "slopbench", "score", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answer(*arguments):
    done = score(*arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_json_holds_the_score(tree):
    found = answer(tree)
    assert (found["files"], found["functions"], found["clone_sloc"]) == (2, 2, 18)
    assert found["verbosity_reason"] is None
    assert found["verbosity"] == found["flagged_sloc"] / found["sloc"]
    assert 18 <= found["flagged_sloc"] <= found["rule_sloc"] + found["clone_sloc"]
    assert found["tests_part"]["files"] == 1
    assert found["erosion"] > 0.5
    assert not {"lines", "hotspots", "cross_check"} & set(found)


def test_lines_hotspots_and_cross_check_are_added_when_asked_for(tree):
    found = answer(tree, "--lines", "--hotspots", "1", "--cross-check")
    assert len(found["lines"]) == found["flagged_sloc"]
    assert [function["name"] for function in found["hotspots"]["functions"]] == ["b"]
    assert [len(group["places"]) for group in found["hotspots"]["clones"]] == [2]
    assert {tool: found["cross_check"][tool]["equal"] for tool in ("radon", "lizard")} == {
        "radon": 2,
        "lizard": 2,
    }


def test_a_person_sees_headline_hotspots_and_notes(tree):
    done = score(tree, "--lines", "--cross-check")
    assert (done.returncode, done.stderr) == (0, "")
    for expected in (
        "erosion",
        "clones",
        "b.py:4",
        "a.py:2-9",
        "tests, scored apart: 1 files",
        "radon",
    ):
        assert expected in done.stdout
    assert "heaviest" not in score(tree, "--hotspots", "0").stdout


def test_a_folder_without_source_is_nulls_and_status_0(tmp_path):
    found = answer(tmp_path)
    assert (found["cause"], found["sloc"], found["erosion"]) == ("no_source", None, None)
    shown = score(tmp_path)
    assert shown.returncode == 0
    assert "no_source" in shown.stdout


def test_what_is_no_folder_is_a_usage_error_in_one_line(tmp_path):
    done = score(tmp_path / "nowhere", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "nowhere" in done.stderr


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        (("--max-erosion", "1"), 0),
        (("--max-erosion", "0.1"), 1),
        (("--max-cc", "11"), 1),
        (("--max-cc", "12"), 0),
        (("--max-verbosity", "0"), 1),
        (("--max-parse-errors", "0"), 0),
    ],
)
def test_a_limit_that_is_not_kept_is_told_and_is_status_1(tree, limit, status):
    done = score(tree, "--json", *limit)
    assert done.returncode == status
    assert json.loads(done.stdout)["files"] == 2
    assert done.stderr.startswith("above the limit: ") == bool(status)


def test_without_source_no_limit_is_kept(tmp_path):
    done = score(tmp_path, "--max-erosion", "0.5")
    assert done.returncode == 1
    assert "can't be measured" in done.stderr


def test_a_sarif_log_is_printed(tree):
    done = score(tree, "--sarif")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["runs"][0]["results"]


def test_json_and_sarif_do_not_go_together(tree):
    done = score(tree, "--sarif", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "choose one" in done.stderr


def test_the_cache_changes_no_score(tree, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SLOPBENCH_STATE", str(tmp_path_factory.mktemp("state")))
    cold, warm = answer(tree), answer(tree)
    assert cold == warm == answer(tree, "--no-cache")
    (tree / "a.py").write_text("def a(x):\n    return x\n")
    assert answer(tree) == answer(tree, "--no-cache") != cold


def test_another_program_stands_beside_ours_or_the_reason_why_not(tree):
    program = tree / "their-check"
    program.write_text("#!/bin/sh\necho 0.1.3\n")
    program.chmod(0o755)
    done = score(tree, "--json", "--scb-check", program)
    theirs = json.loads(done.stdout)["scb_check"]
    assert (done.returncode, theirs["erosion"]) == (0, None)
    assert theirs["cause"]
    assert theirs["cause"] in score(tree, "--scb-check", program).stdout


@pytest.mark.parametrize("other", [("--sarif",), ("--diff", "HEAD")])
def test_another_program_says_nothing_of_a_log_or_a_change(tree, other):
    done = score(tree, "--scb-check", "scb-check", *other)
    assert (done.returncode, done.stdout) == (2, "")


def test_only_the_named_languages_are_scored_and_the_others_are_listed(tree):
    (tree / "tool.rb").write_text("def f\n  1\nend\n")
    both, one = answer(tree), answer(tree, "--language", "python")
    assert both["verbosity_reason"] == "no_rules_for: ruby"
    assert both["languages"]["python"]["verbosity"] == one["verbosity"] > 0
    assert one["excluded"] == [{"path": ".", "reason": "written in ruby", "files": 1, "lines": 3}]
    assert set(both["languages"]) == {"python", "ruby"}
    shown = score(tree).stdout
    assert "languages" in shown
    assert "ruby" in shown


def test_a_language_that_is_not_known_is_a_usage_error(tree):
    done = score(tree, "--language", "cobol")
    assert (done.returncode, done.stdout) == (2, "")
    assert "python" in done.stderr
