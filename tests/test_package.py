"""The package as it is installed: what the wheel carries, and how quickly it answers."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import slopbench

ROOT = Path(__file__).parents[1]
HEAVY = [
    "docker",
    "numpy",
    "tree_sitter",
    "pydantic",
    "jinja2",
    "pytest",
    "rich",
    "lizard",
    "radon",
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("slopbench-*.whl"))


def test_the_wheel_carries_problems_answers_runners_and_the_dockerfile(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "problems/tallyroom/4/spec.md",
        "checkpoints/tallyroom/reference/python/4/main.py",
        "checkpoints/tallyroom/mutants/1.toml",
        "runners/reference/runner.toml",
        "runners/prompts/just-solve.j2",
        "Dockerfile",
    ):
        assert f"slopbench/_bench/{name}" in names
    assert "slopbench/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_an_installed_wheel_finds_its_own_problems(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from slopbench.cli.app import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site"), "problems", "list", "--json"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "tallyroom" in [problem["name"] for problem in json.loads(done.stdout)["problems"]]


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option):
    code = (
        "import sys\nsys.argv = ['slopbench', sys.argv[1]]\n"
        "from slopbench.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted(set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, option], capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.replace("'", "").strip("[]\n").split(", "))
    assert not loaded.intersection(HEAVY)


def test_version_is_the_packages_own():
    done = subprocess.run(
        [sys.executable, "-m", "slopbench", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"slopbench {slopbench.__version__}\n"


def test_our_own_code_keeps_the_scores_that_we_publish():
    done = subprocess.run(
        [sys.executable, "-m", "slopbench", "score", str(ROOT / "slopbench"), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    score = json.loads(done.stdout)
    assert score["erosion"] <= 0.10
    assert score["verbosity"] <= 0.05
    assert score["parse_errors"] == 0
