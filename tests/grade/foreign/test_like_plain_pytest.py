"""A suite gives the same outcomes here as when pytest runs it the way its authors do."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import foreign_vault as vault
import pytest

from slopbench.grade.grading import grade
from slopbench.problem.bench import Bench
from slopbench.sandbox.backends import pick_backend

FIXTURES = Path(__file__).parents[2] / "fixtures"
SET = FIXTURES / "scbench"
CASES = [("toolbox", 3), ("lookup", 1), ("lookup", 2)]
BACKENDS = ["none", "bubblewrap", pytest.param("docker", marks=pytest.mark.docker)]


@cache
def plainly(slug, n, folder):
    """The outcomes of the documented invocation, by the ids of tests."""
    bench = Bench.locate(SET)
    problem = bench.problem(slug)
    base = folder / f"{slug}-{n}"
    base.mkdir()
    workspace, tests = base / "workspace", base / "suite"
    shutil.copytree(bench.reference(slug, "python", n), workspace)
    for name, path in problem.test_tree(n).items():
        (tests / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tests / name)
    outcomes = base / "outcomes.json"
    command = [
        *(sys.executable, "-m", "pytest", "-p", "plain_outcomes", "-q"),
        f"--timeout={int(problem.limits_at(n).test_timeout_s)}",
        f"--entrypoint=python3 {workspace}/main.py",
        f"--checkpoint={problem.checkpoint_name(n)}",
        str(tests),
    ]
    done = subprocess.run(
        command,
        cwd=workspace,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(base),
            "LC_ALL": "C.UTF-8",
            "OUTCOMES": str(outcomes),
            "PYTHONPATH": str(Path(__file__).parent),
            **problem.environment_at(n),
            **assets_put(problem, tests),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = json.loads(outcomes.read_text())
    return {node.partition("suite/")[2]: outcome for node, outcome in found.items()}


def assets_put(problem, tests):
    """Put the assets where tests look for them; the variables that name them."""
    variables = {"SCBENCH_ASSETS_DIR": str(tests / "assets")} if problem.assets else {}
    for asset in problem.assets:
        target = tests / "assets" / asset.id
        target.parent.mkdir(exist_ok=True)
        copy = shutil.copytree if asset.path.is_dir() else shutil.copy
        copy(asset.path, target)
        variables[f"SCBENCH_ASSET_{asset.id.upper()}"] = str(target)
    return variables


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tmp_path_factory.mktemp("plain")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("slug", "n"), CASES)
@pytest.mark.parametrize("name", BACKENDS)
def test_outcomes_are_those_of_plain_pytest(name, slug, n, base):
    bench = Bench.locate(SET)
    wanted = plainly(slug, n, base)
    found = grade(
        bench.problem(slug),
        n,
        solution=vault.folder_tree(bench.reference(slug, "python", n)),
        language="python",
        backend=pick_backend(name),
    )
    assert found.cause is None, found.log
    outcomes = {test.id.partition("/")[2]: test.outcome for test in found.tests}
    assert outcomes == wanted, {
        test.id: (wanted.get(test.id.partition("/")[2]), test.outcome, test.reason, test.detail)
        for test in found.tests
        if wanted.get(test.id.partition("/")[2]) != test.outcome
    }
    assert set(outcomes.values()) >= {"passed", "failed"}


def test_the_proof_has_enough_tests():
    problem = Bench.locate(SET).problem("toolbox")
    functions = sum(len(problem.test_functions(n)) for n in (1, 2, 3))
    assert functions >= 60
