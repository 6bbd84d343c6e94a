"""Stores, tar streams made to order, and the user's own git."""

import io
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from slopbench.snapshots import SnapshotStore

REF = "refs/attempts/tallyroom/1/1"


def member(
    name: bytes, data: bytes | None = None, **fields: object
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
    info.mode = 0o644
    for field, value in fields.items():
        setattr(info, field, value)
    if data is not None:
        info.size = len(data)
    return info, data or b""


def packed(members: Iterable[tuple[tarfile.TarInfo, bytes]], form: int) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(
        fileobj=stream, mode="w", format=form, encoding="utf-8", errors="surrogateescape"
    ) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    stream.seek(0)
    return stream


@pytest.fixture
def make_tar() -> Callable[..., io.BytesIO]:
    """make_tar(entry, entry, …) with entries from the fixture `entry`."""
    return lambda *members, form=tarfile.PAX_FORMAT: packed(members, form)


@pytest.fixture
def entry() -> Callable[..., tuple[tarfile.TarInfo, bytes]]:
    """entry(name, data, **header fields)."""
    return member


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore.create(tmp_path / "snapshots.git")


@pytest.fixture
def ref() -> str:
    return REF


@pytest.fixture
def user_git(tmp_path: Path) -> Callable[..., str]:
    """Plain git as a user runs it, in a folder; its output. Fails where git fails."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    def run(*arguments: object, cwd: Path = tmp_path) -> str:
        done = subprocess.run(
            ["git", *map(str, arguments)], cwd=cwd, env=env, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return (done.stdout + done.stderr).decode(errors="surrogateescape")

    return run


@pytest.fixture
def content(store: SnapshotStore) -> Callable[[str], dict[bytes, tuple[bytes, int, bytes]]]:
    """What the restored tar stream of a commit holds: name → (type, mode, content or target)."""

    def read(commit):
        found = {}
        with tarfile.open(
            fileobj=store.tar(commit), encoding="utf-8", errors="surrogateescape"
        ) as archive:
            for info in archive:
                data = info.linkname.encode("utf-8", "surrogateescape")
                if info.isreg():
                    data = archive.extractfile(info).read()
                found[info.name.encode("utf-8", "surrogateescape")] = info.type, info.mode, data
        return found

    return read
