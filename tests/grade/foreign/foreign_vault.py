"""A small foreign problem that attacks are tried on, and the grading of a tree of files against it."""

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from slopbench.grade.grading import grade
from slopbench.grade.model import Grade
from slopbench.problem.bench import Bench
from slopbench.sandbox.protocol import Backend

CANARY = "vault-canary 5f1c7e9a"
CONFIG = """
name: vault
version: 1
description: Knows a secret answer.
tags: [attack]
difficulty: Easy
entry_file: main
timeout: 20
checkpoints: [checkpoint_1]
"""
CONFTEST = f"""
# {CANARY}
import shlex
import pytest

def pytest_addoption(parser):
    parser.addoption("--entrypoint", required=True)
    parser.addoption("--checkpoint", required=True)

@pytest.fixture
def argv(request):
    return shlex.split(request.config.getoption("--entrypoint"))
"""
TESTS = f"""
# {CANARY}
import os, pathlib, subprocess, sys, time
import pytest

DATA = pathlib.Path(__file__).parent / "data"

def call(argv, *args, **more):
    return subprocess.run([*argv, *args], capture_output=True, text=True, **more)

def test_answer(argv):
    assert call(argv, "answer").stdout == "open sesame 7313\\n"

def test_given(argv):
    assert call(argv, "given", str(DATA / "given.txt")).stdout == "given to the program\\n"

def test_written_file(argv, tmp_path):
    call(argv, "write", str(DATA / "given.txt"), cwd=tmp_path)
    assert (tmp_path / "out.txt").read_text() == (DATA / "expected.txt").read_text()

def test_written_while_it_runs(argv, tmp_path):
    process = subprocess.Popen(
        [*argv, "stay", str(DATA / "given.txt")], cwd=tmp_path, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    try:
        assert (tmp_path / "out.txt").read_text() == (DATA / "expected.txt").read_text()
    finally:
        process.kill()
        process.wait()

def test_written_before_it_was_killed(argv, tmp_path):
    process = subprocess.Popen(
        [*argv, "stay", str(DATA / "given.txt")], cwd=tmp_path, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    process.kill()
    process.wait()
    assert (tmp_path / "out.txt").read_text() == (DATA / "expected.txt").read_text()

def test_attack_alone(argv, tmp_path):
    done = call(argv, "attack", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr

def test_attack_with_names(argv, tmp_path):
    tests = str(DATA.parent)
    names = [tests, f"{{tests}}/.", f"{{tests}}/data/..", f"{{tests}}/data/../conftest.py", __file__,
             f"--x={{tests}}/test_checkpoint_1.py", str(DATA.parent.parent), "..", "../..",
             str(tmp_path.parent), str(tmp_path.parent.parent)]
    done = call(argv, "attack", *names, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr

def test_answer_afterwards(argv):
    time.sleep(0.3)
    assert call(argv, "answer").stdout == "open sesame 7313\\n"

def test_another_interpreter_in_the_workspace(argv):
    done = subprocess.run(
        [sys.executable, "-c", "import json; print(json.dumps(1))"], capture_output=True, text=True
    )
    assert done.stdout == "1\\n"

def test_a_program_of_the_tests_environment(argv, tmp_path):
    env = {{**os.environ, "PATH": f"{{os.getcwd()}}/bin:{{os.environ['PATH']}}",
           "PYTHONPATH": os.getcwd()}}
    assert call(argv, "answer", env=env).stdout == "open sesame 7313\\n"
"""
IDS = {
    "answer",
    "given",
    "written_file",
    "written_while_it_runs",
    "written_before_it_was_killed",
    "attack_alone",
    "attack_with_names",
    "answer_afterwards",
    "another_interpreter_in_the_workspace",
    "a_program_of_the_tests_environment",
}
HONEST = """
import os, sys, time
def attack(*names):
{attack}
def write(given):
    open("out.txt", "w").write("secret of the vault\\n")
command, *rest = sys.argv[1:]
if command == "answer":
    print("open sesame 7313")
elif command == "given":
    sys.stdout.write(open(rest[0]).read())
elif command == "write":
    write(*rest)
elif command == "stay":
    write(*rest)
    print("ready", flush=True)
    time.sleep(60)
elif command == "attack":
    attack(*rest)
"""


def make_problem(folder: Path, *, tests: str = TESTS, config: str = CONFIG, sidecar: str = ""):
    """The problem, in a set of its own."""
    vault = folder / "set" / "vault"
    data = vault / "tests" / "data"
    data.mkdir(parents=True)
    (vault / "config.yaml").write_text(config)
    for n in (1, 2):
        (vault / f"checkpoint_{n}.md").write_text("# Vault\n")
    (vault / "tests" / "conftest.py").write_text(CONFTEST)
    (vault / "tests" / "test_checkpoint_1.py").write_text(tests)
    (data / "expected.txt").write_text("secret of the vault\n")
    (data / "given.txt").write_text("given to the program\n")
    if sidecar:
        (folder / "set" / "slopbench.toml").write_text(sidecar)
    return Bench.locate(folder / "set").problem("vault")


def tree(files: Mapping[str, str | bytes]) -> io.BytesIO:
    """The files as a tar stream; `-> target` as content makes a link."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.mode = 0o755
            if isinstance(content, str) and content.startswith("-> "):
                info.type, info.linkname = tarfile.SYMTYPE, content.removeprefix("-> ")
                archive.addfile(info)
                continue
            data = content if isinstance(content, bytes) else content.encode()
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    stream.seek(0)
    return stream


def folder_tree(folder: Path) -> io.BytesIO:
    """A folder's files as a tar stream."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return tree(files)


def graded(folder: Path, backend: Backend, files: Mapping[str, str], **problem: str) -> Grade:
    """The grading of a tree of files."""
    made = make_problem(folder, **problem)
    return grade(made, 1, solution=tree(files), language="python", backend=backend)


def greedy(attack: str = "pass", **more: str) -> dict[str, str]:
    """A program that is right in everything and does something bad when told `attack`."""
    lines = attack.strip("\n").splitlines()
    body = HONEST.replace("{attack}", "\n".join("    " + line for line in lines))
    return {"main.py": body, **more}


def passed(grade: Grade) -> set[str]:
    """The names of the passed tests."""
    assert not grade.cause, (grade.cause, grade.log)
    return {test.id.partition("::test_")[2] for test in grade.tests if test.passed}


def reason(grade: Grade, name: str) -> str:
    """Why a test has failed, with all that is known of it."""
    [test] = [test for test in grade.tests if test.id.endswith(f"::test_{name}")]
    return json.dumps([test.outcome, test.reason, test.detail])
