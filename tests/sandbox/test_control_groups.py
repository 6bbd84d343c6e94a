"""Control groups: what can't be set isn't claimed, and nothing is left of it."""

import os

import pytest

from slopbench.sandbox import cgroup
from slopbench.sandbox.protocol import Limits

LIMITS = Limits(memory_mb=100, disk_mb=50, processes=10, cpus=1.5)
MEGABYTE = 1 << 20


@pytest.fixture
def version_1(tmp_path, monkeypatch):
    """Version 1 with all controllers at its root."""
    monkeypatch.setattr(cgroup, "ROOT", tmp_path)
    monkeypatch.setattr(cgroup, "own_path", lambda controller: "")
    for name in ("memory", "pids", "cpu"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def version_2(tmp_path, monkeypatch):
    """Version 2 with all controllers in one folder that is ours."""
    monkeypatch.setattr(cgroup, "ROOT", tmp_path)
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    session = tmp_path / "session"
    session.mkdir()
    monkeypatch.setattr(
        cgroup, "parents_of_version_2", lambda: dict.fromkeys(("memory", "pids", "cpu"), session)
    )
    return tmp_path


def test_limits_of_version_1(version_1):
    group = cgroup.Group("slopbench-1-0", LIMITS)
    group.create()
    group.add(12)
    folder = version_1 / "memory" / group.name
    assert int((folder / "memory.limit_in_bytes").read_text()) >= 150 * MEGABYTE
    assert int((version_1 / "pids" / group.name / "pids.max").read_text()) >= 10
    quota = int((version_1 / "cpu" / group.name / "cpu.cfs_quota_us").read_text())
    period = int((version_1 / "cpu" / group.name / "cpu.cfs_period_us").read_text())
    assert quota / period == 1.5
    assert (folder / "cgroup.procs").read_text() == "12"
    assert group.controllers == {"memory", "pids", "cpu"}


def test_limits_of_version_2(version_2):
    group = cgroup.Group("slopbench-1-0", LIMITS)
    group.create()
    group.add(12)
    folder = version_2 / "session" / group.name
    assert int((folder / "memory.max").read_text()) >= 150 * MEGABYTE
    assert (folder / "cpu.max").read_text() == "150000 100000"
    assert (folder / "cgroup.procs").read_text() == "12"
    assert group.controllers == {"memory", "pids", "cpu"}


@pytest.mark.parametrize(
    ("name", "content"), [("memory.memsw.limit_in_bytes", "memory"), ("memory.swap.max", "0")]
)
def test_swap_is_no_way_round_the_memory_limit(version_1, name, content):
    folder = version_1 / "memory" / "slopbench-1-0"
    folder.mkdir()
    (folder / name).write_text("max")
    cgroup.Group("slopbench-1-0", LIMITS).create()
    memory = (folder / "memory.limit_in_bytes").read_text()
    assert (folder / name).read_text() == {"memory": memory}.get(content, content)


def test_controller_that_cant_be_set_isnt_claimed_and_leaves_nothing(version_1, monkeypatch):
    def refuse(self, controller, folder):
        raise PermissionError

    monkeypatch.setattr(cgroup.Group, "_limit", refuse)
    group = cgroup.Group("slopbench-1-0", LIMITS)
    group.create()
    assert group.controllers == frozenset()
    assert list(version_1.glob("*/slopbench*")) == []


def test_process_that_cant_be_moved_makes_no_claim_and_leaves_nothing(version_1):
    group = cgroup.Group("slopbench-1-0", LIMITS)
    group.create()
    moved = version_1 / "pids" / group.name
    for file in moved.iterdir():
        file.unlink()
    (moved / "cgroup.procs").mkdir()
    (moved / "cgroup.procs" / "x").touch()
    group.add(12)
    assert group.controllers == {"memory", "cpu"}


def test_kills_are_counted(version_2):
    group = cgroup.Group("slopbench-1-0", LIMITS)
    assert group.memory_kills() == 0
    group.create()
    folder = version_2 / "session" / group.name
    assert group.memory_kills() == 0
    (folder / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\n")
    assert group.memory_kills() == 2


def test_left_over_groups_are_those_of_dead_owners(version_1):
    gone = 2**22 + 1
    for name in (f"slopbench-{gone}-0", f"slopbench-{os.getpid()}-0", "slopbench-x-0", "other-1"):
        (version_1 / "memory" / name).mkdir()
    assert sorted(path.name for path in cgroup.leftovers()) == [
        f"slopbench-{gone}-0",
        "slopbench-x-0",
    ]


def test_removal_of_a_group_that_isnt_empty_says_so(version_1):
    folder = version_1 / "memory" / "slopbench-1-0"
    (folder / "inner").mkdir(parents=True)
    assert cgroup.remove_folder(folder, seconds=0.01) is False
    (folder / "inner").rmdir()
    assert cgroup.remove_folder(folder, seconds=0.01) is True
    assert cgroup.remove_folder(folder) is True
