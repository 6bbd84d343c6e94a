"""Progress: plain lines where nobody has a terminal, a live view where somebody has one."""

import contextlib
import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console
from scripted_phases import ScriptedPhases, small_plan

from slopbench.run.directory import RunDirectory
from slopbench.run.engine import Engine
from slopbench.run.phase import PhaseResult
from slopbench.run.progress import LiveView, shown


def engine(folder: Path) -> Engine:
    plan = small_plan({"alpha": 2})
    return Engine(RunDirectory.create(folder / "run", plan), plan)


def everything_from(descriptor: int) -> str:
    """What is written to the other end until that is closed."""
    seen = b""
    with contextlib.suppress(OSError):
        while data := os.read(descriptor, 4096):
            seen += data
    return seen.decode()


def test_plain_lines_name_checkpoint_phase_and_failure(tmp_path, capsys) -> None:
    made = engine(tmp_path)
    script = {("agent", "alpha", 1, 1): PhaseResult("time_limit")}
    with shown(made):
        made.run(ScriptedPhases(tmp_path, script), 1)
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert lines[0] == "alpha checkpoint 1: agent started"
    assert lines[1].startswith("alpha checkpoint 1: agent finished in ")
    assert lines[1].endswith(": the agent reached its time limit")
    assert len(lines) == 10


def test_a_terminal_gets_a_live_view(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    monkeypatch.setenv("TERM", "xterm")
    with ThreadPoolExecutor(1) as pool, os.fdopen(theirs, "w") as terminal:
        reading = pool.submit(everything_from, ours)
        monkeypatch.setattr(sys, "stderr", terminal)
        made = engine(tmp_path)
        with shown(made):
            made.run(ScriptedPhases(tmp_path), 1)
        terminal.close()
        seen = reading.result()
    os.close(ours)
    assert "2 of 2 checkpoints graded" in seen
    assert "agent started" not in seen


def test_the_live_view_shows_the_running_phase_and_the_last_failures(tmp_path: Path) -> None:
    made = engine(tmp_path)
    view = LiveView(made.plan, made.state)
    made.listen(view.take)
    seen: list[str] = []

    def look() -> None:
        console = Console(file=io.StringIO(), width=80, highlight=False)
        console.print(view.rendered())
        seen.append(console.file.getvalue())  # type: ignore[attr-defined]

    script = {
        ("grade", "alpha", 1, 1): PhaseResult("suite_timeout"),
        ("quality", "alpha", 1, 2): look,
    }
    made.run(ScriptedPhases(tmp_path, script), 1)
    assert "alpha checkpoint 2  quality  0 s" in seen[0]
    assert "alpha checkpoint 1: the suite reached its time limit" in seen[0]
    assert "2 of 2 checkpoints graded" in seen[0]
