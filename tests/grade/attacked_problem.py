"""A tiny problem that attacks are tried on, and the grading of a tree of files against it."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from slopbench.config import CANARY
from slopbench.grade.grading import grade
from slopbench.grade.model import Grade
from slopbench.problem.load import load_problem
from slopbench.sandbox.protocol import Backend

PROBLEM = f"""
schema = 1
slug = "vault"
title = "Vault"
pitch = "Knows a secret answer."
interface = "cli"
difficulty = "easy"
tags = ["attack"]
canary = "{CANARY}"

[entry]
python = "python3 {{root}}/main.py"

[limits]
test_timeout_s = {{seconds}}
memory_mb = 128
disk_mb = 32
processes = 24

[[checkpoint]]
n = 1
title = "The answer"
punishes = "nothing"
"""

TESTS = f"""
# {CANARY}
import pathlib
import pytest

DATA = pathlib.Path(__file__).parent / "data"

@pytest.mark.core
def test_answer(run):
    assert run("answer").ok().out == "open sesame 7313\\n"

@pytest.mark.functionality
def test_written_file(run, folder):
    run("write").ok()
    assert (folder / "out.txt").read_text() == (DATA / "expected.txt").read_text()

@pytest.mark.functionality
def test_attack_alone(run):
    run("attack").ok()

@pytest.mark.error
def test_unknown_command(run):
    result = run("nonsense")
    assert result.status == 2 and result.err.startswith("error: usage")

@pytest.mark.functionality
def test_answer_afterwards(run):
    assert run("answer").ok().out == "open sesame 7313\\n"
"""

IDS = [
    "answer",
    "written_file",
    "attack_alone",
    "unknown_command",
    "answer_afterwards",
]

HONEST = """
import sys
def attack():
{attack}
command = sys.argv[1]
if command == "answer":
    print("open sesame 7313")
elif command == "write":
    open("out.txt", "w").write("secret of the vault\\n")
elif command == "attack":
    attack()
else:
    sys.stderr.write("error: usage\\n")
    sys.exit(2)
"""


BUILT = PROBLEM.replace(
    'python = "', 'python = { build = "python3 {root}/build.py", command = "'
).replace('main.py"', 'main.py" }')


def make_problem(folder: Path, seconds: int, text: str = PROBLEM):
    tests = folder / "vault" / "1" / "tests"
    (tests / "data").mkdir(parents=True)
    (folder / "vault" / "problem.toml").write_text(text.replace("{seconds}", str(seconds)))
    (folder / "vault" / "1" / "spec.md").write_text(
        f"<!-- {CANARY} -->\n# Vault\n\n{{entry}} answer\n"
    )
    (tests / "test_vault.py").write_text(TESTS)
    (tests / "data" / "expected.txt").write_text("secret of the vault\n")
    return load_problem(folder / "vault")


def tree(files: Mapping[str, str]) -> io.BytesIO:
    """The files and an empty folder `open`, which all the world may change, as far as it was asked."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text.encode()), 0o777
            archive.addfile(info, io.BytesIO(text.encode()))
        open_folder = tarfile.TarInfo("open")
        open_folder.type, open_folder.mode = tarfile.DIRTYPE, 0o777
        archive.addfile(open_folder)
    stream.seek(0)
    return stream


def graded(
    folder: Path,
    backend: Backend,
    files: Mapping[str, str],
    *,
    seconds: int = 5,
    text: str = PROBLEM,
) -> Grade:
    problem = make_problem(folder, seconds, text)
    return grade(problem, 1, solution=tree(files), language="python", backend=backend)


def greedy(attack: str) -> dict[str, str]:
    """A program that is right in everything and does something bad when told `attack`."""
    indented = "\n".join("    " + line for line in attack.strip("\n").splitlines())
    return {"main.py": HONEST.replace("{attack}", indented)}


def passed(grade: Grade) -> set[str]:
    """The names of the passed tests, after a look that every test has an outcome."""
    names = {test.id.split("::test_")[1]: test for test in grade.tests}
    assert set(names) == set(IDS), grade.log
    return {name for name, test in names.items() if test.passed}


def reason(grade: Grade, name: str) -> str:
    test = next(test for test in grade.tests if test.id.endswith(f"test_{name}"))
    return f"{test.reason}\n{test.detail}"
