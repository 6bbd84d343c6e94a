"""Storing a tree and restoring it gives the same bytes, links, permissions, folders and tree id."""

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopbench.snapshots import SnapshotStore

NAMES = [
    b"plain.py",
    b"two words",
    b"-rf",
    b'"quoted"',
    b"it's",
    b"back\\slash",
    b"\\n",
    b"new\nline",
    b"tab\t",
    b"\x01\x1b[31m",
    b"not utf-8 \xff\xfe",
    b"\xed\xa0\x80",
    "naïve—名".encode(),
    b".gitattributes",
    b".gitignore",
    b".gitkeep",
    b"%41",
    b" lead",
    b"trail ",
    b"x" * 255,
    b"HEAD",
]
BYTES = [
    b"",
    b"\n",
    b"a\r\nb\r\n",
    b"\0\xff",
    b"no end",
    b"* -text filter=x\n*\n",
    b"#!/bin/sh\n" * 99,
]

names = st.one_of(
    st.sampled_from(NAMES),
    st.binary(min_size=1, max_size=40).filter(
        lambda name: (
            not {0, 0x2F} & set(name)
            and name not in (b".", b"..")
            and b"git" not in name.lower()
            and b"~" not in name
        )
    ),
)
permissions = st.integers(0, 0o777)
leaves = st.one_of(
    st.tuples(
        st.just("file"), permissions, st.one_of(st.sampled_from(BYTES), st.binary(max_size=99))
    ),
    st.tuples(
        st.just("link"),
        st.just(0o777),
        st.binary(min_size=1, max_size=200).filter(lambda t: 0 not in t),
    ),
)
trees = st.recursive(
    st.dictionaries(names, leaves, max_size=4),
    lambda inner: st.dictionaries(
        names, st.one_of(leaves, st.tuples(st.just("folder"), permissions, inner)), max_size=4
    ),
    max_leaves=12,
)


def without_conflict(tree, prefix=b""):
    """The entries of a tree as (path, kind, mode, data), parents first; attributes stay a file."""
    for name, (kind, mode, data) in tree.items():
        if kind == "folder" and name == b".gitattributes":
            continue
        yield prefix + name, kind, mode, b"" if kind == "folder" else data
        if kind == "folder":
            yield from without_conflict(data, prefix + name + b"/")


def archive_of(entries):
    stream = io.BytesIO()
    types = {"file": tarfile.REGTYPE, "link": tarfile.SYMTYPE, "folder": tarfile.DIRTYPE}
    with tarfile.open(
        fileobj=stream, mode="w", encoding="utf-8", errors="surrogateescape"
    ) as archive:
        for path, kind, mode, data in entries:
            info = tarfile.TarInfo(path.decode("utf-8", "surrogateescape"))
            info.type, info.mode = types[kind], mode
            if kind == "link":
                info.linkname = data.decode("utf-8", "surrogateescape")
            info.size = len(data) if kind == "file" else 0
            archive.addfile(info, io.BytesIO(data))
    stream.seek(0)
    return stream


def entries_of(stream):
    kinds = {tarfile.REGTYPE: "file", tarfile.SYMTYPE: "link", tarfile.DIRTYPE: "folder"}
    found = []
    with tarfile.open(fileobj=stream, encoding="utf-8", errors="surrogateescape") as archive:
        for info in archive:
            data = archive.extractfile(info).read() if info.isreg() else b""
            if info.issym():
                data = info.linkname.encode("utf-8", "surrogateescape")
            path = info.name.encode("utf-8", "surrogateescape")
            found.append((path, kinds[info.type], info.mode, data))
    return found


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> SnapshotStore:
    return SnapshotStore.create(tmp_path_factory.mktemp("law") / "snapshots.git")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees)
def test_restoring_gives_every_entry_back_and_storing_again_the_same_tree_id(shared_store, tree):
    entries = list(without_conflict(tree))
    first = shared_store.add_tar(archive_of(entries), "refs/attempts/law/1/1")
    assert first.skipped == ()
    assert sorted(entries_of(shared_store.tar(first.commit))) == sorted(entries)
    second = shared_store.add_tar(shared_store.tar(first.commit), "refs/attempts/law/1/2")
    assert (second.tree, second.files, second.bytes) == (first.tree, first.files, first.bytes)
    assert shared_store.tar(second.commit).read() == shared_store.tar(first.commit).read()


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT], ids=["pax", "gnu"])
def test_every_awkward_name_survives_byte_exact(store, make_tar, entry, ref, content, form):
    stream = make_tar(*(entry(b"d/" + name, name) for name in NAMES), form=form)
    found = content(store.add_tar(stream, ref).commit)
    del found[b"d"]
    assert found == {b"d/" + name: (tarfile.REGTYPE, 0o644, name) for name in NAMES}


def test_attributes_in_the_tree_change_no_byte(store, make_tar, entry, ref, content):
    stream = make_tar(
        entry(b".gitattributes", b"* text=auto eol=crlf ident export-ignore\n"),
        entry(b".gitignore", b"*\n"),
        entry(b"a.txt", b"one\ntwo\r\n$Id$\n"),
    )
    assert content(store.add_tar(stream, ref).commit)[b"a.txt"][2] == b"one\ntwo\r\n$Id$\n"


def test_an_empty_workspace_is_a_snapshot_too(store, make_tar, ref, content):
    snapshot = store.add_tar(make_tar(), ref)
    assert (snapshot.files, snapshot.bytes, snapshot.skipped) == (0, 0, ())
    assert content(snapshot.commit) == {}


def test_folders_that_hold_nothing_but_folders_come_back(store, make_tar, entry, ref, content):
    stream = make_tar(
        entry(b"a", type=tarfile.DIRTYPE, mode=0o700),
        entry(b"a/b", type=tarfile.DIRTYPE, mode=0o755),
        entry(b"a/b/c", type=tarfile.DIRTYPE, mode=0o500),
    )
    found = content(store.add_tar(stream, ref).commit)
    assert {path: mode for path, (_, mode, _) in found.items()} == {
        b"a": 0o700,
        b"a/b": 0o755,
        b"a/b/c": 0o500,
    }


def test_a_folder_that_held_only_what_is_skipped_stays_as_an_empty_one(
    store, make_tar, entry, ref, content
):
    snapshot = store.add_tar(make_tar(entry(b"sub/.git/config", b"")), ref)
    assert content(snapshot.commit) == {b"sub": (tarfile.DIRTYPE, 0o755, b"")}


def test_the_stream_is_a_function_of_the_tree_and_owned_by_root(store, make_tar, entry, ref):
    late = make_tar(entry(b"a", b"x", mtime=2_000_000_000, uid=1000, gid=1000, uname="agent"))
    early = make_tar(entry(b"a", b"x", mtime=1))
    streams = [store.tar(store.add_tar(tar, ref).commit).read() for tar in (late, early)]
    assert streams[0] == streams[1]
    with tarfile.open(fileobj=io.BytesIO(streams[0])) as archive:
        info = archive.next()
    assert (info.uid, info.gid, info.uname, info.gname) == (0, 0, "", "")


def test_a_file_whose_content_changes_at_equal_size_gets_another_time(store, make_tar, entry, ref):
    times = []
    for data in (b"x = 1\n", b"x = 2\n"):
        snapshot = store.add_tar(make_tar(entry(b"m.py", data)), ref)
        with tarfile.open(fileobj=store.tar(snapshot.commit)) as archive:
            times.append(archive.next().mtime)
    assert times[0] != times[1]


def test_export_writes_files_without_modes_and_links_as_they_stand(
    store, make_tar, entry, ref, tmp_path
):
    stream = make_tar(
        entry(b"src/a.py", b"x = 1\n", mode=0o4755),
        entry(b"b\nc \xff", b"odd"),
        entry(b"empty", type=tarfile.DIRTYPE),
        entry(b"link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    )
    target = tmp_path / "out"
    target.mkdir()
    store.export(store.add_tar(stream, ref).commit, target)
    files = {
        path.relative_to(target): path.read_bytes()
        for path in target.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    assert files == {Path("src/a.py"): b"x = 1\n", Path("b\nc \udcff"): b"odd"}
    assert not (target / "src/a.py").stat().st_mode & 0o7111
    assert (target / "link").readlink() == Path("/etc/passwd")
