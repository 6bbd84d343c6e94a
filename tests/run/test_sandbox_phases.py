"""The phases of real runs: what a user's command does in its sandbox, and what is made of it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from slopbench.errors import InfrastructureError
from slopbench.problem.bench import Bench
from slopbench.run.directory import RunDirectory
from slopbench.run.host import Host
from slopbench.run.journal import Key
from slopbench.run.phase import PhaseResult, Work
from slopbench.run.phases import Cast, SandboxPhases
from slopbench.run.workplace import Workplace
from slopbench.runner.load import choose_runner
from slopbench.runner.prompts import find_prompt
from slopbench.sandbox.protocol import Backend, Limits, SandboxDied

BENCH = Path(__file__).parents[1] / "fixtures" / "bench"
SMALL = Limits(wall_seconds=20, memory_mb=128, disk_mb=32, output_mb=1)
FIRST, SECOND = Key("echoes", 1, 1), Key("echoes", 1, 2)

Maker = Callable[..., SandboxPhases]


@pytest.fixture
def phases(tmp_path: Path, backend: Backend) -> Maker:
    """Makes the phases of one and the same run, with a shell command as the agent."""

    def make(command: str, limits: Limits = SMALL) -> SandboxPhases:
        bench = Bench(BENCH)
        cast = Cast(
            bench=bench,
            problems={"echoes": bench.problem("echoes")},
            runner=choose_runner(bench, "command", command),
            prompt=find_prompt(bench, "just-solve"),
            language="python",
            agent_limits=limits,
            run_id="test",
        )
        workplace = Workplace(tmp_path / "workplace")
        host = Host(backend, (tmp_path,), 1)
        return SandboxPhases(cast, RunDirectory(tmp_path / "run"), backend, workplace, host)

    return make


def first(attempt: int = 1) -> Work:
    return Work(FIRST, attempt, base=None, snapshot=None, number=1)


def stored(tmp_path: Path, tree: str | None) -> list[str]:
    git = ["git", "--git-dir", str(tmp_path / "run" / "snapshots.git"), "ls-tree", "-r", str(tree)]
    return subprocess.run(git, capture_output=True, text=True, check=True).stdout.splitlines()


def log(result: PhaseResult) -> str:
    return result.artefacts["agent.log"].decode()


@pytest.mark.parametrize(
    ("command", "limits", "cause"),
    [
        ("echo part > part.txt; sleep 60", {"wall_seconds": 1}, "time_limit"),
        ("echo part > part.txt; yes", {}, "agent_output"),
        ("echo part > part.txt; python3 -c 'bytearray(10**9)'", {}, "agent_memory"),
        ("echo part > part.txt; exit 7", {}, "agent_failed"),
    ],
)
def test_what_a_limit_leaves_behind_is_stored(phases, tmp_path, command, limits, cause) -> None:
    made = phases(command, Limits(**{**vars(SMALL), **limits}))
    assert made.agent(first()).cause == cause
    result = made.snapshot(first())
    assert [line.split("\t")[1] for line in stored(tmp_path, result.snapshot)] == ["part.txt"]


def test_what_an_agent_left_survives_the_process_that_drove_it(phases, tmp_path: Path) -> None:
    phases("echo done > done.txt").agent(first())
    later = phases("exit 1")
    assert later.keeps_workspace(first())
    assert not later.keeps_workspace(first(attempt=2))
    assert "done.txt" in stored(tmp_path, later.snapshot(first()).snapshot)[0]


def test_the_next_agent_finds_the_snapshot_as_it_was(phases) -> None:
    one = phases(
        "mkdir empty; echo '#!/bin/sh' > tool; chmod 755 tool; ln -s tool link; mkdir .git"
    )
    one.agent(first())
    base = one.snapshot(first()).snapshot
    two = phases("find . -printf '%P %y %m %l\\n' | sort")
    result = two.agent(Work(SECOND, 1, base=base, snapshot=None, number=1))
    assert log(result).splitlines() == [
        " d 755 ",
        "empty d 755 ",
        "link l 777 tool",
        "tool f 755 ",
    ]


def test_the_prompt_has_this_checkpoint_alone_and_is_what_the_agent_reads(phases) -> None:
    result = phases('cat "$SLOPBENCH_PROMPT"').agent(first())
    problem = Bench(BENCH).problem("echoes")
    assert log(result) == result.artefacts["prompt.md"].decode()
    assert problem.spec(1, "python").strip() in log(result)
    assert problem.spec(2, "python").strip() not in log(result)


def test_an_empty_snapshot_is_graded_and_scores_null(phases) -> None:
    made = phases("true")
    made.agent(first())
    tree = made.snapshot(first()).snapshot
    work = Work(FIRST, 1, base=None, snapshot=tree, number=1)
    tests = json.loads(made.grade(work).artefacts["tests.1.json"])
    assert (tests["cause"], tests["strict"], tests["core"]) == (None, False, False)
    assert not made.keeps_workspace(work)
    quality = made.quality(work)
    score = json.loads(quality.artefacts["quality.1.json"])
    assert (quality.cause, score["erosion"], score["verbosity_reason"]) == (
        None,
        None,
        "no_source",
    )


def test_a_snapshot_that_the_journal_does_not_know_is_not_graded(phases) -> None:
    made = phases("true")
    made.agent(first())
    made.snapshot(first())
    with pytest.raises(InfrastructureError, match="that the journal knows"):
        made.grade(Work(FIRST, 1, base=None, snapshot="0" * 40, number=1))


def test_nothing_starts_after_the_phases_were_cancelled(phases) -> None:
    made = phases("true")
    made.cancel()
    with pytest.raises(SandboxDied):
        made.agent(first())
