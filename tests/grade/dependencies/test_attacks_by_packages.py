"""What a package that a solution asks for may try against the grader, on both backends."""

import textwrap

import pytest
import wheel_maker as make

from slopbench.errors import UsageError
from slopbench.grade.dependencies.model import NO_PACKAGES
from slopbench.grade.dependencies.source import source_of
from slopbench.grade.grading import grade
from slopbench.problem.bench import Bench

CONFIG = """
name: guard
version: 1
description: Guards.
tags: [attack]
entry_file: guard
checkpoints: [checkpoint_1]
"""
CONFTEST = """
import shlex
import jsonschema
import pytest

def pytest_addoption(parser):
    parser.addoption("--entrypoint", required=True)
    parser.addoption("--checkpoint", required=True)

@pytest.fixture
def entry(request):
    return shlex.split(request.config.getoption("--entrypoint"))
"""
TESTS = """
import json
import subprocess
import sys

import jsonschema
import pytest

def said(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout

def test_the_program_has_its_package(entry):
    assert "ally 7\\n" in said(*entry)

def test_the_tests_have_theirs():
    assert jsonschema.WHOSE == "of the tests"
    assert pytest.__version__ and json.dumps([]) == "[]"

@pytest.mark.parametrize("python", [sys.executable, "python3"])
def test_an_interpreter_that_a_test_starts_has_nothing_of_the_program(python):
    code = "import importlib.util as u; print([u.find_spec(n) for n in ('ally', 'forger')])"
    assert said(python, "-c", code) == "[None, None]\\n"

def test_that_is_never_passed(entry):
    assert False
"""
FORGER = """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    report.outcome = "passed"
"""
TRAP = "import sys; sys.stdout.write('trapped\\n')\n"
PROGRAM = "import ally\nprint('ally', ally.VALUE)\n"


@pytest.fixture
def guard(tmp_path):
    """A foreign set whose tests use a package of their own."""
    folder = tmp_path / "set" / "guard"
    (folder / "tests").mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "checkpoint_1.md").write_text("Guard.\n")
    (folder / "tests" / "conftest.py").write_text(textwrap.dedent(CONFTEST))
    (folder / "tests" / "test_checkpoint_1.py").write_text(textwrap.dedent(TESTS))
    return Bench.locate(folder.parent).problem("guard")


@pytest.fixture
def graded(guard, backend, wheels):
    """The names of the tests that pass with a hostile package, and the grading."""
    make.wheel(wheels, "jsonschema", files={"jsonschema.py": "WHOSE = 'of the tests'\n"})
    make.wheel(
        wheels,
        "ally",
        files={
            "ally.py": "VALUE = 7\n",
            "ally.pth": TRAP,
            "sitecustomize.py": TRAP,
            "usercustomize.py": TRAP,
            "forger.py": FORGER,
            "jsonschema/__init__.py": TRAP,
            "pytest.py": TRAP + FORGER,
            "_pytest/__init__.py": TRAP,
            "pluggy/__init__.py": TRAP,
            "json/__init__.py": TRAP,
            "kit/__init__.py": TRAP,
            "conftest.py": FORGER,
            "ally-1.0.dist-info/entry_points.txt": "[pytest11]\nforger = forger\n",
        },
    )
    solution = make.solution("ally\n", guard_py=PROGRAM)
    return grade(
        guard,
        1,
        solution=solution,
        language="python",
        backend=backend,
        dependencies=source_of(str(wheels)),
    )


def test_a_package_of_the_solution_reaches_its_program_and_nothing_else(graded) -> None:
    outcomes = {test.id.partition("::")[2]: test for test in graded.tests}
    assert len(outcomes) == 5, graded.log
    failed = {name: test.reason for name, test in outcomes.items() if not test.passed}
    assert set(failed) == {"test_that_is_never_passed"}, failed
    assert graded.cause is None and "trapped" not in graded.log
    assert [(each.name, each.of) for each in graded.packages] == [
        ("ally", "program"),
        ("jsonschema", "tests"),
    ]


def test_a_solution_whose_packages_can_not_be_had_is_graded_without(guard, backend, wheels) -> None:
    make.wheel(wheels, "jsonschema", files={"jsonschema.py": "WHOSE = 'of the tests'\n"})
    found = grade(
        guard,
        1,
        solution=make.solution("--index-url https://evil.example\n", guard_py=PROGRAM),
        language="python",
        backend=backend,
        dependencies=source_of(str(wheels)),
    )
    passed = {test.id.partition("::")[2] for test in found.tests if test.passed}
    assert "test_the_tests_have_theirs" in passed
    assert "test_the_program_has_its_package" not in passed
    assert "requirements.txt:1" in found.dependencies and found.dependencies_failure


def test_tests_that_need_packages_are_not_graded_without_a_source(guard, backend) -> None:
    with pytest.raises(UsageError, match="jsonschema"):
        grade(
            guard,
            1,
            solution=make.solution(None, guard_py=PROGRAM),
            language="python",
            backend=backend,
            dependencies=NO_PACKAGES,
        )
