"""A folder of the host is read without following a link, opening a device or waiting for a pipe."""

import os
import socket
import tarfile

import pytest

from slopbench.errors import UsageError
from slopbench.snapshots import BrokenStream, SnapshotLimits


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def test_a_folder_and_its_tar_stream_have_one_tree_id(store, make_tar, entry, workspace):
    (workspace / "run.sh").write_bytes(b"#!/bin/sh\n")
    (workspace / "run.sh").chmod(0o755)
    (workspace / "pkg").mkdir(mode=0o700)
    (workspace / os.fsdecode(b"pkg/\xff.py")).write_bytes(b"x\n")
    (workspace / "ln").symlink_to("pkg/nowhere")
    stream = make_tar(
        entry(b"run.sh", b"#!/bin/sh\n", mode=0o755),
        entry(b"pkg", type=tarfile.DIRTYPE, mode=0o700),
        entry(b"pkg/\xff.py", b"x\n"),
        entry(b"ln", type=tarfile.SYMTYPE, linkname="pkg/nowhere"),
    )
    walked = store.add_folder(workspace, "refs/attempts/p/1/1")
    assert walked.tree == store.add_tar(stream, "refs/attempts/p/1/2").tree
    assert (walked.files, walked.bytes, walked.skipped) == (3, 12, ())


def test_links_are_kept_as_links_wherever_they_lead(store, workspace, content, ref, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    (workspace / "folder").symlink_to(outside)
    (workspace / "file").symlink_to(outside / "secret")
    (workspace / "loop").symlink_to(".")
    snapshot = store.add_folder(workspace, ref)
    assert {path: data for path, (_, _, data) in content(snapshot.commit).items()} == {
        b"folder": os.fsencode(outside),
        b"file": os.fsencode(outside / "secret"),
        b"loop": b".",
    }


def test_a_link_in_place_of_the_folder_is_refused(store, workspace, ref, tmp_path):
    (tmp_path / "link").symlink_to(workspace)
    with pytest.raises(UsageError, match="can't be read as a folder"):
        store.add_folder(tmp_path / "link", ref)


def test_pipes_and_sockets_are_listed_and_not_opened(store, workspace, ref):
    os.mkfifo(workspace / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(workspace / "sock"))
        snapshot = store.add_folder(workspace, ref)
    assert [(s.path, s.reason) for s in snapshot.skipped] == [
        ("pipe", "a named pipe"),
        ("sock", "a socket"),
    ]


def test_a_nested_repository_is_listed_once_and_its_neighbours_kept(store, workspace, ref, content):
    for name in ("lib/.git/objects/aa", "lib/src"):
        (workspace / name).mkdir(parents=True)
    (workspace / "lib/.git/objects/aa/bb").write_bytes(b"")
    (workspace / "lib/src/code.py").write_bytes(b"x\n")
    (workspace / ".git").write_bytes(b"gitdir: /elsewhere\n")
    snapshot = store.add_folder(workspace, ref)
    assert [s.path for s in snapshot.skipped] == [".git", "lib/.git"]
    assert content(snapshot.commit)[b"lib/src/code.py"][2] == b"x\n"


def test_hard_links_become_plain_files(store, workspace, ref, content):
    (workspace / "one").write_bytes(b"same")
    (workspace / "two").hardlink_to(workspace / "one")
    snapshot = store.add_folder(workspace, ref)
    assert {data for _, _, data in content(snapshot.commit).values()} == {b"same"}
    assert (snapshot.files, snapshot.bytes) == (2, 8)


def test_a_large_sparse_file_is_listed_without_being_read(store, workspace, ref):
    with (workspace / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    snapshot = store.add_folder(workspace, ref)
    assert [s.path for s in snapshot.skipped] == ["sparse"]


def test_a_tree_deeper_than_the_limit_is_listed_where_it_begins(store, workspace, ref):
    (workspace / "a/b/c/d").mkdir(parents=True)
    (workspace / "a/b/c/d/e").write_bytes(b"")
    snapshot = store.add_folder(workspace, ref, limits=SnapshotLimits(depth=3))
    assert [(s.path, s.reason) for s in snapshot.skipped] == [
        ("a/b/c/d", "a path that is too deep")
    ]


def test_a_file_that_shrinks_while_it_is_read_is_an_error(store, workspace, ref, monkeypatch):
    path = workspace / "shrinks"
    path.write_bytes(b"x" * 100)
    real_open = os.open

    def shrinking(name, flags, mode=0o777, *, dir_fd=None):
        if name == b"shrinks":
            os.truncate(path, 10)
        return real_open(name, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", shrinking)
    with pytest.raises(BrokenStream, match="90 bytes early"):
        store.add_folder(workspace, ref)
    monkeypatch.undo()
    assert store.resolve(ref) is None
