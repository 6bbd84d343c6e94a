"""Scoring in a process with limits: the same numbers, or nulls with a cause."""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from slopbench.quality import worker
from slopbench.quality.confinement import isolation
from slopbench.quality.files import Scope
from slopbench.quality.isolated import score_isolated
from slopbench.quality.score import empty_score, score_tree

CODE = "def f(x):\n    return x if x else None\n"


def limited(folder, wall_seconds=60, memory_mb=1024):
    """The score without what only a run's has."""
    found = score_isolated(folder, wall_seconds=wall_seconds, memory_mb=memory_mb)
    assert found.pop("isolation") == isolation()
    assert (found.pop("change") is None) == (found["cause"] not in (None, "no_source"))
    return found


def commands():
    """The command lines of all processes of this machine."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield place.read_bytes()


def test_it_is_the_score_of_the_tree_as_a_run_scores_it(make_tree):
    root = make_tree({"main.py": CODE, "vendor/a.py": CODE, "tests/test_a.py": CODE})
    assert limited(root) == score_tree(root, Scope.RUN).to_json()
    assert limited(root)["files"] == 2


def test_no_source_is_nulls_with_that_cause(tmp_path):
    assert limited(tmp_path) == score_tree(tmp_path, Scope.RUN).to_json()
    assert limited(tmp_path)["cause"] == "no_source"


def test_a_hang_is_nulls_with_a_cause(make_tree):
    root = make_tree({"a.py": CODE})
    assert limited(root, wall_seconds=0.01) == empty_score("wall_time")
    end = time.monotonic() + 30
    while any(str(root).encode() in each for each in commands()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [each for each in commands() if str(root).encode() in each]


def test_out_of_memory_is_nulls_with_a_cause(make_tree):
    root = make_tree({"a.py": "x = [y, z]\n" * 400_000})
    assert limited(root, memory_mb=250) == empty_score("memory")


def test_a_worker_that_cannot_even_start_is_a_crash(make_tree):
    assert limited(make_tree({"a.py": CODE}), memory_mb=16) == empty_score("crash")


def test_a_file_too_large_to_measure_is_nulls_and_not_left_out(make_tree):
    root = make_tree({"main.py": CODE, "huge.py": CODE})
    os.truncate(root / "huge.py", 17 * 2**20)
    assert limited(root) == empty_score("file_too_large")


def test_a_folder_that_is_not_there_is_a_crash(tmp_path):
    assert limited(tmp_path / "nowhere") == empty_score("crash")


MODULES = [
    "json",
    "numpy",
    "tree_sitter",
    "tree_sitter_python",
    "slopbench",
    "sitecustomize",
    "runpy",
]


def test_nothing_is_imported_from_the_scored_folder(make_tree, monkeypatch, tmp_path_factory):
    told = tmp_path_factory.mktemp("told") / "imported"
    trap = f"open({str(told)!r}, 'a').write(__name__)\n"
    root = make_tree({f"{name}.py": trap for name in MODULES} | {"evil.pth": f"import os; {trap}"})
    monkeypatch.chdir(root)
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.setenv("PYTHONSTARTUP", str(root / "json.py"))
    monkeypatch.setattr(sys, "path", ["", str(root), *sys.path])
    assert limited(root)["files"] == len(MODULES)
    assert not told.exists()


def test_the_worker_is_a_command(make_tree):
    root = make_tree({"main.py": CODE})
    command = [sys.executable, "-m", "slopbench.quality.worker"]
    done = subprocess.run([*command, root], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer.pop("change")["lines_added"] == 2
    assert answer == score_tree(root, Scope.RUN).to_json()
    wrong = subprocess.run(command, capture_output=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, b"")


def test_an_unreadable_file_is_nulls_with_a_cause(make_tree, monkeypatch, capsys):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    root = make_tree({"main.py": CODE})
    monkeypatch.setattr("slopbench.quality.source.os.open", refuse)
    assert worker.main([str(root)]) == 3
    shown = capsys.readouterr()
    assert json.loads(shown.out) == worker.unscored("unreadable")
    assert "main.py" in shown.err


def test_the_change_since_earlier_states_is_told(make_tree, tmp_path_factory):
    before = tmp_path_factory.mktemp("before")
    (before / "main.py").write_text("x = 1\n")
    root = make_tree({"main.py": CODE})
    found = score_isolated(root, before, wall_seconds=60, memory_mb=1024)
    assert found["change"]["lines_added"] == 2
    assert found["change"]["first_lines_survival"] == 0
