"""Each limit ends what crosses it, says so, and leaves a sandbox that can be used."""

import signal
import tarfile

import pytest

from slopbench.sandbox.protocol import Limits, Purpose, SandboxSpec

MEGABYTE = 1 << 20
PLACES = ("/workspace", "/tmp", "/dev/shm", "/home/agent")
HOLD = "import time; time.sleep(60)"

ONE_HOG = """
held = []
while True:
    held.append(b"x" * 1_000_000)
"""
HIDDEN_HOG = """
import ctypes
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
held = []
while True:
    held.append(b"x" * 1_000_000)
"""
NAMELESS_HOG = """
import ctypes
ctypes.CDLL(None).prctl(15, b"\\xff\\xfe\\nRssAnon:", 0, 0, 0)
held = []
while True:
    held.append(b"x" * 1_000_000)
"""
LEADERLESS_HOG = """
import ctypes, threading, time
def eat():
    time.sleep(0.2)
    held = []
    while True:
        held.append(b"x" * 1_000_000)
threading.Thread(target=eat).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[__import__("os").uname().machine], 0)
"""
MANY_HOGS = """
import os, time
for _ in range(16):
    if os.fork() == 0:
        held = b"x" * (20 << 20)
        time.sleep(60)
time.sleep(60)
"""
MANY_SMALL_HOGS = """
import os, time
for _ in range(50):
    if os.fork() == 0:
        held = []
        while True:
            held.append(b"x" * 100_000)
time.sleep(60)
"""
SHARED_HOG = """
import mmap
held = []
while True:
    held.append(mmap.mmap(-1, 1 << 20))
    held[-1].write(b"x" * (1 << 20))
"""
GRANDCHILD_HOG = """
import os, time
if os.fork():
    time.sleep(60)
os.setsid()
if os.fork():
    os._exit(0)
held = []
while True:
    held.append(b"x" * 1_000_000)
"""
HOGS = {
    "one process": ONE_HOG,
    "one that forbids the look at itself": HIDDEN_HOG,
    "one whose name is no text": NAMELESS_HOG,
    "one whose first thread has ended": LEADERLESS_HOG,
    "many processes": MANY_HOGS,
    "many small processes": MANY_SMALL_HOGS,
    "shared pages": SHARED_HOG,
    "a daemon": GRANDCHILD_HOG,
}


@pytest.mark.parametrize("hog", HOGS.values(), ids=HOGS.keys())
def test_memory_hog_is_ended(room, python, usable, hog):
    done = python(room, hog)
    assert (done.status, done.cause) == (None, "memory")
    assert usable(room)


def test_pages_shared_after_a_fork_count_once(room, python):
    family = """
        import os, time
        held = b"x" * (80 << 20)
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                time.sleep(0.4)
                os._exit(0)
            children.append(child)
        print(sum(os.waitpid(child, 0)[1] for child in children))
    """
    done = python(room, family)
    assert (done.stdout, done.cause) == (b"0\n", None)


def test_files_read_through_memory_count_as_disk_alone(backend, python):
    mapped = """
        import mmap, time
        held = b"x" * (40 << 20)
        with open("big", "w+b") as file:
            for _ in range(40):
                file.write(b"y" * (1 << 20))
            file.flush()
            view = mmap.mmap(file.fileno(), 0)
            print(view[::4096].count(b"y"))
            time.sleep(0.4)
    """
    limits = Limits(memory_mb=64, disk_mb=64, processes=16)
    with backend.create(SandboxSpec(Purpose.AGENT, limits)) as sandbox:
        done = python(sandbox, mapped)
    assert (done.stdout, done.cause) == (b"10240\n", None)


HIDDEN_MEMORY = {
    "memfd": """
        import os
        held = []
        while len(held) < 600:
            held.append(os.memfd_create("x"))
            os.write(held[-1], b"x" * (1 << 20))
    """,
    "System V": """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.shmat.restype = ctypes.c_void_p
        for _ in range(600):
            segment = libc.shmget(0, 1 << 20, 0o1600)
            if segment < 0:
                raise OSError(ctypes.get_errno(), "shmget")
            address = libc.shmat(segment, None, 0)
            ctypes.memset(address, 1, 1 << 20)
            libc.shmdt(ctypes.c_void_p(address))
    """,
}


@pytest.mark.parametrize("source", HIDDEN_MEMORY.values(), ids=HIDDEN_MEMORY.keys())
def test_memory_that_no_process_maps_is_refused_or_counted(room, python, usable, source):
    done = python(room, source)
    assert done.status == 1 or done.cause == "memory"
    assert usable(room)


@pytest.mark.parametrize("place", PLACES)
def test_one_file_cant_fill_more_than_the_disk(room, python, usable, small, place):
    fill = """
        import signal, sys, time
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with open(sys.argv[1] + "/big", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * (1 << 20))
            except OSError:
                time.sleep(60)
    """
    assert python(room, fill, place).cause == "disk"
    with tarfile.open(fileobj=room.get(place)) as archive:
        assert sum(member.size for member in archive) <= small.disk_mb * MEGABYTE
    room.clear(place)
    assert usable(room)


def test_places_together_cant_hold_more_than_the_disk(room, python, usable, small):
    fill = """
        import sys, time
        for place in sys.argv[2:]:
            with open(place + "/part", "wb") as file:
                file.write(b"x" * int(sys.argv[1]))
        time.sleep(60)
    """
    part = small.disk_mb * MEGABYTE // 3
    assert python(room, fill, str(part), *PLACES).cause == "disk"
    for place in PLACES:
        room.clear(place)
    assert usable(room)


@pytest.mark.parametrize("place", PLACES)
def test_many_files_are_ended(room, python, usable, place):
    fill = """
        import itertools, os, sys
        for number in itertools.count():
            os.close(os.open(f"{sys.argv[1]}/{number}", os.O_CREAT | os.O_WRONLY))
    """
    assert python(room, fill, place).cause == "files"
    room.clear(place)
    assert usable(room)


def test_many_folders_links_and_pipes_are_ended(room, python, usable):
    fill = """
        import itertools, os
        open("file", "w").close()
        for number in itertools.count():
            os.mkdir(f"folder-{number}")
            os.symlink("nowhere", f"link-{number}")
            os.link("file", f"hard-{number}")
            os.mkfifo(f"pipe-{number}")
    """
    assert python(room, fill).cause == "files"
    room.clear("/workspace")
    assert usable(room)


def test_full_disk_is_named_even_if_the_command_ends_at_once(room, python):
    fill = """
        with open("big", "wb", buffering=0) as file:
            while True:
                file.write(b"x" * (1 << 20))
    """
    assert python(room, fill).cause == "disk"


def test_sparse_file_cant_claim_more_than_the_disk(room, python):
    claim = """
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with open("sparse", "wb") as file:
            file.truncate(1 << 40)
    """
    assert b"File too large" in python(room, claim).stderr


def test_wall_time_ends_a_busy_command(room, python, usable):
    assert python(room, "while True: pass", wall_seconds=0.5).cause == "wall_time"
    assert usable(room)


def test_wall_time_of_the_sandbox_is_the_default(backend, python, usable):
    limits = Limits(wall_seconds=0.5, memory_mb=128, processes=16, disk_mb=8)
    with backend.create(SandboxSpec(Purpose.AGENT, limits)) as sandbox:
        assert python(sandbox, HOLD).cause == "wall_time"
        assert usable(sandbox)


FLOODS = {
    "stdout": "yes",
    "stderr": "yes >&2",
    "both": "yes & yes >&2",
    "one line": "cat /dev/zero",
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
def test_flood_of_output_is_ended(room, usable, small, flood):
    pieces = []
    done = room.exec(
        ["sh", "-c", flood], cwd="/", env={"PATH": "/usr/bin:/bin"}, on_output=pieces.append
    )
    assert done.cause == "output"
    assert len(done.stdout) + len(done.stderr) <= small.output_mb * MEGABYTE
    assert sum(map(len, pieces)) == len(done.stdout) + len(done.stderr)
    assert usable(room)


def test_flood_of_a_command_that_ends_by_itself_is_named(backend, usable):
    limits = Limits(output_mb=1, memory_mb=128, processes=16, disk_mb=8)
    with backend.create(SandboxSpec(Purpose.AGENT, limits)) as sandbox:
        flood = ["head", "-c", str(MEGABYTE + 1000), "/dev/zero"]
        done = sandbox.exec(flood, cwd="/", env={"PATH": "/usr/bin:/bin"})
        assert (done.cause, len(done.stdout)) == ("output", MEGABYTE)
        flood[2] = str(MEGABYTE)
        assert sandbox.exec(flood, cwd="/", env={"PATH": "/usr/bin:/bin"}).cause is None
        assert usable(sandbox)


def test_crash_leaves_no_dump(room, python):
    crash = """
        import os, resource, signal
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
        except (OSError, ValueError):
            pass
        os.kill(os.getpid(), signal.SIGSEGV)
    """
    assert python(room, crash).status == -signal.SIGSEGV
    with tarfile.open(fileobj=room.get("/workspace")) as archive:
        assert archive.getnames() == []


def test_cpus_are_bounded(backend, python):
    burn = """
        import os, time
        ready = len(os.sched_getaffinity(0))
        started = time.monotonic()
        if os.fork() == 0:
            while time.monotonic() - started < 1.0:
                pass
            os._exit(0)
        while time.monotonic() - started < 1.0:
            pass
        os.wait()
        spent = os.times()
        print(ready, sum(spent[:4]) / (time.monotonic() - started))
    """
    limits = Limits(cpus=0.5, memory_mb=128, processes=16, disk_mb=8)
    with backend.create(SandboxSpec(Purpose.AGENT, limits)) as sandbox:
        ready, used = python(sandbox, burn).stdout.split()
    bound = 0.5 if backend.enforcement()["cpus"] == "cgroup" else float(ready)
    assert float(used) <= bound + 0.25
    assert bound == 0.5 or int(ready) == 1


def test_every_limit_has_something_that_holds_it(backend):
    held = backend.enforcement()
    assert set(held) == {"wall_time", "memory", "processes", "cpus", "disk", "files", "output"}
    assert "none" not in held.values()
