"""The signals of a checkpoint that need the states before it."""

import pytest

from slopbench.quality.files import Scope
from slopbench.quality.score import score_tree
from slopbench.quality.signal_names import CHANGE_SIGNALS
from slopbench.quality.trajectory import change_signals

BODY = "".join(f"    v{n} = h(x, {n}) + y\n" for n in range(12))
ONE = {"a.py": f"def a(x, y):\n{BODY}", "test_a.py": "def test():\n    pass\n"}
TWO = ONE | {"b.py": f"def b(x, y):\n{BODY}"}
THREE = {"b.py": TWO["b.py"]}


@pytest.fixture
def folder(tmp_path):
    """folder(number, files) writes the state of a checkpoint."""

    def write(number, files):
        place = tmp_path / str(number)
        place.mkdir()
        for name, code in files.items():
            (place / name).write_text(code)
        return place

    return write


@pytest.fixture
def signals(folder):
    """signals(now, *earlier states, the newest first)."""

    def measure(*states):
        now, *earlier = (folder(number, files) for number, files in enumerate(states))
        return change_signals(score_tree(now, Scope.RUN).production, earlier)

    return measure


def test_at_the_first_checkpoint_everything_was_added(signals):
    found = signals(ONE)
    assert tuple(found) == CHANGE_SIGNALS
    assert (found["lines_added"], found["churn"], found["first_lines_survival"]) == (13, None, None)
    assert (found["files_touched"], found["functions_touched"]) == (1, 1)


def test_code_that_is_no_copy_is_no_new_clone(signals):
    assert signals({"a.py": "def a(x):\n    return x\n"})["new_clone_share"] == 0


def test_a_copy_of_old_code_is_a_new_clone(signals):
    found = signals(TWO, ONE)
    assert (found["lines_added"], found["lines_removed"]) == (13, 0)
    assert (found["churn"], found["first_lines_survival"]) == (1, 1)
    assert found["new_clone_share"] > 0.9


def test_survival_is_that_of_the_lines_of_the_first_state(signals):
    found = signals(THREE, TWO, ONE)
    assert (found["lines_added"], found["lines_removed"]) == (0, 13)
    assert found["first_lines_survival"] == pytest.approx(12 / 13)
    assert found["new_clone_share"] is None


def test_tests_are_no_change_of_production(signals):
    found = signals(ONE | {"test_b.py": "def test_b():\n    assert 1\n"}, ONE)
    assert (found["lines_added"], found["files_touched"], found["churn"]) == (0, 0, 0)
