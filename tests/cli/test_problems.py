"""`slopbench problems ...` as a user or a script sees it."""

import json

import pytest
from typer.testing import CliRunner

from slopbench.cli import app as command_line
from slopbench.errors import UsageError

app = command_line.problems.app


@pytest.fixture
def problems(tmp_path):
    """Runs a command on a benchmark that holds the problem `pocket-money`."""

    def run(*words, ok=True):
        result = CliRunner().invoke(app, [*words, "--bench", str(tmp_path / "bench")])
        if ok:
            assert result.exit_code == 0, result.output
        return result

    run("new", "pocket-money")
    return run


def test_new_prints_the_folders_on_stdout_and_the_next_command_on_stderr(problems, tmp_path):
    result = problems("new", "purse")
    made = [tmp_path / "bench/problems/purse", tmp_path / "bench/checkpoints/purse"]
    assert result.stdout.splitlines() == [str(folder) for folder in made]
    assert "slopbench problems validate purse --bench" in result.stderr


def test_list_as_json_has_one_object_a_problem(problems):
    assert json.loads(problems("list", "--json").stdout) == {
        "problems": [
            {
                "name": "pocket-money",
                "title": "Pocket money",
                "checkpoints": 2,
                "languages": ["python"],
                "difficulty": "easy",
                "interface": "cli",
                "tags": ["cli", "text-format"],
            }
        ],
        "broken": [],
    }


def test_list_shows_the_others_beside_a_broken_problem(problems, tmp_path):
    problems("new", "purse")
    (tmp_path / "bench/problems/purse/1/spec.md").unlink()
    result = problems("list", "--names", ok=False)
    assert (result.exit_code, result.stdout) == (1, "pocket-money\n")
    assert result.stderr.startswith("error: ") and "purse/1/spec.md" in result.stderr
    found = json.loads(problems("list", "--json", ok=False).stdout)
    assert [each["name"] for each in found["problems"]] == ["pocket-money"]
    (broken,) = found["broken"]
    assert broken["name"] == "purse"
    assert broken["faults"][0]["file"].endswith("purse/1/spec.md") and broken["faults"][0]["mend"]


def test_list_for_people_names_each_problem(problems):
    problems("new", "purse")
    lines = problems("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["name", "pocket-money", "purse"]


def test_languages_that_all_problems_have_are_said_once(problems, tmp_path):
    file = tmp_path / "bench/problems/pocket-money/problem.toml"
    file.write_text(file.read_text().replace("[entry]\n", '[entry]\ngo = "{root}/main"\n'))
    lines = problems("list").stdout.splitlines()
    assert "languages" not in lines[0]
    assert lines[-1] == "languages: go, python"


def test_names_alone_are_printed_for_scripts(problems):
    problems("new", "purse")
    assert problems("list", "--names").stdout == "pocket-money\npurse\n"


def test_validation_without_a_sandbox_must_be_allowed(problems):
    result = problems("validate", "pocket-money", "--sandbox", "none", ok=False)
    assert isinstance(result.exception, UsageError)
    assert "--unsafe" in str(result.exception)


def test_a_title_with_brackets_is_shown_as_it_is(problems, tmp_path):
    file = tmp_path / "bench/problems/pocket-money/problem.toml"
    file.write_text(file.read_text().replace('"Pocket money"', '"Pocket [red]money"'))
    assert "Pocket [red]money" in problems("list").stdout


def test_show_counts_test_functions_by_group(problems):
    steps = json.loads(problems("show", "pocket-money", "--json").stdout)["steps"]
    assert [step["test_functions"] for step in steps] == [
        {"core": 2, "functionality": 2, "error": 3},
        {"core": 3, "functionality": 4, "error": 1},
    ]
    shown = problems("show", "pocket-money").stdout
    assert "One total" in shown
    assert "python3 main.py" in shown


def test_show_of_one_checkpoint(problems):
    shown = problems("show", "pocket-money", "--checkpoint", "2").stdout
    assert "Totals by name" in shown
    assert "One total" not in shown


def test_show_spec_prints_what_an_agent_gets(problems):
    spec = problems("show", "pocket-money", "--checkpoint", "2", "--spec").stdout
    assert spec.startswith("# Pocket money: totals by name\n")
    assert "python3 main.py names" in spec
    assert "canary" not in spec


def test_show_spec_needs_a_checkpoint(problems):
    error = problems("show", "pocket-money", "--spec", ok=False).exception
    assert isinstance(error, UsageError)
    assert str(error) == "pocket-money: --spec needs a checkpoint; add --checkpoint N"


@pytest.mark.parametrize("words", [["show"], ["lint"], ["validate"]])
def test_an_unknown_problem_is_one_line_with_near_matches(problems, words):
    error = problems(*words, "pocket", ok=False).exception
    assert isinstance(error, UsageError)
    assert str(error).endswith("there is no problem 'pocket'; did you mean pocket-money?")


@pytest.mark.parametrize("number", ["0", "3"])
@pytest.mark.parametrize("command", ["show", "validate"])
def test_an_unknown_checkpoint_is_a_usage_error(problems, command, number):
    error = problems(command, "pocket-money", "--checkpoint", number, ok=False).exception
    assert isinstance(error, UsageError)
    assert "choose one of 1 to 2" in str(error)


def test_lint_passes_with_warnings(problems):
    result = problems("lint", "--json")
    report = json.loads(result.stdout)
    assert report["problems"] == ["pocket-money"]
    assert report["errors"] == 0
    assert {finding["severity"] for finding in report["findings"]} == {"warning"}
    assert problems("lint").stdout.splitlines()[-1] == "problems: 1, errors: 0, warnings: 2"


def test_lint_fails_on_an_error_and_says_where_and_how_to_mend_it(problems, tmp_path):
    spec = tmp_path / "bench/problems/pocket-money/1/spec.md"
    spec.write_text(spec.read_text() + "\nIt is tested.\n")
    result = problems("lint", "pocket-money", ok=False)
    assert result.exit_code == 1
    line = len(spec.read_text().splitlines())
    assert (
        f"problems/pocket-money/1/spec.md:{line}: error [forbidden-word] says 'tested'; say what"
        in result.stdout
    )
    report = json.loads(problems("lint", "--json", ok=False).stdout)
    assert report["errors"] == 1
    assert set(report["findings"][0]) == {
        "problem",
        "rule",
        "severity",
        "file",
        "line",
        "message",
        "mend",
    }


def test_lint_reports_a_broken_problem_beside_the_others(problems, tmp_path):
    problems("new", "purse")
    (tmp_path / "bench/problems/purse/1/spec.md").unlink()
    result = problems("lint", "--json", ok=False)
    assert result.exit_code == 1
    rules = {(f["problem"], f["rule"]) for f in json.loads(result.stdout)["findings"]}
    assert ("purse", "loads") in rules
    assert ("pocket-money", "spec-length") in rules


@pytest.mark.parametrize("command", ["list", "show", "new", "lint", "validate"])
def test_every_command_explains_itself_with_examples(command):
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert f"slopbench problems {command}" in result.stdout


def test_a_new_problem_validates(problems, tmp_path):
    result = problems("validate", "pocket-money", "--sandbox", "bubblewrap", "--json")
    report = json.loads(result.stdout)
    assert (report["problem"], report["ok"]) == ("pocket-money", True)
    first, second = report["checkpoints"]
    assert first["reference"] == first["order_and_environment"] == {"passed": 14, "total": 14}
    assert second["reference"] == second["order_and_environment"] == {"passed": 24, "total": 24}
    assert second["null_programs"] == {"passed": 0, "total": 48}
    assert second["previous_reference_new_tests_passed"] == 0
    assert (first["mutants"], second["mutants"]) == (
        {"killed": 3, "total": 3},
        {"killed": 4, "total": 4},
    )
    file = tmp_path / "bench/checkpoints/pocket-money/verification.json"
    written = json.loads(file.read_text())["languages"]["python"]["checkpoints"]
    assert [row.pop("measured_on")["sandbox"] for row in written] == ["bubblewrap"] * 2
    added = {"problem": "pocket-money", "reused": False}
    assert [{**row, **added} for row in written] == report["checkpoints"]


def test_what_is_sound_and_unchanged_isnt_run_again(problems, tmp_path):
    words = ["validate", "--all", "--sandbox", "bubblewrap"]
    problems("new", "purse")
    assert "reference graded" in problems(*words, "-j", "2").stderr
    again = problems(*words)
    assert again.stderr == ""
    assert again.stdout.count("unchanged") == 4
    spec = tmp_path / "bench/problems/purse/2/spec.md"
    spec.write_text(spec.read_text() + "\n")
    report = json.loads(problems(*words, "--json").stdout)
    reused = {
        each["problem"]: [row["reused"] for row in each["checkpoints"]]
        for each in report["problems"]
    }
    assert reused == {"pocket-money": [True, True], "purse": [True, False]}
    assert report["ok"]


def test_a_result_of_another_sandbox_does_not_stand_for_the_one_asked_for(problems):
    words = ["validate", "pocket-money", "--checkpoint", "1", "--json", "--unsafe"]
    assert json.loads(problems(*words, "--sandbox", "bubblewrap").stdout)["ok"]
    reused = [
        json.loads(problems(*words, "--sandbox", name, ok=False).stdout)["checkpoints"][0]["reused"]
        for name in ("auto", "bubblewrap", "none", "none", "auto")
    ]
    assert reused == [True, True, False, True, False]


def test_a_survey_runs_mutants_to_the_end_and_again_runs_everything(problems):
    words = ["validate", "pocket-money", "--checkpoint", "1", "--sandbox", "bubblewrap", "--json"]
    assert json.loads(problems(*words).stdout)["checkpoints"][0]["tests_no_mutant_fails"] is None
    (row,) = json.loads(problems(*words, "--survey").stdout)["checkpoints"]
    assert row["tests_no_mutant_fails"]
    assert len(row["tests_no_mutant_fails"]) < sum(row["new_tests"].values())
    assert json.loads(problems(*words).stdout)["checkpoints"][0]["reused"]
    assert not json.loads(problems(*words, "--again").stdout)["checkpoints"][0]["reused"]


@pytest.mark.parametrize("words", [[], ["pocket-money", "--all"]])
def test_validate_wants_names_or_all(problems, words):
    error = problems("validate", *words, ok=False).exception
    assert isinstance(error, UsageError)
    assert "give either SLUG" in str(error)


def test_validation_says_which_tests_demand_nothing(problems, tmp_path):
    file = tmp_path / "bench/problems/pocket-money/1/tests/test_total.py"
    file.write_text("import pytest\n\n\n@pytest.mark.core\ndef test_nothing(run):\n    run()\n")
    words = ["pocket-money", "--checkpoint", "1", "--sandbox", "bubblewrap"]
    result = problems("validate", *words, ok=False)
    assert result.exit_code == 1
    start = "pocket-money checkpoint 1: "
    faults = [line for line in result.stdout.splitlines() if line.startswith(start)]
    assert faults == [
        f"{start}the program 'true' passes 1 tests: 1/test_total.py::test_nothing",
        f"{start}the program 'false' passes 1 tests: 1/test_total.py::test_nothing",
        f"{start}mutant empty_lines_not_counted passes every test",
        f"{start}mutant leading_zeros_allowed passes every test",
        f"{start}mutant more_arguments_ignored passes every test",
    ]
    assert "NOT OK" in result.stdout
    assert "checkpoint 1 in python: reference graded" in result.stderr


def test_validating_all_says_what_is_broken_and_goes_on(problems, tmp_path):
    problems("new", "purse")
    (tmp_path / "bench/problems/purse/1/spec.md").unlink()
    words = ["validate", "--all", "--checkpoint", "1", "--sandbox", "bubblewrap"]
    result = problems(*words, ok=False)
    assert result.exit_code == 1
    assert "purse can't be loaded: " in result.stdout
    last = result.stdout.splitlines()[-1]
    assert last.startswith("problems: 1; checkpoints: 1, of which not ok: 0; tests: 2 core, ")
    assert "; mutants: 3/3; seconds: " in last
    report = json.loads(problems(*words, "--json", ok=False).stdout)
    assert (report["ok"], [each["ok"] for each in report["problems"]]) == (False, [True])
    assert [each["name"] for each in report["broken"]] == ["purse"]


@pytest.mark.parametrize("words", [["lint"], ["validate", "--all"]])
def test_a_benchmark_without_problems_is_never_found_sound(tmp_path, words):
    (tmp_path / "problems").mkdir()
    error = CliRunner().invoke(app, [*words, "--bench", str(tmp_path)]).exception
    assert isinstance(error, UsageError) and "holds no problem" in str(error)


def test_all_in_a_language_leaves_out_by_name_what_is_answered_in_others(problems, tmp_path):
    problems("new", "purse")
    words = ["validate", "--all", "--checkpoint", "1", "--language", "go"]
    error = problems(*words, ok=False).exception
    assert isinstance(error, UsageError) and str(error).endswith("known are: python")
    file = tmp_path / "bench/problems/purse/problem.toml"
    file.write_text(
        file.read_text().replace(
            "[limits]\n", '[entry.shell]\ncommand = "sh {root}/main.sh"\n\n[limits]\n'
        )
    )
    answer = tmp_path / "bench/checkpoints/purse/reference/shell/1"
    answer.mkdir(parents=True)
    (answer / "main.sh").write_text("exit 7\n")
    words[-1] = "shell"
    result = problems(*words, "--sandbox", "bubblewrap", "--json", ok=False)
    assert "left out, without references in shell: pocket-money" in result.stderr
    report = json.loads(result.stdout)
    assert (report["problem"], report["ok"]) == ("purse", False)


def test_validation_ends_with_its_results_where_they_cannot_be_kept(problems, tmp_path):
    (tmp_path / "bench/checkpoints/pocket-money/verification.json").mkdir()
    result = problems("validate", "pocket-money", "--checkpoint", "1", "--json")
    assert json.loads(result.stdout)["ok"]
    assert "not written" in result.stderr
