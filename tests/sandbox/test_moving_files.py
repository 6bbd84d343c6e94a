"""put, get and clear: what goes in comes out again, and nothing hostile comes out with it."""

import contextlib
import io
import os
import stat
import tarfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopbench.sandbox.protocol import Limits, Purpose, SandboxDied, SandboxSpec

MEGABYTE = 1 << 20
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def packed(tree: dict[str, tuple[str, int, bytes]]) -> io.BytesIO:
    """A tar stream of {path: (kind, mode, content or target)}, parents first."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, (kind, mode, content) in tree.items():
            info = tarfile.TarInfo(path)
            info.mode = mode
            if kind == "file":
                info.size = len(content)
            elif kind == "folder":
                info.type = tarfile.DIRTYPE
            else:
                info.type, info.linkname = tarfile.SYMTYPE, os.fsdecode(content)
            archive.addfile(info, io.BytesIO(content) if kind == "file" else None)
    stream.seek(0)
    return stream


def unpacked(stream) -> dict[str, tuple[str, int, bytes]]:
    """The same of a stream. The mode of a link means nothing."""
    tree = {}
    with tarfile.open(fileobj=stream) as archive:
        for member in archive:
            if member.issym():
                tree[member.name] = ("link", 0o777, os.fsencode(member.linkname))
            elif member.isdir():
                tree[member.name] = ("folder", member.mode, b"")
            elif member.isreg():
                tree[member.name] = ("file", member.mode, archive.extractfile(member).read())
            else:
                tree[member.name] = ("other", member.mode, member.type)
    return tree


NAMES = st.one_of(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.binary(min_size=1, max_size=30).map(os.fsdecode).filter(lambda name: not {"/", "\0"} & set(name)),
    st.sampled_from(["-rf", " ", "a\nb", "~", "*", "\\", ".git", "é", "x" * 255]),
).filter(lambda name: name not in (".", "..") and len(os.fsencode(name)) <= 255)  # fmt: skip
MODES = st.integers(0, 0o777)
LEAVES = st.one_of(
    st.tuples(st.just("file"), MODES, st.binary(max_size=3000)),
    st.tuples(st.just("link"), st.just(0o777), st.sampled_from([b"a", b"/etc/passwd", b"../..", b"\xff"])),
)  # fmt: skip
FOLDERS = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        st.just("folder"), MODES, st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip
TREES = st.dictionaries(NAMES, FOLDERS, max_size=5)


def flattened(tree, prefix="") -> dict[str, tuple[str, int, bytes]]:
    flat = {}
    for name, (kind, mode, content) in tree.items():
        path = prefix + name
        flat[path] = (kind, mode, b"" if kind == "folder" else content)
        if kind == "folder":
            flat |= flattened(content, f"{path}/")
    return flat


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=TREES)
def test_what_is_put_is_what_is_got(agent, tree):
    flat = flattened(tree)
    agent.clear("/workspace")
    agent.put(packed(flat), "/workspace")
    assert unpacked(agent.get("/workspace")) == flat
    assert unpacked(agent.get("/workspace")) == flat
    agent.clear("/workspace")
    assert unpacked(agent.get("/workspace")) == {}


def test_big_file_and_many_files_come_whole(room):
    tree = {f"{number}": ("file", 0o644, b"%d" % number) for number in range(1000)}
    tree["big"] = ("file", 0o600, os.urandom(20 * MEGABYTE))
    room.put(packed(tree), "/workspace")
    assert unpacked(room.get("/workspace")) == tree


def test_put_files_belong_to_the_command(room):
    tree = {"folder": ("folder", 0o755, b""), "folder/file": ("file", 0o600, b"x")}
    room.put(packed(tree), "/workspace")
    change = "echo y >> folder/file && touch folder/new && rm folder/file && rmdir folder || ls -ln"
    done = room.exec(["sh", "-c", "rm -r folder && ls -A"], cwd="/workspace", env=ENV)
    assert (done.status, done.stdout) == (0, b""), change


def test_put_adds_to_what_is_there(room):
    room.put(packed({"a": ("file", 0o644, b"1"), "b": ("file", 0o644, b"1")}), "/workspace")
    room.put(packed({"b": ("file", 0o755, b"2"), "c": ("file", 0o644, b"2")}), "/workspace")
    assert unpacked(room.get("/workspace")) == {
        "a": ("file", 0o644, b"1"),
        "b": ("file", 0o755, b"2"),
        "c": ("file", 0o644, b"2"),
    }


def test_one_file_can_be_got(room):
    room.put(packed({"report.json": ("file", 0o640, b"{}")}), "/tmp")
    assert unpacked(room.get("/tmp/report.json")) == {"report.json": ("file", 0o640, b"{}")}


@pytest.mark.parametrize("path", ["/no/such/place", "/workspace/missing"])
def test_moving_to_or_from_nowhere_is_an_error(room, usable, path):
    with pytest.raises(SandboxDied, match="No such file"):
        room.get(path)
    with pytest.raises(SandboxDied, match="No such file"):
        room.clear(path)
    assert usable(room)


def test_put_where_nothing_can_be_written_is_an_error(room, usable):
    with pytest.raises(SandboxDied):
        room.put(packed({"a": ("file", 0o644, b"1")}), "/proc/1")
    assert usable(room)


@pytest.mark.parametrize("data", [b"", b"x", b"not a tar" * 1000, os.urandom(40_000)])
def test_put_of_what_is_no_archive_does_no_harm(room, usable, data):
    with contextlib.suppress(SandboxDied):
        room.put(io.BytesIO(data), "/workspace")
    assert usable(room)
    assert unpacked(room.get("/workspace")) == {}


def outward(kind: str) -> io.BytesIO:
    """A stream that tries to write to /tmp when it is unpacked in /workspace."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:

        def member(name: str, type: bytes = tarfile.REGTYPE, target: str = "") -> None:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mode = type, target, 0o644
            archive.addfile(info)

        if kind == "upwards":
            member("../tmp/evil")
        elif kind == "upwards inside":
            member("a/../../tmp/evil")
        elif kind == "absolute":
            member("/tmp/evil")
        elif kind == "through a link":
            member("out", tarfile.SYMTYPE, "/tmp")
            member("out/evil")
        elif kind == "through a link to a link":
            member("first", tarfile.SYMTYPE, ".")
            member("second", tarfile.SYMTYPE, "first/../tmp")
            member("second/evil")
        elif kind == "folder through a link":
            member("out", tarfile.SYMTYPE, "/tmp")
            member("out/evil", tarfile.DIRTYPE)
        elif kind == "hard link":
            member("evil", tarfile.LNKTYPE, "/tmp/kept")
        else:
            member("evil", {"pipe": tarfile.FIFOTYPE, "device": tarfile.CHRTYPE}[kind])
    stream.seek(0)
    return stream


OUTWARD = ["upwards", "upwards inside", "absolute", "through a link", "through a link to a link"]
OUTWARD += ["folder through a link", "hard link"]


@pytest.mark.parametrize("kind", OUTWARD)
def test_put_writes_nowhere_else(room, usable, kind):
    room.put(packed({"kept": ("file", 0o644, b"x")}), "/tmp")
    with pytest.raises(SandboxDied, match="no file, folder or link of that place"):
        room.put(outward(kind), "/workspace")
    assert unpacked(room.get("/tmp")) == {"kept": ("file", 0o644, b"x")}
    assert "evil" not in unpacked(room.get("/workspace"))
    assert usable(room)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_put_passes_over_what_is_no_file(room, usable, kind):
    room.put(outward(kind), "/workspace")
    assert unpacked(room.get("/workspace")) == {}
    assert usable(room)


@pytest.mark.parametrize("target", ["/tmp/kept", "/tmp"])
def test_put_replaces_a_link_and_writes_nothing_through_it(room, python, target):
    room.put(packed({"kept": ("file", 0o644, b"x")}), "/tmp")
    python(room, f"import os; os.symlink({target!r}, 'name'); os.symlink({target!r}, 'other')")
    tree = {"name": ("file", 0o600, b"new"), "other": ("folder", 0o700, b"")}
    room.put(packed(tree), "/workspace")
    assert unpacked(room.get("/workspace")) == tree
    assert unpacked(room.get("/tmp")) == {"kept": ("file", 0o644, b"x")}


def test_put_sets_no_special_modes(room):
    room.put(packed({"a": ("file", 0o6755, b""), "b": ("folder", 0o3777, b"")}), "/workspace")
    done = room.exec(["stat", "-c", "%a", "a", "b"], cwd="/workspace", env=ENV)
    assert done.stdout == b"755\n777\n"


def test_put_of_more_than_the_disk_is_an_error(room, usable):
    with pytest.raises(SandboxDied, match=r"space|large"):
        room.put(packed({"big": ("file", 0o644, b"x" * (40 * MEGABYTE))}), "/workspace")
    room.clear("/workspace")
    assert usable(room)


HOSTILE = """
import os, socket, stat
os.symlink("/etc/passwd", "absolute")
os.symlink("../../../etc/passwd", "upwards")
os.symlink("/", "root")
os.symlink("loop", "loop")
open("file", "w").write("x")
os.link("file", "hard")
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("socket")
for name, mode in (("setuid", 0o4755), ("setgid", 0o2755), ("sticky", 0o1644), ("closed", 0)):
    open(name, "w").write("x")
    os.chmod(name, mode)
os.mkdir("locked")
open("locked/inside", "w").write("x")
os.chmod("locked/inside", 0)
os.chmod("locked", 0)
os.mkdir("shared")
os.chmod("shared", 0o3777)
for kind in (stat.S_IFBLK, stat.S_IFCHR):
    try:
        os.mknod("device", kind | 0o666, os.makedev(1, 3))
    except OSError:
        pass
"""


def test_hostile_entries_come_out_harmless(room, python):
    assert python(room, HOSTILE).status == 0
    tree = unpacked(room.get("/workspace"))
    assert tree == {
        "absolute": ("link", 0o777, b"/etc/passwd"),
        "upwards": ("link", 0o777, b"../../../etc/passwd"),
        "root": ("link", 0o777, b"/"),
        "loop": ("link", 0o777, b"loop"),
        "file": ("file", 0o644, b"x"),
        "hard": ("file", 0o644, b"x"),
        "pipe": ("other", 0o644, tarfile.FIFOTYPE),
        "socket": ("other", 0o644, tarfile.CHRTYPE),
        "setuid": ("file", 0o755, b"x"),
        "setgid": ("file", 0o755, b"x"),
        "sticky": ("file", 0o644, b"x"),
        "closed": ("file", 0, b"x"),
        "locked": ("folder", 0, b""),
        "locked/inside": ("file", 0, b"x"),
        "shared": ("folder", 0o777, b""),
    }
    room.clear("/workspace")
    assert unpacked(room.get("/workspace")) == {}


def test_place_itself_may_be_locked(room, python):
    python(room, "import os; open('file', 'w').write('x'); os.chmod('/workspace', 0)")
    assert unpacked(room.get("/workspace")) == {"file": ("file", 0o644, b"x")}
    python(room, "import os; os.chmod('/workspace', 0)")
    room.clear("/workspace")
    assert unpacked(room.get("/workspace")) == {}


def test_link_in_the_place_of_a_folder_isnt_followed(room, python):
    python(room, "import os; os.mkdir('real'); open('real/a', 'w'); os.symlink('real', 'link')")
    assert unpacked(room.get("/workspace/link")) == {"link": ("link", 0o777, b"real")}
    room.clear("/workspace")
    assert unpacked(room.get("/workspace")) == {}


def test_clear_follows_no_link(room, python):
    python(room, "import os; open('/tmp/kept', 'w'); os.symlink('/tmp', 'link')")
    room.clear("/workspace")
    assert list(unpacked(room.get("/tmp"))) == ["kept"]


@pytest.mark.parametrize("name", ["d", "d" * 200], ids=["short names", "long names"])
def test_paths_deeper_than_the_kernel_takes_do_no_harm(backend, python, usable, name):
    dig = f"""
        import os
        open("beside", "w").write("x")
        for _ in range(4096 // {len(name) + 1} + 100):
            os.mkdir({name!r})
            os.chdir({name!r})
        open("treasure", "w").write("x")
    """
    limits = Limits(files=10_000, disk_mb=32, memory_mb=128, processes=16)
    with backend.create(SandboxSpec(Purpose.AGENT, limits)) as sandbox:
        assert python(sandbox, dig).status == 0
        tree = unpacked(sandbox.get("/workspace"))
        assert tree["beside"] == ("file", 0o644, b"x")
        assert max(map(len, tree)) < 4096
        assert not any(path.endswith("treasure") for path in tree)
        sandbox.clear("/workspace")
        assert unpacked(sandbox.get("/workspace")) == {}
        assert usable(sandbox)


def test_sparse_files_cant_flood_the_host(room, python, usable):
    claim = """
        for number in range(100):
            with open(f"sparse-{number}", "wb") as file:
                file.truncate(30 << 20)
    """
    assert python(room, claim).status == 0
    with pytest.raises(SandboxDied, match="holds more"):
        room.get("/workspace")
    assert usable(room)
    room.clear("/workspace")
    assert unpacked(room.get("/workspace")) == {}


def test_holes_of_a_sparse_file_are_zeros(room, python):
    python(room, "f = open('s', 'wb'); f.seek(100000); f.write(b'x')")
    assert unpacked(room.get("/workspace")) == {"s": ("file", 0o644, b"\0" * 100000 + b"x")}


def test_names_in_a_stream_never_lead_out(room, python):
    python(room, HOSTILE)
    with tarfile.open(fileobj=room.get("/workspace")) as archive:
        for member in archive:
            assert not member.name.startswith("/")
            assert ".." not in member.name.split("/")
            names_what_is_left_out = "SLOPBENCH.left_out" in member.pax_headers
            assert not member.islnk()
            assert not member.isdev() or member.isfifo() or names_what_is_left_out
            assert stat.S_IMODE(member.mode) <= 0o777


def test_files_of_a_grader_come_back(backend, small):
    tree = {"results": ("folder", 0o700, b""), "results/report.json": ("file", 0o600, b"{}")}
    with backend.create(SandboxSpec(Purpose.GRADE, small)) as sandbox:
        sandbox.put(packed(tree), "/grader")
        done = sandbox.exec(["cat", "/grader/results/report.json"], cwd="/", env=ENV)
        assert done.stdout == b"{}"
        assert unpacked(sandbox.get("/grader")) == tree
