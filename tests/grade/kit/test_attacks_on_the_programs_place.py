"""What a program can't do to the grader, to the tests or to later starts: one test an attack."""

import pytest

TOKEN = "TOKEN-5c1d9e"
ALIVE = """
def test_zz_next(run):
    assert run("hello").ok().out == "hello\\n"
"""
HELLO = """
    import ctypes, errno, os, signal, socket, subprocess, sys, time
    what, *rest = sys.argv[1:]

    def hello():
        print("hello")

    def attempt(action, *arguments):
        try:
            action(*arguments)
        except OSError as error:
            print(errno.errorcode[error.errno])
        else:
            print("done")
"""
CALL = "\n    globals()[what](*rest)\n"


def attack(grader, tests, program, **settings):
    """Grade an attacking program; a last test shows that grading goes on as if nothing was."""
    graded = grader(tests + ALIVE, HELLO + program + CALL, **settings)
    assert graded.event("finished"), graded.ran
    assert graded.one("test_zz_next")["reason"] is None
    return graded


def reason(graded, name="test_attack"):
    return graded.one(name)["reason"]


def test_searching_the_whole_visible_tree_for_the_tests_finds_nothing(isolated):
    graded = attack(
        isolated,
        f"""
def test_attack(run):
    assert {TOKEN!r}
    assert run("search", "TOKEN").ok().lines == []
""",
        """
    def search(word):
        word = f"{word}-5c1d9e".encode()
        for top, folders, files in os.walk("/"):
            if top == "/proc":
                mine = str(os.getpid())
                folders[:] = [name for name in folders if name.isdigit() and name != mine]
            if top in ("/usr", "/sys"):
                folders.clear()
            for name in files:
                path = os.path.join(top, name)
                try:
                    if not os.path.isfile(path) and not path.startswith("/proc"):
                        continue
                    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                    if word in os.read(descriptor, 100_000):
                        print(path)
                    os.close(descriptor)
                except OSError:
                    pass
""",
        limits={"start_seconds": 60, "test_seconds": 90},
    )
    assert reason(graded) is None


def test_the_graders_folder_can_not_be_entered_by_who_knows_its_name(isolated):
    graded = attack(
        isolated,
        f"""
def test_attack(run):
    found = run("enter", {isolated.room.place!r}, {isolated.problem!r}).ok().lines
    assert len(found) > 6 and "done" not in found
""",
        """
    def enter(place, problem):
        attempt(os.listdir, place)
        attempt(os.link, problem + "/1/tests/test_it.py", "x")
        for number in ["self", *os.listdir("/proc")]:
            if number.isdigit() or number == "self":
                root = f"/proc/{number}/root"
                attempt(os.listdir, root + place)
                attempt(open, f"{root}{problem}/1/tests/test_it.py")
                attempt(open, f"{root}{problem}/1/tests/test_it.py", "a")
                attempt(open, f"{root}{place}/forged.jsonl", "w")
                attempt(open, f"/proc/{number}/cwd/1/tests/test_it.py")
""",
    )
    assert reason(graded) is None


def test_the_graders_processes_can_not_be_looked_into(isolated):
    """In a PID namespace of its own, /proc/1 is bwrap: it has the program's own view."""
    graded = attack(
        isolated,
        f"""
def test_attack(run):
    found = run("look", {isolated.room.place!r}).ok().lines
    assert found and not [line for line in found if "secret" in line]
""",
        """
    def look(place):
        for number in os.listdir("/proc"):
            if number.isdigit() and int(number) != os.getpid():
                for name in ("environ", "maps"):
                    try:
                        text = open(f"/proc/{number}/{name}").read()
                        print(number, name, "secret" if place in text else "open")
                    except OSError:
                        print(number, name, "closed")
                for name in os.listdir("/proc/self/fd"):
                    try:
                        text = os.readlink(f"/proc/{number}/fd/{name}")
                        print(number, name, "secret" if place in text else "open")
                    except OSError:
                        print(number, name, "closed")
""",
    )
    assert reason(graded) is None


def test_the_graders_processes_are_not_even_there(nested):
    graded = attack(
        nested,
        """
def test_attack(run):
    found = run("look").ok().lines
    assert len(found) == 1 and "bwrap" in found[0]
    assert nothing_of_the_graders(found[0])

def nothing_of_the_graders(line):
    return not [word for word in ("settings", "grade", "pytest", "folder") if word in line]
""",
        """
    def look():
        for number in os.listdir("/proc"):
            if number.isdigit() and int(number) != os.getpid():
                print(number, open(f"/proc/{number}/cmdline").read().replace("\\0", " "))
""",
    )
    assert reason(graded) is None


@pytest.mark.parametrize("kind", ["symlink", "hardlink", "fifo", "socket", "folder_link"])
def test_planted(isolated, kind):
    """The program knows where the expected output lies and has the test read it as the actual."""
    place = f"{isolated.problem}/1/tests"
    isolated.room.put({"expected.txt": "secret"}, place)
    graded = attack(
        isolated,
        f"""
from pathlib import Path
PLACE = Path({place!r})

def test_attack(run, folder):
    run("plant", {kind!r}, str(PLACE))
    assert (folder / "out" / "expected.txt").read_bytes() == (PLACE / "expected.txt").read_bytes()
""",
        """
    def plant(kind, place):
        if kind == "folder_link":
            return os.symlink(place, "out")
        os.mkdir("out")
        out = "out/expected.txt"
        if kind == "symlink":
            os.symlink(place + "/expected.txt", out)
        elif kind == "hardlink":
            attempt(os.link, place + "/expected.txt", out)
        elif kind == "fifo":
            os.mkfifo(out)
        else:
            socket.socket(socket.AF_UNIX).bind(out)
""",
    )
    if kind == "hardlink":
        assert reason(graded).startswith("FileNotFoundError")
    else:
        assert reason(graded).startswith("the program left what isn't a regular file: out")


def test_a_running_service_that_plants_links_is_not_followed_and_found_out(isolated):
    place = f"{isolated.problem}/1/tests"
    isolated.room.put({"expected.txt": "secret"}, place)
    graded = attack(
        isolated,
        f"""
def test_attack(service, folder):
    service("plant", {place!r}, ready="planted")
    assert (folder / "out.txt").read_text() == "secret"

def test_never_read(service):
    assert service("plant", {place!r}, ready="planted").kill()

def test_at_the_end_of_the_test(service):
    service("plant", {place!r}, ready="planted")
""",
        """
    def plant(place):
        os.symlink(place + "/expected.txt", "out.txt")
        print("planted", flush=True)
        time.sleep(60)
""",
    )
    assert "out.txt is a symbolic link" in reason(graded)
    left = "the program left what isn't a regular file: out.txt (symbolic link)"
    assert reason(graded, "test_never_read") == left
    assert reason(graded, "test_at_the_end_of_the_test") == f"teardown: {left}"


def test_locking_or_replacing_the_folder_stops_nothing(isolated):
    graded = attack(
        isolated,
        """
def test_attack(run, folder):
    assert run("lock").ok().lines[0] != "done"
    assert run("hello", files={"x/in.txt": "x"}).out == "hello\\n"
    assert not (folder / "x" / "never").exists()
""",
        """
    def lock():
        attempt(os.rename, os.getcwd(), os.getcwd() + "-moved")
        os.makedirs("x", exist_ok=True)
        os.chmod("x", 0)
        os.chmod(".", 0)
""",
    )
    assert reason(graded) is None


def test_no_descriptor_is_inherited(isolated):
    graded = attack(
        isolated,
        """
import os, tempfile
def test_attack(run):
    with tempfile.TemporaryFile() as file:
        os.set_inheritable(file.fileno(), True)
        assert run("descriptors").ok().out == "[0, 1, 2]\\n"
""",
        """
    def descriptors():
        found = []
        for number in range(1024):
            try:
                os.fstat(number)
                found.append(number)
            except OSError:
                pass
        print(found)
""",
    )
    assert reason(graded) is None


def test_kill_minus_one_reaches_nobody_else(isolated):
    graded = attack(
        isolated,
        """
def test_attack(run, service):
    for number in ("9", "15", "19"):
        run("kill_all", number)
""",
        """
    def kill_all(number):
        attempt(os.kill, -1, int(number))
        for pid in range(1, 400):
            if pid != os.getpid():
                try:
                    os.kill(pid, int(number))
                except OSError:
                    pass
""",
    )
    assert reason(graded) is None


def test_a_daemon_left_behind_dies_with_the_start(isolated):
    graded = attack(
        isolated,
        """
import time
def test_attack(run, folder):
    assert run("leave").ok().out == "left\\n"
    size = (folder / "ticks").stat().st_size
    time.sleep(0.3)
    assert (folder / "ticks").stat().st_size == size
    assert list(folder.iterdir()) == [folder / "ticks"]
""",
        """
    def leave():
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    signal.signal(signal.SIGHUP, signal.SIG_IGN)
                    end = time.monotonic() + 20
                    while time.monotonic() < end:
                        with open("ticks", "a") as file:
                            file.write("x")
                        time.sleep(0.01)
                os._exit(0)
        while not os.path.exists("ticks"):
            time.sleep(0.01)
        print("left")
""",
    )
    assert reason(graded) is None


def test_a_fork_bomb_is_bounded_and_ended(isolated):
    graded = attack(
        isolated,
        """
def test_attack(run):
    run("bomb")
""",
        """
    def bomb():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            try:
                os.fork()
            except OSError:
                time.sleep(0.01)
""",
        limits={"start_seconds": 2},
    )
    assert reason(graded) == "time limit of 2 s exceeded"


def test_more_processes_than_allowed_can_not_be_made(isolated):
    graded = attack(
        isolated,
        """
def test_attack(run):
    assert 8 <= int(run("many").ok().out) <= 24 + 8
""",
        """
    def many():
        count = 0
        try:
            for count in range(200):
                if os.fork() == 0:
                    time.sleep(30)
        except OSError:
            print(count)
""",
    )
    assert reason(graded) is None


def test_a_memory_hog_is_killed_with_the_limit_named(isolated):
    graded = attack(
        isolated,
        """
def test_one(run):
    assert run("one").status == 1

def test_slow(run):
    run("slow")

def test_family(run):
    run("family")
""",
        """
    def one():
        bytearray(2 << 30)

    def slow():
        kept = []
        while True:
            kept.append(bytearray(b"x" * (4 << 20)))
            time.sleep(0.02)

    def family():
        for _ in range(6):
            if os.fork() == 0:
                kept = bytearray(b"x" * (50 << 20))
                time.sleep(20)
        time.sleep(20)
""",
        limits={"memory_mb": 128},
    )
    assert reason(graded, "test_one") is None
    assert reason(graded, "test_slow") == "memory limit of 128 MB exceeded"
    assert reason(graded, "test_family") == "memory limit of 128 MB exceeded"


def test_pages_that_a_family_shares_count_once(nested):
    """In a container root can't see who shares what, and counts each page for everybody."""
    graded = attack(
        nested,
        """
def test_attack(run):
    assert run("share").ok().out == "fits\\n"
""",
        """
    def share():
        kept = bytearray(b"x" * (60 << 20))
        for _ in range(5):
            if os.fork() == 0:
                time.sleep(1)
                os._exit(0)
        time.sleep(0.5)
        print("fits")
""",
        limits={"memory_mb": 200},
    )
    assert reason(graded) is None


@pytest.mark.parametrize("place", [".", "/tmp", "/dev/shm"])
def test_filling_the_disk_is_ended_with_the_limit_named(boxed, place):
    graded = attack(
        boxed,
        f"""
def test_bytes(run):
    run("fill", {place!r})

def test_one_big_file(run):
    assert run("big", {place!r}).ok().out in ("EFBIG\\n", "ENOSPC\\n", "EDQUOT\\n")

def test_files(run):
    run("many", {place!r})
""",
        """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill(place):
        for number in range(10_000):
            try:
                with open(f"{place}/{number}", "wb") as file:
                    file.write(bytes(1 << 20))
            except OSError:
                pass
            time.sleep(0.005)

    def big(place):
        def write():
            with open(f"{place}/big", "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 1 << 30)

        attempt(write)

    def many(place):
        for number in range(1_000_000):
            try:
                os.mkdir(f"{place}/{number}")
            except OSError:
                time.sleep(0.1)
            if number % 500 == 0:
                time.sleep(0.05)
""",
        limits={"disk_mb": 32, "files": 2000},
    )
    assert reason(graded, "test_bytes") == "disk limit of 32 MB exceeded"
    assert reason(graded, "test_one_big_file") is None
    assert reason(graded, "test_files") == "limit of 2000 files exceeded"


def test_endless_output_neither_hangs_nor_eats_memory(isolated):
    graded = attack(
        isolated,
        """
@pytest.mark.parametrize("stream", ["1", "2"])
def test_attack(run, stream):
    run("shout", stream)

def test_memory():
    # Not getrusage: that peak is inherited from the process that started the grader.
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 200 << 10
""",
        """
    def shout(stream):
        while True:
            os.write(int(stream), b"x" * 65536)
""",
        limits={"output_mb": 8},
    )
    for stream in "12":
        assert reason(graded, f"test_attack[{stream}]") == "output limit of 8 MB exceeded"
    assert reason(graded, "test_memory") is None


def test_ignoring_every_signal_does_not_help_past_the_time_limit(isolated):
    graded = attack(
        isolated,
        """
def test_attack(run):
    run("stay", timeout=0.5)
""",
        """
    def stay():
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
        while True:
            time.sleep(1)
""",
    )
    assert reason(graded) == "time limit of 0.5 s exceeded"


def test_stopping_oneself_does_not_help_past_the_time_limit(isolated):
    graded = attack(
        isolated,
        "def test_attack(run):\n    run('stop', timeout=0.5)\n",
        """
    def stop():
        os.kill(os.getpid(), signal.SIGSTOP)
""",
    )
    assert reason(graded) == "time limit of 0.5 s exceeded"


def test_the_solution_can_not_be_changed(boxed):
    graded = attack(
        boxed,
        """
def test_attack(run):
    assert not {"done"} & set(run("change").lines)
""",
        """
    def change():
        root = os.path.dirname(os.path.abspath(__file__))
        attempt(open, __file__, "a")
        attempt(open, root + "/new.py", "w")
        attempt(os.unlink, __file__)
        attempt(os.chmod, __file__, 0o777)
        attempt(os.rename, root, root + "-moved")
        attempt(os.utime, __file__)
""",
    )
    assert reason(graded) is None


def test_no_further_user_namespace_and_no_mount(boxed):
    graded = attack(
        boxed,
        """
def test_attack(run):
    assert run("escape").ok().lines == ["-1"] * 6
""",
        """
    def escape():
        libc = ctypes.CDLL(None, use_errno=True)
        for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000):
            print(libc.unshare(flag))
        print(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
        print(libc.chroot(b"/tmp"))
""",
    )
    assert reason(graded) is None


def test_tracing_the_first_process_does_not_hang_the_grader(isolated):
    graded = attack(
        isolated,
        """
def test_attack(run):
    run("trace", timeout=3)
""",
        """
    def trace():
        libc = ctypes.CDLL(None, use_errno=True)
        for pid in (1, os.getppid()):
            print(libc.ptrace(16, pid, 0, 0))
""",
    )
    assert reason(graded) in (None, "time limit of 3 s exceeded")


def test_the_environment_tells_nothing_of_the_grader(isolated):
    graded = attack(
        isolated,
        f"""
PLACE = {isolated.room.place!r}
def test_attack(run):
    found = run("environment").ok().json
    assert not [item for item in found.items() if PLACE in str(item)]
    assert set(found) == {{"PATH", "HOME", "LC_ALL", "TZ", "PYTHONDONTWRITEBYTECODE", "PWD"}} - (
        set() if "PWD" in found else {{"PWD"}})
""",
        """
    def environment():
        import json
        print(json.dumps(dict(os.environ)))
""",
    )
    assert reason(graded) is None


HIDING = """
    def undumpable():
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)

    def leaderless():
        # The first thread alone ends (exit, not exit_group): the process then looks like a zombie.
        import platform, threading
        number = {"x86_64": 60, "aarch64": 93}[platform.machine()]
        threading.Thread(target=eat).start()
        ctypes.CDLL(None).syscall(number, 0)

    def eat():
        kept = []
        while len(kept) < 100:
            kept.append(bytearray(b"x" * (4 << 20)))
            time.sleep(0.02)
        time.sleep(20)
"""


@pytest.mark.parametrize("hide", ["undumpable", "leaderless"])
def test_memory_of_a_program_that_hides_itself_counts(isolated, hide):
    graded = attack(
        isolated,
        """
def test_attack(run):
    run("hog")
""",
        HIDING
        + f"""
    def hog():
        {hide}()
        eat()
""",
        limits={"memory_mb": 128},
    )
    assert reason(graded) == "memory limit of 128 MB exceeded"


def test_a_helper_that_outlives_the_crash_saves_nothing(isolated):
    """A program that keeps all in memory must not pass for one that writes to the disk in time."""
    graded = attack(
        isolated,
        """
def test_attack(crash, folder):
    for _ in range(5):
        crash("serve", after_lines=1)
        assert list(folder.iterdir()) == []

def test_service(service, folder):
    for _ in range(5):
        service("serve", ready="ready\\n").kill()
        assert list(folder.iterdir()) == []
""",
        """
    def serve():
        reading, writing = os.pipe()
        started, begun = os.pipe()
        if os.fork() == 0:
            os.setsid()
            os.close(writing)
            os.write(begun, b"x")
            os.read(reading, 1)
            with open("saved", "w") as file:
                file.write("everything")
            os._exit(0)
        os.read(started, 1)
        print("ready", flush=True)
        time.sleep(20)
""",
    )
    assert reason(graded) is None
    assert reason(graded, "test_service") is None


def test_the_folder_itself_carries_nothing_into_the_next_test(isolated):
    graded = attack(
        isolated,
        """
def test_attack(run):
    run("mark").ok()

def test_next(run):
    assert run("look").ok().out == "755 755 []\\n"
""",
        """
    def mark():
        for place in (".", os.environ["HOME"]):
            os.chmod(place, 0o1717)
            try:
                os.setxattr(place, "user.seen", b"1")
            except OSError:
                pass

    def look():
        modes = [oct(os.stat(place).st_mode)[-3:] for place in (".", os.environ["HOME"])]
        print(*modes, os.listxattr("."))
""",
    )
    assert reason(graded) is None
    assert reason(graded, "test_next") is None


def test_a_test_that_is_broken_off_leaves_nothing_to_the_next(boxed):
    graded = attack(
        boxed,
        """
def test_attack(run):
    run("plant")

def test_next(run):
    assert run("look").ok().out == "[]\\n"
""",
        """
    def plant():
        for folder in ("/tmp", "/dev/shm"):
            with open(f"{folder}/note-of-an-attack", "w") as file:
                file.write("x")
        time.sleep(9)

    def look():
        print([folder for folder in ("/tmp", "/dev/shm") if "note-of-an-attack" in os.listdir(folder)])
""",
        limits={"test_seconds": 1},
    )
    assert reason(graded) == "the test's time limit is over"
    assert reason(graded, "test_next") is None


def test_message_queues_carry_nothing_into_the_next_start(boxed):
    graded = attack(
        boxed,
        """
def test_attack(run):
    assert run("queue").ok().out in ("ENOENT\\n", "EPERM\\n", "ENOSYS\\n", "made\\n")
    assert run("look").ok().out in ("ENOENT\\n", "EPERM\\n", "ENOSYS\\n")
""",
        """
    def opened(flags):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mq_open(b"/note-of-an-attack", flags, 0o666, None) < 0:
            return errno.errorcode[ctypes.get_errno()]
        return "made"

    def queue():
        os.umask(0)
        print(opened(os.O_CREAT | os.O_RDWR))

    def look():
        print(opened(os.O_RDWR))
""",
    )
    assert reason(graded) is None


def test_a_link_by_way_of_the_graders_own_working_folder_leads_nowhere(isolated):
    """The tests' folder has a random name, but /proc knows where whoever follows the link works."""
    graded = attack(
        isolated,
        """
def test_attack(service, folder):
    service("serve", ready="ready\\n")
    try:
        text = open(folder / "out").read()
    except OSError:
        text = "nothing"
    assert text == "nothing"
""",
        """
    def serve():
        os.symlink("/proc/self/cwd/1/tests/test_it.py", "out")
        print("ready", flush=True)
        time.sleep(20)
""",
    )
    assert reason(graded).startswith("teardown: the program left")
