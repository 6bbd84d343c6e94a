"""How a foreign suite is chosen, grouped and counted, and what makes it unusable."""

import io
import zipfile

import foreign_vault as vault
import pytest
from tests_folder import SET, copied_set

from slopbench.errors import UsageError
from slopbench.grade.dependencies.model import Source
from slopbench.grade.grading import grade
from slopbench.grade.model import Group
from slopbench.problem.bench import Bench
from slopbench.sandbox.backends import pick_backend

HONEST = vault.greedy()


@pytest.fixture
def bubblewrap():
    return pick_backend("bubblewrap")


def graded(folder, backend, tests, files=HONEST, n=1, **more):
    problem = vault.make_problem(folder, tests=tests, **more)
    return grade(problem, n, solution=vault.tree(files), language="python", backend=backend)


def lookup(backend, n, root=SET):
    bench = Bench.locate(root)
    solution = vault.folder_tree(bench.reference("lookup", "python", n))
    problem = bench.problem("lookup")
    return grade(problem, n, solution=solution, language="python", backend=backend)


def test_groups_follow_file_then_markers(bubblewrap):
    found = {test.id: test.group for test in lookup(bubblewrap, 1).tests}
    assert found == {
        "1/deep/test_deep.py::test_in_a_folder": Group.REGRESSION,
        "1/test_basic.py::test_an_index_is_followed": Group.CORE,
        "1/test_basic.py::test_the_checkpoint_has_its_own_name": Group.CORE,
        "1/test_basic.py::test_an_empty_index": Group.FUNCTIONALITY,
        "1/test_basic.py::test_a_part_that_is_missing": Group.ERROR,
        "1/test_basic.py::test_deliberately_failed": Group.CORE,
    }


def test_without_earlier_tests_only_the_checkpoints_own_ones_run(bubblewrap):
    found = {test.id: test.group for test in lookup(bubblewrap, 2).tests}
    assert found == {
        "2/deep/test_deep.py::test_in_a_folder": Group.REGRESSION,
        "2/test_extended.py::test_parts_are_counted": Group.CORE,
        "2/test_extended.py::test_no_index": Group.ERROR,
        "2/test_extended.py::test_marked_as_a_regression": Group.REGRESSION,
    }


def test_data_that_no_argument_names_is_shown_only_where_a_user_has_allowed_it(tmp_path, backend):
    hidden = lookup(backend, 1, copied_set(tmp_path))
    name = "1/test_basic.py::test_an_index_is_followed"
    assert {test.id: test.outcome for test in hidden.tests}[name] == "failed"
    assert "WEAKER" not in hidden.isolation
    visible = lookup(backend, 1)
    assert {test.id: test.outcome for test in visible.tests}[name] == "passed"
    assert "WEAKER" in visible.isolation


def test_skipped_tests_count_and_never_pass(tmp_path, bubblewrap):
    result = graded(
        tmp_path,
        bubblewrap,
        """
import pytest
def test_good(): pass
@pytest.mark.skip(reason="not today")
def test_skipped(): pass
@pytest.mark.xfail(reason="nobody promised it")
def test_expected(): assert 0
@pytest.mark.xfail
def test_unexpected(): pass
""",
    )
    outcomes = {test.id.split("_1.py::")[1]: (test.outcome, test.reason) for test in result.tests}
    assert outcomes == {
        "test_good": ("passed", None),
        "test_skipped": ("skipped", "Skipped: not today"),
        "test_expected": ("skipped", "Skipped: expected to fail (nobody promised it)"),
        "test_unexpected": ("passed", None),
    }
    assert result.counts["core"] == {"passed": 2, "total": 4}
    assert not result.core


@pytest.mark.parametrize(
    "tests",
    [
        "from os import nowhere\ndef test_it(): pass\n",
        "def no_test(): pass\n",
        "def test_it(: pass\n",
        "import pytest\n@pytest.fixture(scope='session', autouse=True)\n"
        "def end(): pytest.exit('over', 2)\ndef test_it(end): pass\n",
    ],
    ids=["import", "no test", "syntax", "interrupted"],
)
def test_a_suite_that_pytest_can_not_run_grades_nothing(tmp_path, bubblewrap, tests):
    result = graded(tmp_path, bubblewrap, tests)
    assert (result.cause, result.tests) == ("tests_broken", ())
    assert result.log


def test_a_program_that_ends_the_suite_has_failed_what_has_no_outcome(tmp_path, bubblewrap):
    tests = """
import subprocess, pytest
def test_first(): pass
def test_second(argv):
    done = subprocess.run([*argv, "answer"], capture_output=True, text=True)
    if done.stdout == "open sesame 7313\\n":
        pytest.exit("led astray", 3)
def test_third(): pass
"""
    result = graded(tmp_path, bubblewrap, tests)
    assert result.cause == "grader_died"
    assert [test.outcome for test in result.tests] == ["passed", "failed", "failed"]


def test_a_test_that_takes_too_long_fails_alone(tmp_path, bubblewrap):
    config = vault.CONFIG.replace("timeout: 20", "timeout: 1")
    tests = "import time\ndef test_slow(): time.sleep(30)\ndef test_next(): pass\n"
    result = graded(tmp_path, bubblewrap, tests, config=config)
    assert [test.outcome for test in result.tests] == ["failed", "passed"]
    assert "Timeout" in result.tests[0].reason


def test_a_greedy_program_is_ended_and_its_test_says_why(tmp_path, backend):
    problem = vault.make_problem(tmp_path, tests=vault.TESTS)
    small = problem.limits.model_copy(update={"memory_mb": 100})
    object.__setattr__(problem, "limits_at", lambda _: small)
    attack = (
        "kept = []\nwhile True:\n    kept.append(bytearray(b'x' * (4 << 20)))\n    time.sleep(0.01)"
    )
    files = vault.greedy(attack)
    result = grade(problem, 1, solution=vault.tree(files), language="python", backend=backend)
    assert "memory limit of 100 MB exceeded" in vault.reason(result, "attack_alone")
    assert {"answer", "answer_afterwards"} <= vault.passed(result)


def test_how_starts_were_isolated_is_recorded(tmp_path, backend):
    result = graded(tmp_path, backend, "def test_it(): pass\n")
    assert result.isolation.startswith(f"{backend.name}: each start ")
    assert "may change the copy of the solution" in result.isolation
    assert result.to_json()["packages"] == []


def wheel(folder, name, files):
    """A wheel with these files."""
    info = f"{name}-1.0.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        listed = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
        archive.writestr(f"{info}/RECORD", listed)
    (folder / f"{name}-1.0-py3-none-any.whl").write_bytes(stream.getvalue())


def test_packages_of_the_solution_are_the_programs_and_those_of_the_tests_the_graders(
    tmp_path, backend
):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "sesame", {"sesame.py": "ANSWER = 'open sesame 7313'\n"})
    plugin = "import pytest\n@pytest.fixture\ndef given(): return 'by the plugin'\n"
    points = "[pytest11]\nhelping = helping\n"
    wheel(
        wheels, "helping", {"helping.py": plugin, "helping-1.0.dist-info/entry_points.txt": points}
    )
    config = vault.CONFIG + "test_dependencies: [helping]\n"
    tests = """
import subprocess, sys
import helping
def test_plugin(given): assert given == "by the plugin"
def test_program(argv):
    done = subprocess.run([*argv], capture_output=True, text=True)
    assert done.stdout == "open sesame 7313 True\\n", done.stderr
def test_other(argv):
    try:
        import sesame
    except ImportError:
        return
    raise AssertionError("the tests see the program's packages")
"""
    program = """
import sesame
try:
    import helping
    alone = False
except ImportError:
    alone = True
print(sesame.ANSWER, alone)
"""
    problem = vault.make_problem(tmp_path, tests=tests, config=config)
    result = grade(
        problem,
        1,
        solution=vault.tree({"main.py": program, "requirements.txt": "sesame\n"}),
        language="python",
        backend=backend,
        dependencies=Source("folder", wheels),
    )
    assert vault.passed(result) == {"plugin", "program", "other"}, vault.reason(result, "program")
    stored = result.to_json()
    assert {(each["name"], each["of"]) for each in stored["packages"]} == {
        ("sesame", "program"),
        ("helping", "tests"),
    }
    assert stored["dependencies_failure"] is None


def test_a_package_of_the_solution_runs_no_code_in_the_tests_interpreters(tmp_path, backend):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    hook = "import os; os.write(1, b'forged')\n"
    wheel(wheels, "evil", {"evil.py": "", "evil.pth": hook, "sitecustomize.py": hook})
    problem = vault.make_problem(tmp_path)
    result = grade(
        problem,
        1,
        solution=vault.tree({**HONEST, "requirements.txt": "evil\n"}),
        language="python",
        backend=backend,
        dependencies=Source("folder", wheels),
    )
    assert "another_interpreter_in_the_workspace" in vault.passed(result)


def test_missing_packages_of_the_solution_are_told_and_its_tests_run_without(tmp_path, bubblewrap):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "other", {"other.py": ""})
    problem = vault.make_problem(tmp_path)
    files = {**HONEST, "requirements.txt": "sesame\n"}
    result = grade(
        problem,
        1,
        solution=vault.tree(files),
        language="python",
        backend=bubblewrap,
        dependencies=Source("folder", wheels),
    )
    assert "sesame" in result.to_json()["dependencies_failure"]
    assert "answer" in vault.passed(result)


def test_tests_whose_packages_are_missing_are_refused_before_anything_runs(tmp_path, bubblewrap):
    config = vault.CONFIG + "test_dependencies: [helping]\n"
    with pytest.raises(UsageError, match="helping"):
        graded(tmp_path, bubblewrap, "import helping\ndef test_it(): pass\n", config=config)
