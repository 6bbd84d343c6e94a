"""The place in which hostile code is scored: what a parser that was taken over could reach."""

import subprocess
import sys
from pathlib import Path

import pytest

import slopbench
from slopbench.quality.confinement import BUBBLEWRAP, PROCESS, confined, isolation
from slopbench.quality.isolated import score_isolated

PACKAGE = Path(slopbench.__file__).parent

ATTACKS = {
    "a socket to the host": "import socket; socket.create_connection(('127.0.0.1', 22), 2)",
    "a name server": "import socket; socket.getaddrinfo('example.org', 443)",
    "writing the measured code": "open('main.py', 'w')",
    "writing the engine": f"open({str(PACKAGE / '__init__.py')!r}, 'a')",
    "reading the host's settings": "open('/etc/shadow')",
    "reading a problem": f"import os; os.listdir({str(PACKAGE.parent / 'problems')!r})",
    "seeing another process": "import os; os.kill(os.getppid() + 100000, 0)",
    "becoming root": "import os; os.setuid(0)",
    "mounting": "import subprocess; subprocess.run(['mount', '-t', 'tmpfs', 'x', '/tmp'], check=True)",
}


@pytest.fixture(scope="module", autouse=True)
def _where_bubblewrap_works():
    assert isolation() == BUBBLEWRAP, "slopbench doctor says what this machine lacks"


def attempt(code, folder):
    command = [sys.executable, "-I", "-c", f"import os; os.chdir({str(folder)!r}); {code}"]
    return subprocess.run(
        confined(command, sys.path, [folder]), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("code", ATTACKS.values(), ids=ATTACKS)
def test_it_can_not_be_done(code, tmp_path):
    (tmp_path / "main.py").write_text("x = 1\n")
    done = attempt(code, tmp_path)
    assert done.returncode == 1
    assert "rror" in done.stderr


def test_the_measured_code_and_the_engine_can_be_read(tmp_path):
    (tmp_path / "main.py").write_text("x = 1\n")
    engine = str(PACKAGE / "__init__.py")
    done = attempt(f"print(len(open({engine!r}).read()), open('main.py').read())", tmp_path)
    assert done.stdout.split(maxsplit=1)[1] == "x = 1\n\n"


def test_without_bubblewrap_the_limits_of_a_process_are_left_and_recorded(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError("no such program")

    (tmp_path / "main.py").write_text("def f():\n    return 1\n")
    monkeypatch.setattr("slopbench.quality.confinement.confined", refuse)
    monkeypatch.setattr("slopbench.quality.isolated.isolation", isolation.__wrapped__)
    found = score_isolated(tmp_path, wall_seconds=60, memory_mb=1024)
    assert (found["isolation"], found["functions"]) == (PROCESS, 1)
