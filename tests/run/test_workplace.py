"""The working place of a run: workspaces are there whole or not at all, and nothing stays behind."""

import io
import stat
from pathlib import Path

import pytest

from slopbench.run.journal import Key
from slopbench.run.workplace import Workplace

KEY = Key("alpha", 1, 2)


class Broken(io.BytesIO):
    """A stream that ends with an error, as that of a dying sandbox."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 4:
            raise OSError("gone")
        return super().read(5)


def test_a_kept_workspace_is_the_stream_that_came(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "work")
    place.keep(KEY, 3, io.BytesIO(b"tar"))
    assert place.kept(KEY, 3).read_bytes() == b"tar"
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "work")
    with pytest.raises(OSError, match="gone"):
        place.keep(KEY, 1, Broken(b"0123456789"))
    assert not place.kept(KEY, 1).exists()
    assert list(place.folder.iterdir()) == []


def test_what_a_killed_session_left_is_swept_but_for_whole_workspaces(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "work")
    place.keep(KEY, 1, io.BytesIO(b"tar"))
    (place.folder / "scratch" / "deep").mkdir(parents=True)
    (place.folder / ".alpha-1-2-1.tar.x7").write_bytes(b"half")
    place.sweep()
    assert list(place.folder.iterdir()) == [place.kept(KEY, 1)]


def test_an_empty_place_is_left_without_a_trace_and_a_full_one_stays(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "work")
    with place.scratch() as folder:
        assert list(folder.iterdir()) == []
    place.keep(KEY, 1, io.BytesIO(b"tar"))
    place.leave()
    assert place.kept(KEY, 1).exists()
    place.forget(KEY, 1)
    place.leave()
    assert not place.folder.exists()
