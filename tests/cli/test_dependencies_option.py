"""`--dependencies` as a user sees it: what is refused before anything runs, and what run.json keeps."""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from slopbench.run.plan import Plan

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "grade" / "dependencies"))
make = importlib.import_module("wheel_maker")
BENCH = ROOT / "tests" / "fixtures" / "bench"


def slopbench(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "slopbench", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | variables,
        timeout=300,
    )


def ours(out: Path, *words: object) -> subprocess.CompletedProcess[str]:
    place = ("--bench", BENCH, "--problem", "echoes", "--sandbox", "bubblewrap", "--out", out)
    return slopbench("run", *place, *words)


TESTS = """
import shlex
import subprocess

def test_greeting(request):
    entry = shlex.split(request.config.getoption("--entrypoint"))
    done = subprocess.run(entry, capture_output=True, text=True)
    assert done.stdout == "hello from the package\\n"
"""
CONFTEST = """
def pytest_addoption(parser):
    parser.addoption("--entrypoint", required=True)
    parser.addoption("--checkpoint", required=True)
"""


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A set of one problem whose reference needs a package, and whose tests need another."""
    folder = tmp_path / "set" / "greeter"
    (folder / "tests").mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "name: greeter\nversion: 1\ndescription: Greets.\ntags: [cli]\nentry_file: greeter\n"
        "checkpoints: [checkpoint_1]\ntest_dependencies: [referee>=3]\n"
    )
    (folder / "checkpoint_1.md").write_text("Greet.\n")
    (folder / "tests" / "conftest.py").write_text(f"import referee\n{CONFTEST}")
    (folder / "tests" / "test_checkpoint_1.py").write_text(TESTS)
    answer = folder / "solutions" / "checkpoint_1"
    answer.mkdir(parents=True)
    (answer / "greeter.py").write_text("import greetings\nprint(greetings.TEXT)\n")
    (answer / "requirements.txt").write_text("greetings>=1\n")
    return folder.parent


def test_a_source_that_is_none_is_refused(tmp_path) -> None:
    done = ours(tmp_path / "run", "--dependencies", tmp_path / "missing")
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "no folder with wheels" in line and "registry" in line
    assert not (tmp_path / "run").exists()


def test_tests_that_need_packages_are_refused_without_a_source(tmp_path, foreign) -> None:
    out = tmp_path / "run"
    done = slopbench("run", "--bench", foreign, "--sandbox", "bubblewrap", "--out", out)
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert "greeter" in line and "referee" in line and "--dependencies registry" in line
    assert not out.exists()


def test_tests_that_need_other_packages_than_the_folder_has_are_refused(tmp_path, foreign) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "other-1.0-py3-none-any.whl").write_bytes(b"not looked into")
    place = ("--bench", foreign, "--sandbox", "bubblewrap", "--out", tmp_path / "run")
    done = slopbench("run", *place, "--dependencies", tmp_path / "wheels")
    assert done.returncode == 2, done.stderr
    assert "referee" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "run").exists()


@pytest.fixture
def state() -> Iterator[dict[str, str]]:
    """A state folder of its own, which sandboxes can read, as a variable."""
    with tempfile.TemporaryDirectory(prefix="slopbench-state-") as folder:
        Path(folder).chmod(0o755)
        yield {"SLOPBENCH_STATE": folder}


def test_a_run_installs_what_is_asked_for_and_keeps_to_its_source(tmp_path, foreign, state) -> None:
    out, wheels = tmp_path / "run", tmp_path / "wheels"
    make.wheel(wheels, "referee", "3.1")
    made = make.wheel(
        wheels, "greetings", files={"greetings.py": "TEXT = 'hello from the package'\n"}
    )
    place = ("--bench", foreign, "--sandbox", "bubblewrap", "--out", out)
    done = slopbench("run", *place, "--dependencies", wheels, "--json", **state)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["strict"] == 1.0
    assert found["measure"]["dependencies"].startswith("wheels:")
    tests = json.loads((out / "attempts/greeter/1/1/1/tests.1.json").read_text())
    assert {"name": "greetings", "sha256": make.sha256(made), "of": "program"}.items() <= (
        next(each for each in tests["packages"] if each["name"] == "greetings").items()
    )
    assert slopbench("resume", out, "--json", **state).returncode == 0
    make.wheel(wheels, "referee", "3.2")
    again = slopbench("resume", out, **state)
    assert again.returncode == 2 and "dependencies changed since the run began" in again.stderr


def test_a_run_without_a_source_says_that_programs_went_without_packages(tmp_path, foreign) -> None:
    (foreign / "greeter/tests/conftest.py").write_text(CONFTEST)
    out = tmp_path / "run"
    done = slopbench("run", "--bench", foreign, "--sandbox", "bubblewrap", "--out", out, "--json")
    assert (done.returncode, json.loads(done.stdout)["strict"]) == (0, 0.0)
    note = "note: 1 of 1 checkpoints were graded without the packages"
    assert note in done.stderr and "greeter checkpoint 1" in done.stderr
    tests = json.loads((out / "attempts/greeter/1/1/1/tests.1.json").read_text())
    assert "is not installed" in tests["dependencies_failure"]
    assert note in slopbench("report", out).stderr


def test_validation_says_that_a_reference_went_without_packages(foreign) -> None:
    (foreign / "greeter/tests/conftest.py").write_text(CONFTEST)
    done = slopbench("problems", "validate", "--all", "--again", "--bench", foreign)
    assert done.returncode == 1
    assert "it went without packages: the solution's requirements.txt" in done.stdout


def test_where_no_problem_takes_packages_their_source_is_no_part_of_the_measure(tmp_path) -> None:
    done = ours(tmp_path / "run", "--dependencies", "registry", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["measure"]["dependencies"] == "none"
    plan = json.loads((tmp_path / "run" / "run.json").read_text())
    assert plan["settings"]["dependencies"] == "registry"
    again = slopbench("resume", tmp_path / "run", "--json")
    assert again.returncode == 0, again.stderr


def test_a_run_from_before_the_option_is_read_as_without_packages(tmp_path) -> None:
    assert ours(tmp_path / "run").returncode == 0
    file = tmp_path / "run" / "run.json"
    plan = json.loads(file.read_text())
    assert plan["measure"].pop("dependencies") == plan["settings"].pop("dependencies") == "none"
    read = Plan.from_json(json.dumps(plan).encode(), file)
    assert (read.measure.dependencies, read.settings.dependencies) == ("none", "none")
