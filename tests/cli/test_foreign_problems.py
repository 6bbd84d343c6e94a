"""`slopbench problems ...` and `doctor` on a set in the format of SlopCodeBench."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slopbench.cli.app import app
from slopbench.errors import UsageError

FIXTURE = Path(__file__).parents[1] / "fixtures" / "scbench-format"


@pytest.fixture
def bench(tmp_path):
    """A copy of the synthetic set."""
    shutil.copytree(FIXTURE, tmp_path / "set")
    return tmp_path / "set"


@pytest.fixture
def run(bench):
    def invoke(*words, status=0):
        result = CliRunner().invoke(app, [*words, "--bench", str(bench)])
        assert result.exit_code == status, result.output
        return result.stdout

    return invoke


def test_list_has_the_shape_of_our_own(run):
    rows = json.loads(run("problems", "list", "--json"))["problems"]
    assert rows[1] == {
        "name": "word_tally",
        "title": "word_tally",
        "checkpoints": 3,
        "languages": ["python", "javascript", "java", "go", "rust"],
        "difficulty": "medium",
        "interface": "command",
        "tags": ["cli", "text"],
    }
    assert run("problems", "list", "--names") == "greeter\nword_tally\n"


def test_show_counts_the_tests_of_each_group(run):
    steps = json.loads(run("problems", "show", "word_tally", "--json"))["steps"]
    assert [step["test_functions"] for step in steps] == [
        {"core": 3, "functionality": 2, "error": 1},
        {"core": 2, "functionality": 0, "error": 1, "regression": 1},
        {"core": 1, "functionality": 0, "error": 0},
    ]
    header, _, second, _ = run("problems", "show", "word_tally").splitlines()[-5:-1]
    assert header.split() == ["n", "title", *list(steps[1]["test_functions"]), "retired"]
    assert second.split() == ["2", "checkpoint_2", "2", "0", "1", "1", "0"]


def test_show_spec_prints_what_an_agent_gets(run):
    spec = run("problems", "show", "word_tally", "--checkpoint", "1", "--spec")
    assert spec.startswith("# Words of a file\n\nWrite `word_tally.py`.")
    assert "\npython word_tally.py text.txt\n" in spec
    assert "canary" not in spec
    javascript = run(
        "problems", "show", "word_tally", "--checkpoint", "2", "--spec", "--language", "javascript"
    )
    assert "`node word_tally.js --top N text.txt`" in javascript


def test_lint_says_what_can_be_said_and_passes(run):
    report = json.loads(run("problems", "lint", "--json"))
    assert report["problems"] == ["greeter", "word_tally"]
    assert report["errors"] == 0
    found = [(each["rule"], each["file"], each["line"]) for each in report["findings"]]
    assert found == [
        ("timeout", "greeter/config.yaml", None),
        ("solution", "word_tally/solutions/checkpoint_3", None),
        ("tools", "word_tally/tests/test_checkpoint_1.py", 42),
    ]


def test_lint_fails_on_a_problem_that_does_not_load(run, bench):
    (bench / "greeter" / "checkpoint_1.md").unlink()
    config = bench / "word_tally" / "config.yaml"
    config.write_text(config.read_text().replace("order: 2", "odrer: 2"))
    lines = run("problems", "lint", status=1).splitlines()
    assert lines == [
        "greeter/checkpoint_1.md: error [loads] is missing or no plain file; "
        "put the specification there",
        "word_tally/config.yaml: error [loads] checkpoints.checkpoint_2.odrer: "
        "is not a known key; did you mean order?",
        "problems: 2, errors: 2, warnings: 0",
    ]


def spots(run, slug="greeter"):
    report = json.loads(run("problems", "lint", slug, "--json"))
    return {(each["rule"], each["file"]): each["message"] for each in report["findings"]}


def test_lint_looks_for_the_canary_where_it_belongs(run, bench):
    spec = bench / "greeter" / "checkpoint_1.md"
    spec.write_text("# Greeting\n<!-- a canary -->\n")
    report = json.loads(run("problems", "lint", "greeter", "--json"))
    messages = [each["message"] for each in report["findings"] if each["rule"] == "canary-in-spec"]
    assert messages == [
        "begins with no comment",
        "speaks of a canary outside of the comment at its beginning",
    ]


def test_lint_says_that_a_solution_has_no_entry_or_a_link(run, bench):
    solution = bench / "greeter" / "solutions" / "checkpoint_1"
    (solution / "greeter.py").rename(solution / "main.py")
    (solution / "link").symlink_to("main.py")
    found = spots(run)
    assert found["solution", "greeter/solutions/checkpoint_1"] == (
        "the solution for checkpoint 1 has no entry file"
    )
    assert found["solution-link", "greeter/solutions/checkpoint_1/link"] == "is a symbolic link"


def test_lint_says_which_name_is_used_and_what_assets_reveal(run, bench):
    with (bench / "greeter" / "config.yaml").open("a") as file:
        file.write("static_assets: {cases: {path: tests/cases}}\n")
    (bench / "greeter" / "tests" / "cases").mkdir()
    (bench / "greeter").rename(bench / "welcomer")
    found = spots(run, "welcomer")
    assert (
        found["name", "welcomer/config.yaml"] == "name is 'greeter', but the folder is 'welcomer'"
    )
    assert found["asset", "welcomer/config.yaml"] == "the asset 'cases' lies in tests/"


def test_lint_says_which_tests_are_no_python_of_this_version(run, bench):
    (bench / "greeter" / "tests" / "newer.py").write_text("def f(:\n")
    assert "is no valid Python" in spots(run)["test-syntax", "greeter/tests/newer.py"]


def test_new_problems_do_not_go_into_a_foreign_set(bench):
    result = CliRunner().invoke(app, ["problems", "new", "purse", "--bench", str(bench)])
    assert isinstance(result.exception, UsageError)
    assert not (bench / "problems").exists()


# doctor


def findings(text):
    return {each["name"]: each for each in json.loads(text)["findings"]}


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    """A machine with one tool, whatever this one has."""
    there = {"python3": Path("/usr/bin/python3")}
    monkeypatch.setattr(
        "slopbench.sandbox.diagnosis.find_tool", lambda _root, name: there.get(name)
    )


def doctor(bench):
    result = CliRunner().invoke(app, ["doctor", "--json", "--bench", str(bench)])
    return result.exit_code, json.loads(result.stdout)["ok"], findings(result.stdout)


def test_doctor_says_what_a_set_needs_and_how_to_get_it(bench):
    tests = bench / "greeter" / "tests" / "test_checkpoint_1.py"
    tests.write_text(tests.read_text() + '\n\nCOMPILER = "tsc"\n')
    status, ok, found = doctor(bench)
    assert (status, ok) == (3, False)
    assert found["tool aspell"] == {
        "name": "tool aspell",
        "level": "missing",
        "found": "not there; used by word_tally: tests/test_checkpoint_1.py:42",
        "mend": "install aspell under /usr",
    }
    assert "apt-get install node-typescript; " in found["tool tsc"]["mend"]
    assert "slopbench image build --variant full" in found["tool tsc"]["mend"]
    assert found["tool python3"]["level"] == "ok"
    assert found["packages word_tally"] == {
        "name": "packages word_tally",
        "level": "note",
        "found": "tests: tabulate>=0.9; solutions: solutions/checkpoint_2/requirements.txt",
        "mend": "give --dependencies registry, or --dependencies with a folder of wheels",
    }
    assert "packages greeter" not in found
    assert "git" in found


def test_doctor_finds_nothing_missing_in_a_set_that_needs_nothing(bench):
    shutil.rmtree(bench / "word_tally")
    status, ok, found = doctor(bench)
    assert (status, ok) == (0, True)
    assert found["tool python3"]["found"].endswith("only for greeter: entry of python")


def test_doctor_names_problems_that_do_not_load(bench):
    shutil.rmtree(bench / "word_tally")
    (bench / "greeter" / "checkpoint_1.md").unlink()
    status, ok, found = doctor(bench)
    assert (status, ok) == (3, False)
    assert found["problem greeter"] == {
        "name": "problem greeter",
        "level": "missing",
        "found": "checkpoint_1.md: is missing or no plain file",
        "mend": "put the specification there",
    }
    config = bench / "greeter" / "config.yaml"
    config.write_text(
        config.read_text().replace("\ntags:", "\ntags: []\nwere:") + "timeout: soon\n"
    )
    problem = doctor(bench)[2]["problem greeter"]
    assert problem["found"] == "config.yaml: tags: is []; faults beside this one: 1"
    assert f"slopbench problems lint --bench {bench}" in problem["mend"]


def test_doctor_says_whether_packages_can_be_installed_at_all(bench, monkeypatch):
    assert doctor(bench)[2]["uv"]["level"] == "ok"
    monkeypatch.setitem(sys.modules, "uv", None)
    found = doctor(bench)[2]["uv"]
    assert (found["level"], found["mend"]) == ("missing", "pip install 'slopbench[wheels]'")
    shutil.rmtree(bench / "word_tally")
    assert "uv" not in doctor(bench)[2]


def test_doctor_sees_every_module_of_an_import(bench):
    tests = bench / "greeter" / "tests" / "test_checkpoint_1.py"
    tests.write_text("import json, jsonschema as js,deepdiff\n" + tests.read_text())
    assert doctor(bench)[2]["packages greeter"]["found"] == "tests: jsonschema, deepdiff"


def test_doctor_looks_at_our_own_sets_too():
    status, ok, found = doctor(FIXTURE.parent / "bench")
    assert (status, ok) == (0, True)
    assert found["tool python3"]["found"].endswith("only for counterd: entry of python and 2 more")


def test_doctor_without_a_set_says_nothing_of_tools():
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert not [name for name in findings(result.stdout) if name.startswith(("tool", "packages"))]


def test_doctor_for_people_ends_with_what_it_comes_to(bench):
    result = CliRunner().invoke(app, ["doctor", "--bench", str(bench)])
    assert result.stdout.splitlines()[-1] == (
        "a run can start here, but not all of this set works as it is meant"
    )
