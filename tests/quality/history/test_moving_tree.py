"""A folder that goes from revision to revision holds what a fresh checkout of each would."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopbench.errors import InfrastructureError
from slopbench.quality.history.tree import MovingTree
from slopbench.quality.score import score_tree

FILE, PROGRAM, LINK, SUBMODULE = "100644", "100755", "120000", "160000"
ODD = os.fsdecode(b"\xff\xe9 \n\"'$.py")
COMPLEX = "def f(a):\n" + "    if a:\n        a += 1\n" * 12
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"

paths = st.lists(st.sampled_from(["a", "b.py", ODD]), min_size=1, max_size=3).map("/".join)
entries = st.one_of(
    st.tuples(st.sampled_from([FILE, PROGRAM]), st.sampled_from([b"", b"x = 1\r\n", b"\0y"])),
    st.tuples(st.just(LINK), st.sampled_from([b"a", b"../..", b"/nowhere"])),
)
trees = st.dictionaries(paths, entries, max_size=6).filter(
    lambda files: not any(path.startswith(f"{other}/") for path in files for other in files)
)


def held(folder):
    """What is below a folder: targets of links, bytes and executability of files, folders."""
    return {str(path.relative_to(folder)): state(path) for path in folder.rglob("*")}


def state(path):
    if path.is_symlink():
        return str(path.readlink())
    return "folder" if path.is_dir() else (path.read_bytes(), bool(path.stat().st_mode & 0o100))


@pytest.fixture
def new_tree(tmp_path_factory):
    """new_tree(work, path) gives the tree of a folder in a repository, still empty."""

    def make(work, path=""):
        return MovingTree(work.opened(), tmp_path_factory.mktemp("tree"), path)

    return make


@given(sequence=st.lists(trees, min_size=2, max_size=4))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_step_holds_what_a_fresh_checkout_holds(new_work, new_tree, sequence):
    work = new_work()
    commits = [work.commit(files) for files in sequence]
    tree = new_tree(work)
    for number, commit in enumerate(commits):
        tree.move_to(commit)
        fresh = work.check_out(commit, work.folder.with_name(f"fresh{number}"))
        assert held(tree.folder) == held(fresh)


def test_the_score_of_a_step_is_that_of_a_fresh_checkout(work, new_tree, tmp_path):
    sequence = (
        {"a.py": COMPLEX, "b.py": "x = 1\n", "run": (PROGRAM, "#!/usr/bin/python3\ny = 2\n")},
        {"a.py": "x = 1\n", "c/d.py": COMPLEX, "vendor/e.py": COMPLEX, "f.py": (LINK, "a.py")},
        {"a.py/g.py": COMPLEX, "c": (LINK, "/"), "h.js": "if (a) { b() }\n"},
    )
    tree = new_tree(work)
    for number, commit in enumerate([work.commit(files) for files in sequence]):
        tree.move_to(commit)
        fresh = work.check_out(commit, tmp_path / str(number))
        assert score_tree(tree.folder).to_json() == score_tree(fresh).to_json()


def test_only_what_differs_is_written(work, new_tree):
    one = work.commit({"same.py": "a = 1\n", "changed.py": "b = 1\n", "gone/away.py": ""})
    two = work.commit({"same.py": "a = 1\n", "changed.py": "b = 2\n", "new.py": ""})
    tree = new_tree(work)
    first = tree.move_to(one)
    before = (tree.folder / "same.py").stat()
    second = tree.move_to(two)
    after = (tree.folder / "same.py").stat()
    assert (first.written, second.written, second.removed) == (3, 2, 2)
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert (tree.move_to(two).written, tree.move_to(two).removed) == (0, 0)


def test_one_folder_of_a_revision_or_none(work, new_tree):
    there = work.commit({"src/a.py": "a = 1\n", "b.py": "b = 1\n"})
    not_there = work.commit({"src": "a file\n"})
    tree = new_tree(work, "src")
    assert tree.move_to(there).found
    assert list(held(tree.folder)) == ["a.py"]
    assert not tree.move_to(not_there).found
    assert held(tree.folder) == {}


def test_no_program_that_the_repository_names_is_run(work, new_tree, tmp_path):
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for key in (
        *(f"filter.evil.{name}" for name in ("smudge", "clean", "process")),
        "diff.evil.textconv",
        "diff.evil.command",
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "gpg.program",
    ):
        work.git("config", key, str(trap))
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (work.folder / ".git" / "hooks" / hook).symlink_to(trap)
    work.git("config", "core.autocrlf", "true")
    work.git("config", "log.showSignature", "true")
    attributes = "* filter=evil diff=evil text eol=crlf ident working-tree-encoding=UTF-16\n"
    content = "# $Id$\nx = 1\n"
    commit = work.commit({".gitattributes": attributes, "a.py": content})
    (tmp_path / "sprung").unlink(missing_ok=True)
    tree = new_tree(work)
    tree.move_to(commit)
    assert (tree.folder / "a.py").read_text() == content
    assert not (tmp_path / "sprung").exists()


def test_the_repository_and_its_work_tree_stay_as_they_are(work, new_tree):
    commits = [work.commit({"a.py": "a = 1\n"}), work.commit({"a.py": "a = 2\n"})]
    (work.folder / "a.py").write_text("uncommitted\n")
    before = held(work.folder)
    tree = new_tree(work)
    for commit in commits:
        tree.move_to(commit)
    assert held(work.folder) == before


def test_submodules_and_pointers_of_lfs_are_counted_and_not_followed(work, new_tree):
    tree = new_tree(work)
    commit = work.commit({"sub": (SUBMODULE, "1" * 40), "big.py": POINTER, "a.py": "a = 1\n"})
    move = tree.move_to(commit)
    assert (move.submodules, move.pointers) == (1, 1)
    assert (tree.folder / "big.py").read_bytes() == POINTER
    assert set(held(tree.folder)) == {"big.py", "a.py"}
    move = tree.move_to(work.commit({"big.py": "b = 1\n"}))
    assert (move.submodules, move.pointers) == (0, 0)


@pytest.mark.parametrize("name", ["..", ".", ".git"])
def test_a_path_that_no_checkout_makes_is_refused(work, new_tree, name):
    good = work.commit({"a.py": "a = 1\n"})
    blob, inner = work.git("rev-parse", f"{good}:a.py"), work.git("rev-parse", f"{good}:")
    entries = f"100644 blob {blob}\ta.py\n040000 tree {inner}\t{name}\n"
    refuse_and_recover(work, new_tree, entries, good)


def test_a_path_through_a_link_is_refused(work, new_tree, tmp_path):
    good = work.commit({"a.py": "a = 1\n", "link": (LINK, str(tmp_path))})
    link, inner = work.git("rev-parse", f"{good}:link"), work.git("rev-parse", f"{good}:")
    entries = f"120000 blob {link}\tb\n040000 tree {inner}\tb\n"
    refuse_and_recover(work, new_tree, entries, good)
    assert not list(tmp_path.iterdir())


def refuse_and_recover(work, new_tree, entries, good):
    bad = work.git("mktree", stdin=entries.encode())
    tree = new_tree(work)
    tree.move_to(good)
    with pytest.raises(InfrastructureError, match="can't be checked out"):
        tree.move_to(bad)
    assert held(tree.folder) == {}
    tree.move_to(good)
    assert "a.py" in held(tree.folder)


def test_a_missing_object_is_an_error_and_the_next_revision_is_whole(work, new_tree):
    broken, good = work.commit({"a.py": "lost\n"}), work.commit({"b.py": "b = 1\n"})
    blob = work.git("rev-parse", f"{broken}:a.py")
    (work.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    tree = new_tree(work)
    with pytest.raises(InfrastructureError, match="missing"):
        tree.move_to(broken)
    tree.move_to(good)
    assert list(held(tree.folder)) == ["b.py"]
