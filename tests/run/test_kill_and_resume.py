"""kill -9 at every line of the journal, with real processes: nothing finished runs again."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def killed_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    script = Path(__file__).with_name("killed_runs.py")
    folder = tmp_path_factory.mktemp("killed")
    done = subprocess.run(
        [sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_boundary_was_hit_by_a_real_kill(killed_runs) -> None:
    ended = {name: tuple(run["ended"]) for name, run in killed_runs.items()}
    assert ended.pop("undisturbed") == (0,)
    assert len(ended) > 25
    assert set(ended.values()) == {(-9, 0)}


def test_a_resumed_run_ends_like_an_undisturbed_one(killed_runs) -> None:
    expected = killed_runs["undisturbed"]["checkpoints"]
    assert {name: run["checkpoints"] for name, run in killed_runs.items()} == dict.fromkeys(
        killed_runs, expected
    )


def test_no_phase_that_was_journaled_as_finished_is_done_again(killed_runs) -> None:
    for name, run in killed_runs.items():
        assert set(Counter(map(tuple, run["finished"])).values()) == {1}, name


def test_at_most_the_running_phase_is_started_twice(killed_runs) -> None:
    for name, run in killed_runs.items():
        again = [count - 1 for count in Counter(run["starts"]).values()]
        assert sum(again) <= 1, name
