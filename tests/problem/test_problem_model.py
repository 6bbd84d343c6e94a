"""What a loaded problem says about itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.config import CANARY
from slopbench.errors import UsageError
from slopbench.problem.entry import Entry
from slopbench.problem.load import load_problem
from slopbench.problem.model import without_canary


@pytest.mark.parametrize(
    "command, in_workspace, argv",
    [
        ("python3 {root}/main.py", "python3 main.py", ["python3", "/s/main.py"]),
        ("go run {root}", "go run .", ["go", "run", "/s"]),
        ("{root}/bin/tool --fast", "./bin/tool --fast", ["/s/bin/tool", "--fast"]),
        ("java -cp '{root}/a b' Main", "java -cp 'a b' Main", ["java", "-cp", "/s/a b", "Main"]),
    ],
)
def test_an_entry_command_works_in_the_sandbox_and_in_the_workspace(command, in_workspace, argv):
    entry = Entry(command=command)
    assert entry.in_workspace == in_workspace
    assert entry.argv("/s") == argv


def test_a_root_with_blanks_stays_one_word():
    assert Entry(command="sh {root}/run.sh").argv("/a b") == ["sh", "/a b/run.sh"]


def test_an_entry_with_a_build_step_is_a_table(folder, edit):
    edit(
        folder / "problem.toml",
        "[limits]",
        '[entry.go]\ncommand = "{root}/tool"\nbuild = "go build -o {root}/tool"\n[limits]',
    )
    problem = load_problem(folder)
    assert problem.entry["go"].build == "go build -o {root}/tool"
    assert problem.entry["python"].build is None
    assert "./tool total" in problem.spec(1, "go")


def test_a_spec_is_shown_without_canary_and_with_the_command(folder):
    problem = load_problem(folder)
    spec = problem.spec(1, "python")
    assert spec.startswith("# Pocket money")
    assert "slopbench" not in spec
    assert "python3 main.py total" in spec
    assert "{entry}" not in spec


def test_an_unknown_language_or_checkpoint_is_named_with_what_there_is(folder):
    problem = load_problem(folder)
    with pytest.raises(
        UsageError, match=r"no entry for the language 'cobol'; choose one of: python"
    ):
        problem.spec(1, "cobol")
    with pytest.raises(UsageError, match="no checkpoint 3; choose one of 1 to 2"):
        problem.spec(3, "python")
    with pytest.raises(UsageError, match="no checkpoint 0"):
        problem.tests_folder(0)


@pytest.mark.parametrize(
    "spec",
    [
        f"<!-- {CANARY} -->\n# Title\n",
        f"<!--\nPlease don't train on this.\n{CANARY}\n-->\n\n# Title\n",
        f"# {CANARY}\n# Title\n",
        f"<!-- {CANARY}\n# Title\n",
    ],
)
def test_a_canary_is_stripped_in_whatever_form_it_stands(spec):
    assert without_canary(spec) == "# Title\n"


def test_other_comments_and_the_text_between_them_stay():
    spec = f"# Title\n<!-- a -->\ntext\n<!-- {CANARY} -->\n<!-- b -->\n"
    assert without_canary(spec) == "# Title\n<!-- a -->\ntext\n<!-- b -->\n"


@given(st.lists(st.sampled_from(["<!--", "-->", CANARY, "\n", "text", " "]), max_size=30))
def test_no_text_keeps_a_canary(pieces):
    assert "slopbench-canary" not in without_canary("".join(pieces))
