"""The host as a witness: free space where it matters, whether or not the folder is there yet."""

from pathlib import Path

import pytest

from slopbench.errors import InfrastructureError, UsageError
from slopbench.run import host
from slopbench.run.host import Host, disk_floor_mb, free_mb, require_room


class Engine:
    """As much of a backend as a witness asks."""

    def alive(self) -> bool:
        return False


def test_free_space_of_a_folder_that_is_not_there_yet_is_that_of_its_place(tmp_path) -> None:
    assert free_mb(tmp_path / "not" / "yet") == pytest.approx(free_mb(tmp_path), abs=64)


def test_a_full_disk_names_the_folder_and_both_numbers(tmp_path: Path) -> None:
    wanted = free_mb(tmp_path) + 1_000_000
    with pytest.raises(InfrastructureError, match=f"MB are free, {wanted} MB are needed") as found:
        require_room([tmp_path], wanted)
    assert found.value.where == str(tmp_path)
    require_room([tmp_path], 0)


def test_the_floor_is_watched_on_every_folder(tmp_path: Path) -> None:
    free = free_mb(tmp_path)
    assert not Host(Engine(), (tmp_path,), 0).disk_low()
    assert Host(Engine(), (Path("/"), tmp_path), free + 1_000_000).disk_low()


def test_the_engine_is_asked_itself(tmp_path: Path) -> None:
    assert not Host(Engine(), (tmp_path,), 0).engine_alive()


def test_the_floor_is_set_by_the_environment_and_must_be_a_number(monkeypatch) -> None:
    assert disk_floor_mb() == host.FLOOR_MB
    monkeypatch.setenv(host.FLOOR_VARIABLE, "17")
    assert disk_floor_mb() == 17
    monkeypatch.setenv(host.FLOOR_VARIABLE, "lots")
    with pytest.raises(UsageError, match="give a number of megabytes"):
        disk_floor_mb()
