"""Static assets: an agent finds them at every checkpoint, and no snapshot holds them."""

import subprocess
from pathlib import Path

import pytest

from slopbench.problem.bench import Bench
from slopbench.problem.model import Asset
from slopbench.run.assets import files_of, places_of
from slopbench.run.directory import RunDirectory
from slopbench.run.host import Host
from slopbench.run.journal import Key
from slopbench.run.phase import Work
from slopbench.run.phases import Cast, SandboxPhases
from slopbench.run.workplace import Workplace
from slopbench.runner.load import choose_runner
from slopbench.runner.prompts import find_prompt
from slopbench.sandbox.protocol import Limits

FIXTURES = Path(__file__).parents[1] / "fixtures"
LIMITS = Limits(wall_seconds=20, memory_mb=128, disk_mb=32, output_mb=1)
LOOK = "cat words/fruit.txt words/more/roots.txt static/limit.txt"
SHOWN = "apple\npear\nplum\nleek\n7\n"


@pytest.fixture
def agent(tmp_path, backend):
    """Has a shell command work on a checkpoint; its log, and the files of the snapshot."""
    trees = {}

    def work(n, command):
        foreign, ours = Bench.locate(FIXTURES / "scbench"), Bench(FIXTURES / "bench")
        cast = Cast(
            bench=foreign,
            problems={"toolbox": foreign.problem("toolbox")},
            runner=choose_runner(ours, "command", command),
            prompt=find_prompt(ours, "just-solve"),
            language="python",
            agent_limits=LIMITS,
            run_id="test",
        )
        host = Host(backend, (tmp_path,), 1)
        directory, workplace = RunDirectory(tmp_path / "run"), Workplace(tmp_path / "workplace")
        phases = SandboxPhases(cast, directory, backend, workplace, host)
        key = Key("toolbox", 1, n)
        task = Work(key, 1, base=trees.get(n - 1), snapshot=None, number=1)
        done = phases.agent(task)
        trees[n] = phases.snapshot(task).snapshot
        git = ["git", "--git-dir", str(directory.snapshots), "ls-tree", "-r", "--name-only"]
        listed = subprocess.run([*git, trees[n]], capture_output=True, text=True, check=True)
        return done.artefacts["agent.log"].decode(), listed.stdout.split()

    return work


def test_assets_are_there_and_no_part_of_the_snapshot(agent):
    log, files = agent(1, f"{LOOK}; echo x > main.py")
    assert (log, files) == (SHOWN, ["main.py"])


def test_changed_and_added_files_of_an_asset_are_left_out_and_it_is_put_again(agent):
    spoil = "echo worm > words/fruit.txt; echo y > words/mine.txt; rm -r words/more"
    _, files = agent(1, f"{spoil}; chmod 0 words static; echo x > main.py")
    assert files == ["main.py"]
    log, files = agent(2, f"{LOOK}; ls words; echo z > other.py")
    assert (log, files) == (f"{SHOWN}fruit.txt\nmore\n", ["main.py", "other.py"])


def test_a_link_in_the_place_of_an_asset_leads_nowhere(agent):
    command = "mkdir own; echo x > own/limit.txt; echo y > own/kept; rm -r static words"
    _, files = agent(1, f"{command}; ln -s own static; ln -s own words")
    assert files == ["own/kept", "own/limit.txt", "static"]
    log, _ = agent(2, f"rm static; mkdir static; ls own; {LOOK} || true")
    assert log.startswith("kept\nlimit.txt\n")


def test_a_folder_at_the_top_of_the_workspace_is_known_by_its_entries(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("")
    asset = Asset("all", tmp_path, ".")
    assert places_of(asset) == ["a"]
    assert [str(name) for name, _ in files_of(asset)] == ["a/b.txt"]
