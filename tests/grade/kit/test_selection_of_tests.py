"""Which hidden tests run, in which order, and what the results file says of them."""

import json

ECHO = "import sys\nprint(*sys.argv[1:])\n"
TWO = {
    "oracles.py": "ANSWER = 'a\\n'\n\ndef check(found):\n    assert found == ANSWER\n",
    "1/tests/test_one.py": """
import pytest
from oracles import check

@pytest.mark.core
@pytest.mark.parametrize("word", ["a", "b/c [d]::e"])
def test_row(run, word):
    assert run(word).out == word + "\\n"

@pytest.mark.error
def test_oracle(run):
    check(run("a").out)
""",
    "2/tests/test_two.py": """
import pytest
@pytest.mark.core
def test_new(run):
    assert run("x").out == "x\\n"

class TestMany:
    @pytest.mark.functionality
    def test_method(self, run):
        assert run().ok()
""",
}


def marked(source):
    return {"1/tests/test_it.py": "import pytest\n" + source}


def test_the_list_comes_first_with_ids_groups_and_regressions(bare):
    graded = bare(TWO, ECHO, checkpoint=2)
    first, *rest, last = graded.lines
    assert (first["event"], first["checkpoint"]) == ("collected", 2)
    assert [(test["id"], test["marker"], test["group"]) for test in first["tests"]] == [
        ("1/test_one.py::test_row[a]", "core", "regression"),
        ("1/test_one.py::test_row[b/c [d]::e]", "core", "regression"),
        ("1/test_one.py::test_oracle", "error", "regression"),
        ("2/test_two.py::test_new", "core", "core"),
        ("2/test_two.py::TestMany::test_method", "functionality", "functionality"),
    ]
    assert [line["event"] for line in rest] == ["result"] * 5
    assert set(graded.outcomes.values()) == {"passed"}
    assert (last["event"], last["passed"], last["failed"], last["not_run"]) == ("finished", 5, 0, 0)


def test_only_checkpoints_up_to_the_graded_one_are_collected(bare):
    graded = bare(TWO, ECHO, checkpoint=1)
    assert {test.split("/")[0] for test in graded.results} == {"1"}
    assert {test["group"] for test in graded.lines[0]["tests"]} == {"core", "error"}


def test_retired_functions_are_left_out_with_all_their_rows(bare):
    graded = bare(TWO, ECHO, checkpoint=2, retired=["1/test_one.py::test_row"])
    assert len(graded.results) == 3
    assert not [test for test in graded.results if "test_row" in test]


def test_reverse_order_runs_the_same_tests_backwards(bare):
    forward, reverse = bare(TWO, ECHO, checkpoint=2), bare(TWO, ECHO, checkpoint=2, order="reverse")
    assert list(reverse.results) == list(forward.results)[::-1]
    assert reverse.outcomes == forward.outcomes


def test_a_suite_may_stop_at_the_first_failure_and_says_how_many_did_not_run(bare):
    source = "".join(
        f"@pytest.mark.core\ndef test_{n}(run):\n    assert {n} != 1\n" for n in range(4)
    )
    graded = bare(marked(source), ECHO, stop_at_first_failure=True)
    assert graded.outcomes == {"test_0": "passed", "test_1": "failed"}
    assert graded.event("finished")["not_run"] == 2
    everything = bare(marked(source), ECHO)
    assert len(everything.outcomes) == 4


def test_whatever_is_not_a_pass_is_a_failure(bare):
    graded = bare(
        marked("""
@pytest.fixture
def broken():
    raise RuntimeError("no fixture")

@pytest.fixture
def messy():
    yield
    raise RuntimeError("no end")

pytestmark = pytest.mark.core

def test_setup(broken): pass
def test_teardown(messy): pass
def test_both(messy): assert 1 == 2
def test_skipped(): pytest.skip("not today")
@pytest.mark.skip(reason="never")
def test_skip_marked(): pass
@pytest.mark.xfail
def test_xfail(): assert 1 == 2
@pytest.mark.xfail(strict=True)
def test_xpass(): pass
@pytest.mark.xfail
def test_lenient_xpass(): pass
def test_exit(): raise SystemExit(0)
"""),
        ECHO,
    )
    assert set(graded.outcomes.values()) == {"failed"}
    assert len(graded.outcomes) == 9
    assert graded.one("test_setup")["reason"] == "setup: RuntimeError: no fixture"
    assert graded.one("test_teardown")["reason"] == "teardown: RuntimeError: no end"
    assert graded.one("test_both")["reason"] == "assert 1 == 2; teardown: RuntimeError: no end"
    assert "not today" in graded.one("test_skipped")["reason"]
    assert graded.event("finished")["failed"] == 9


def test_a_suite_that_can_not_be_collected_gives_an_error_and_no_outcomes(bare):
    broken = {
        "no marker": "def test_it(): pass\n",
        "two markers": "@pytest.mark.core\n@pytest.mark.error\ndef test_it(): pass\n",
        "the same marker twice": "@pytest.mark.core\n@pytest.mark.core\ndef test_it(): pass\n",
        "unknown marker": "@pytest.mark.cor\n@pytest.mark.core\ndef test_it(): pass\n",
        "syntax": "def test_it(:\n",
        "import": "import nothing_of_that_name\n",
        "no test": "X = 1\n",
        "unknown fixture is a failure, not this": "@pytest.mark.core\ndef test_it(): pass\n",
    }
    found = {name: bare(marked(source), ECHO).lines[0]["event"] for name, source in broken.items()}
    assert found.pop("unknown fixture is a failure, not this") == "collected"
    assert set(found.values()) == {"error"}


def test_a_retired_id_that_no_test_has_is_an_error(bare):
    graded = bare(TWO, ECHO, checkpoint=2, retired=["1/test_one.py::test_gone"])
    assert "test_gone" in graded.event("error")["message"]


def test_a_missing_checkpoint_or_a_wrong_settings_file_gives_no_results_and_status_2(bare):
    for wrong in ({"checkpoint": 3}, {"checkpoint": 0}, {"colour": "red"}, {"launcher": "x"}):
        graded = bare(TWO, ECHO, **wrong)
        assert (graded.lines, graded.ran.status) == ([], 2)
        assert graded.ran.stderr


def test_results_that_exist_already_are_not_overwritten(bare):
    path = f"{bare.room.place}/old.jsonl"
    bare.room.put({"old.jsonl": json.dumps({"event": "finished"})}, bare.room.place)
    graded = bare(TWO, ECHO, results=path)
    assert graded.ran.status != 0
    assert json.loads(bare.room.read(path)) == {"event": "finished"}


def test_assertions_of_tests_and_of_shared_modules_show_both_sides(bare):
    graded = bare(TWO, "print('b')\n", checkpoint=1)
    assert graded.one("test_oracle")["reason"] == "AssertionError: assert 'b\\n' == 'a\\n'"
    assert "- a\n" in graded.one("test_oracle")["detail"]
    assert "+ b\n" in graded.one("test_oracle")["detail"]


def test_a_test_that_takes_too_long_fails(bare):
    source = "import time\n@pytest.mark.core\ndef test_slow():\n    time.sleep(30)\n"
    graded = bare(marked(source), ECHO, limits={"test_seconds": 0.3})
    assert graded.one("test_slow")["reason"] == "the test's time limit is over"


def test_what_lies_in_the_solution_has_no_say(bare):
    root = bare.room.settings["root"]
    traps = {
        "conftest.py": "raise SystemExit('conftest')\n",
        "pytest.ini": "[pytest]\naddopts = --collect-only\n",
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--collect-only'\n",
        "sitecustomize.py": "raise SystemExit('sitecustomize')\n",
        "oracles.py": "ANSWER = 'stolen'\n",
        "kit/__init__.py": "raise SystemExit('kit')\n",
        "pytest.py": "raise SystemExit('pytest')\n",
    }
    bare.room.put(traps, root)
    graded = bare(TWO, ECHO, checkpoint=1)
    assert set(graded.outcomes.values()) == {"passed"}
    assert len(graded.outcomes) == 3


def test_a_failed_test_shows_each_start_with_command_input_files_status_and_output(bare):
    graded = bare(
        marked("""
@pytest.mark.core
def test_it(run, repl):
    run("first")
    repl("running")
    run("a b", "\\x1b[31m", stdin="in\\x00put", files={"x.txt": "content"})
    run("big", stdin="z" * 100_000)
    assert False
"""),
        "import sys\nprint(sys.argv, '\\x1b]0;title\\x07')\nsys.stderr.write('e\\n')\nsys.exit(3)\n",
    )
    detail = graded.one("test_it")["detail"]
    for part in (
        "start 1: python3 ",
        "main.py 'a b' '\\x1b[31m'",
        "file x.txt (7 bytes):\n  | content",
        "standard input (6 bytes):\n  | in\\x00put",
        "status 3 after ",
        "standard error (2 bytes):\n  | e",
        "\\x1b]0;title\\x07",
        "more characters)",
    ):
        assert part in detail
    assert "\x1b" not in detail
    assert len(detail) < 15_000
