"""What a program may leave in the test's folder, and what is removed before a test can read it."""

import os
import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.grade.kit.beneath import open_folder, write_file
from slopbench.grade.kit.failure import ProgramFailure
from slopbench.grade.kit.folder import Folder
from slopbench.grade.kit.sweep import clear, clear_of, lock, planted, renew, sweep

MOST = 1000


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
def secret(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("expected")
    return secret


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_regular_files_and_folders_stay_as_they_are(folder):
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "c.txt").write_bytes(b"\0")
    (folder / "empty").mkdir()
    (folder / "tool").write_text("x")
    (folder / "tool").chmod(0o755)
    before = names(folder)
    assert sweep(str(folder), MOST) == []
    assert names(folder) == before
    assert (folder / "tool").stat().st_mode & 0o777 == 0o755


def test_symbolic_links_go_wherever_they_point(folder, secret):
    (folder / "out.json").symlink_to(secret)
    (folder / "inside.txt").write_text("x")
    (folder / "sub").mkdir()
    (folder / "sub" / "in").symlink_to("../inside.txt")
    (folder / "sub" / "up").symlink_to(secret.parent)
    (folder / "dangling").symlink_to("/nowhere")
    removed = sweep(str(folder), MOST)
    assert sorted(removed) == [
        f"{name} (symbolic link)" for name in ("dangling", "out.json", "sub/in", "sub/up")
    ]
    assert names(folder) == ["inside.txt", "sub"]
    assert secret.read_text() == "expected"


def test_a_hard_link_to_a_file_elsewhere_goes_with_all_its_names(folder, secret):
    (folder / "x").mkdir()
    (folder / "out.json").hardlink_to(secret)
    (folder / "x" / "again").hardlink_to(secret)
    removed = sweep(str(folder), MOST)
    assert sorted(removed) == [
        f"{name} (hard link to a file elsewhere)" for name in ("out.json", "x/again")
    ]
    assert secret.read_text() == "expected"


def test_hard_links_within_the_folder_stay(folder):
    (folder / "a").write_text("x")
    (folder / "b").hardlink_to(folder / "a")
    assert sweep(str(folder), MOST) == []
    assert names(folder) == ["a", "b"]


def test_pipes_and_sockets_go(folder):
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
    assert sorted(sweep(str(folder), MOST)) == ["pipe (named pipe)", "socket (socket)"]
    assert names(folder) == []


def test_locked_folders_are_opened_up_and_searched(folder, secret):
    (folder / "locked").mkdir()
    (folder / "locked" / "out").symlink_to(secret)
    (folder / "locked").chmod(0)
    assert sweep(str(folder), MOST) == ["locked/out (symbolic link)"]


def deepen(folder, levels):
    for _ in range(levels):
        folder.mkdir()
        os.chdir(folder)
        folder = Path("long-name")


def test_folders_nested_beyond_all_bounds_go(folder, monkeypatch):
    monkeypatch.chdir(folder)
    deepen(Path("long-name"), 1100)
    Path("out").write_text("x")
    os.chdir(folder)
    [removed] = sweep(str(folder), MOST)
    assert removed.endswith("(nested deeper than 64 folders)")
    clear(str(folder))
    assert names(folder) == []


def test_more_entries_than_allowed_go(folder):
    for number in range(30):
        (folder / str(number)).touch()
    removed = sweep(str(folder), 20)
    assert len(removed) == 10
    assert planted(removed).endswith("and 5 more")


def test_clearing_removes_anything_and_follows_nothing(folder, secret):
    outside = secret.parent / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    (folder / "link").symlink_to(outside)
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "f").write_text("x")
    (folder / "a").chmod(0o500)
    os.mkfifo(folder / "pipe")
    clear(str(folder))
    assert folder.is_dir()
    assert names(folder) == []
    assert (outside / "kept").read_text() == "x"


def test_only_the_entries_of_the_user_are_cleared_from_a_shared_folder(folder):
    (folder / "mine").mkdir()
    (folder / "mine" / "f").write_text("x")
    clear_of(str(folder), os.getuid() + 1)
    assert names(folder) == ["mine", "mine/f"]
    clear_of(str(folder), os.getuid())
    assert names(folder) == []


def test_a_locked_tree_can_be_changed_by_its_owner_alone_and_no_link_is_followed(folder, secret):
    (folder / "data").mkdir()
    (folder / "data" / "run.sh").write_text("x")
    (folder / "link").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    for path in (folder, folder / "data", folder / "data" / "run.sh", secret, secret.parent):
        path.chmod(0o777)
    lock(str(folder))
    locked = [folder, folder / "data", folder / "data" / "run.sh"]
    assert [path.stat().st_mode & 0o777 for path in locked] == [0o755] * 3
    assert [path.stat().st_mode & 0o777 for path in (secret, secret.parent)] == [0o777] * 2


def test_a_renewed_folder_is_empty_and_keeps_nothing_of_the_old_one(folder):
    (folder / "f").write_text("x")
    folder.chmod(0o711)
    before = folder.stat()
    renew(str(folder))
    assert names(folder) == []
    assert folder.stat().st_mode != before.st_mode
    renew(str(folder / "new"))
    assert (folder / "new").is_dir()


KINDS = ("file", "folder", "link", "pipe", "hard link")


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), max_size=25))
def test_after_a_sweep_only_files_and_folders_of_the_tree_are_left(tmp_path_factory, entries):
    base = tmp_path_factory.mktemp("base")
    (base / "secret").write_text("x")
    top = base / "folder"
    top.mkdir()
    folders, expected = [top], []
    for number, (kind, where) in enumerate(entries):
        path = folders[where % len(folders)] / str(number)
        if kind == "folder":
            path.mkdir()
            folders.append(path)
        elif kind == "file":
            path.write_text("x")
        else:
            expected.append(str(path.relative_to(top)))
            {
                "link": lambda path=path: path.symlink_to("/"),
                "pipe": lambda path=path: os.mkfifo(path),
                "hard link": lambda path=path: path.hardlink_to(base / "secret"),
            }[kind]()
    removed = sweep(str(top), MOST)
    assert sorted(name.split(" (")[0] for name in removed) == sorted(expected)
    assert all(path.is_dir() or path.stat().st_nlink == 1 for path in top.rglob("*"))
    assert len(names(top)) == len(entries) - len(expected)


@pytest.mark.parametrize("read", [Folder.read_text, Folder.read_bytes, Folder.open])
def test_reading_through_the_folder_follows_no_link_at_any_level(folder, secret, read):
    (folder / "out.json").symlink_to(secret)
    (folder / "sub").symlink_to(secret.parent)
    for name in ("out.json", "sub/secret.txt"):
        with pytest.raises(ProgramFailure, match="is a symbolic link"):
            read(Folder(folder) / name)


def test_reading_a_pipe_fails_at_once_instead_of_waiting(folder):
    os.mkfifo(folder / "pipe")
    with pytest.raises(ProgramFailure, match="isn't a regular file"):
        (Folder(folder) / "pipe").read_text()


def test_writing_through_the_folder_follows_no_link(folder, secret):
    (folder / "in.txt").symlink_to(secret)
    with pytest.raises(ProgramFailure):
        (Folder(folder) / "in.txt").write_text("changed")
    with pytest.raises(OSError, match="symbolic link"):
        write_file(str(folder / "in.txt"), b"changed")
    (folder / "sub").symlink_to(secret.parent)
    with pytest.raises(OSError, match="symbolic link"):
        write_file(str(folder / "sub" / "secret.txt"), b"changed")
    assert secret.read_text() == "expected"


def test_the_folder_is_an_ordinary_path_otherwise(folder):
    path = Folder(folder) / "a" / "b.txt"
    path.parent.mkdir()
    path.write_text("ä\n", encoding="utf-8")
    assert path.read_bytes() == "ä\n".encode()
    assert path.with_suffix(".md").name == "b.md"
    with path.open("a") as file:
        file.write("x")
    assert list(path.open()) == ["ä\n", "x"]
    with pytest.raises(FileNotFoundError):
        (path.parent / "none").read_text()


def test_a_link_that_appears_while_files_are_read_is_never_followed(folder, secret):
    """The program swaps a file for a link as fast as it can; the test reads on."""
    target = folder / "out.json"
    spare = folder / "spare"
    stop = threading.Event()

    def swap():
        while not stop.is_set():
            spare.write_text("own")
            spare.replace(target)
            spare.symlink_to(secret)
            spare.replace(target)

    target.write_text("own")
    swapper = threading.Thread(target=swap)
    swapper.start()
    found = set()
    try:
        for _ in range(300):
            try:
                found.add((Folder(folder) / "out.json").read_text())
            except ProgramFailure:
                found.add("refused")
    finally:
        stop.set()
        swapper.join()
    assert "expected" not in found
    assert "own" in found


def test_opening_a_folder_follows_no_link(folder, secret):
    (folder / "sub").symlink_to(secret.parent)
    with pytest.raises(OSError, match="symbolic link"):
        open_folder(str(folder / "sub"))


def test_files_that_come_and_go_meanwhile_do_not_disturb_a_sweep(folder):
    """A service goes on writing in the folder while a run beside it ends."""
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            (folder / f"new-{number % 7}").write_text("x")
            (folder / f"new-{number % 7}").replace(folder / "state")
            (folder / f"sub-{number % 5}").mkdir()
            (folder / f"sub-{number % 5}").rmdir()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert [sweep(str(folder), MOST) for _ in range(300)] == [[]] * 300
    finally:
        stop.set()
        writer.join()
