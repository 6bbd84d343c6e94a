"""A tar stream out of a sandbox is hostile: what can't be kept is listed, nothing is followed."""

import io
import os
import tarfile
from dataclasses import replace

import pytest

from slopbench.snapshots import (
    BrokenStream,
    SnapshotLimits,
    SnapshotTooLarge,
)

REASONS = {
    b"/etc/passwd": "an absolute path",
    b"../../escape": "a path that leaves its folder",
    b"a/../../escape": "a path that leaves its folder",
    b".git": "a git repository of its own",
    b"deep/.git": "a git repository of its own",
    b".GIT": "a git repository of its own",
    b"git~1": "a git repository of its own",
    b".git ": "a git repository of its own",
    b".git::$INDEX_ALLOCATION": "a git repository of its own",
    b"a\\.git": "a git repository of its own",
    b".g\xe2\x80\x8cit": "a git repository of its own",
    b".gitmodules": "a name that git takes for its list of submodules",
    b"gi7eba~1": "a name that git takes for its list of submodules",
    b"x" * 256: "a path that is too long",
    b"x/" * 600 + b"x": "a path that is too long",
    b"x/" * 70 + b"x": "a path that is too deep",
}


@pytest.mark.parametrize("name", REASONS, ids=lambda name: repr(name[:20]))
def test_a_name_that_cannot_be_kept_is_listed_and_the_rest_kept(
    store, make_tar, entry, ref, content, user_git, name
):
    stream = make_tar(entry(name, b"evil"), entry(b"good", b"fine"))
    snapshot = store.add_tar(stream, ref)
    assert [skipped.reason for skipped in snapshot.skipped] == [REASONS[name]]
    files = {
        path: data for path, (kind, _, data) in content(snapshot.commit).items() if kind == b"0"
    }
    assert files == {b"good": b"fine"}
    user_git(f"--git-dir={store.path}", "fsck", "--strict")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.CHRTYPE, "a device"),
        (tarfile.BLKTYPE, "a device"),
        (tarfile.FIFOTYPE, "a named pipe"),
        (b"Z", "an entry of an unknown kind"),
    ],
)
def test_devices_pipes_and_unknown_kinds_are_listed(store, make_tar, entry, ref, kind, reason):
    stream = make_tar(entry(b"odd", type=kind), form=tarfile.GNU_FORMAT)
    snapshot = store.add_tar(stream, ref)
    assert snapshot.files == 0
    assert [(s.path, s.reason) for s in snapshot.skipped] == [("odd", reason)]


def test_a_link_out_of_the_workspace_stays_a_link_and_is_not_followed(
    store, make_tar, entry, ref, content, tmp_path
):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    stream = make_tar(
        entry(b"out", type=tarfile.SYMTYPE, linkname=str(secret)),
        entry(b"out/planted", b"through the link"),
    )
    snapshot = store.add_tar(stream, ref)
    target = str(secret).encode()
    assert content(snapshot.commit) == {b"out": (tarfile.SYMTYPE, 0o777, target)}
    assert [s.reason for s in snapshot.skipped] == ["a file and a folder at once"]
    assert secret.read_text() == "secret"


def test_a_hard_link_becomes_a_plain_file(store, make_tar, entry, ref, content):
    stream = make_tar(
        entry(b"one", b"same"), entry(b"d/two", type=tarfile.LNKTYPE, linkname="./one", mode=0o755)
    )
    snapshot = store.add_tar(stream, ref)
    found = content(snapshot.commit)
    assert found[b"d/two"] == (tarfile.REGTYPE, 0o755, b"same")
    assert (snapshot.files, snapshot.bytes) == (2, 8)


@pytest.mark.parametrize("target", ["/etc/passwd", "../up", "missing", "folder", "link"])
def test_a_hard_link_to_anything_that_is_not_kept_is_listed(store, make_tar, entry, ref, target):
    stream = make_tar(
        entry(b"folder", type=tarfile.DIRTYPE),
        entry(b"link", type=tarfile.SYMTYPE, linkname="folder"),
        entry(b"hard", type=tarfile.LNKTYPE, linkname=target),
    )
    skipped = store.add_tar(stream, ref).skipped
    assert [s.reason for s in skipped] == ["a hard link to something that isn't kept"]


def test_a_second_entry_of_a_name_does_not_replace_the_first(store, make_tar, entry, ref, content):
    stream = make_tar(
        entry(b"a", b"first"),
        entry(b"./a", b"second"),
        entry(b"a/b", b"third"),
        entry(b"c/d", b"x"),
        entry(b"c", b"fourth"),
    )
    snapshot = store.add_tar(stream, ref)
    assert content(snapshot.commit)[b"a"] == (tarfile.REGTYPE, 0o644, b"first")
    assert [s.path for s in snapshot.skipped] == ["a", "c"]


def test_set_user_id_bits_are_dropped_and_listed(store, make_tar, entry, ref, content):
    snapshot = store.add_tar(make_tar(entry(b"su", b"#!", mode=0o4755)), ref)
    assert content(snapshot.commit) == {b"su": (tarfile.REGTYPE, 0o755, b"#!")}
    assert "set-user-id" in snapshot.skipped[0].reason


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        ({"entries": 3}, "entries"),
        ({"name_bytes": 8}, "bytes of names"),
        ({"total_bytes": 4000}, "4000 bytes"),
    ],
)
def test_a_tree_over_a_limit_is_refused_as_a_whole(store, make_tar, entry, ref, limits, what):
    stream = make_tar(*(entry(b"f%d" % n, b"x" * 1000) for n in range(5)))
    with pytest.raises(SnapshotTooLarge, match=what):
        store.add_tar(stream, ref, limits=replace(SnapshotLimits(), **limits))
    assert store.resolve(ref) is None


def test_hard_links_cannot_multiply_content_past_the_limit(store, make_tar, entry, ref):
    links = (entry(b"h%d" % n, type=tarfile.LNKTYPE, linkname="big") for n in range(10))
    stream = make_tar(entry(b"big", b"x" * 1000), *links)
    with pytest.raises(SnapshotTooLarge):
        store.add_tar(stream, ref, limits=SnapshotLimits(total_bytes=5000))


def test_a_file_over_its_limit_is_listed(store, make_tar, entry, ref):
    stream = make_tar(entry(b"big", b"x" * 1001), entry(b"small", b"x" * 1000))
    snapshot = store.add_tar(stream, ref, limits=SnapshotLimits(file_bytes=1000))
    assert [(s.path, s.reason) for s in snapshot.skipped] == [
        ("big", "a file of more than 1000 bytes")
    ]
    assert snapshot.files == 1


def test_a_flood_of_unkept_entries_is_counted_and_not_all_named(store, make_tar, entry, ref):
    stream = make_tar(*(entry(b"p%d" % n, type=tarfile.FIFOTYPE) for n in range(1200)))
    skipped = store.add_tar(stream, ref).skipped
    assert len(skipped) == 1001
    assert skipped[-1].reason == "200 more entries"


@pytest.mark.parametrize("keep", [0, 1, 512, 700, 1024, 1536, 2048])
def test_a_stream_that_is_cut_off_is_refused(store, make_tar, entry, ref, keep):
    whole = make_tar(entry(b"a", b"x" * 600), entry(b"b", b"y")).getvalue()
    with pytest.raises(BrokenStream):
        store.add_tar(io.BytesIO(whole[:keep]), ref)
    assert store.resolve(ref) is None


def test_garbage_after_a_good_entry_is_refused(store, make_tar, entry, ref):
    whole = bytearray(make_tar(entry(b"a", b"x"), entry(b"b", b"y")).getvalue())
    whole[1024:1536] = os.urandom(512)
    with pytest.raises(BrokenStream):
        store.add_tar(io.BytesIO(whole), ref)


def test_a_header_that_claims_gigabytes_is_refused_before_it_is_read(store, entry, ref):
    class Counting(io.BytesIO):
        largest = 0

        def read(self, size=-1):
            self.largest = max(self.largest, size)
            return super().read(size)

    info, _ = entry(b"x", type=tarfile.XHDTYPE, size=8 << 30)
    stream = Counting(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    with pytest.raises(BrokenStream):
        store.add_tar(stream, ref)
    assert stream.largest <= 1 << 20


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b".gitattributes", b"x" * 3000 + b" text\n"),
        (b"GITATT~1", b"x" * 3000),
        (b".gitattributes", b"# \n" * 400_000),
    ],
    ids=["long line", "short name", "large"],
)
def test_attributes_that_git_refuses_are_listed(store, make_tar, entry, ref, user_git, name, data):
    snapshot = store.add_tar(make_tar(entry(name, data)), ref)
    assert [s.reason for s in snapshot.skipped] == ["git attributes that git refuses to read"]
    assert (snapshot.files, snapshot.bytes) == (0, 0)
    user_git(f"--git-dir={store.path}", "fsck", "--strict")


def test_a_folder_named_like_attributes_is_listed_once(store, make_tar, entry, ref, user_git):
    stream = make_tar(entry(b".gitattributes/a", b""), entry(b".gitattributes/b", b""))
    skipped = store.add_tar(stream, ref).skipped
    assert [s.path for s in skipped] == [".gitattributes"]
    user_git(f"--git-dir={store.path}", "fsck", "--strict")
