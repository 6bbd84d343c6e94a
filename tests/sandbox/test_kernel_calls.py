"""Calls into the kernel that a program has no use for are refused; there are no rights to gain."""

import contextlib
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.errors import InfrastructureError
from slopbench.sandbox import seccomp

PERMITTED, REFUSED, KILLED = seccomp.ALLOW, seccomp.REFUSE, seccomp.KILL
MACHINES = sorted(seccomp.ARCHITECTURES)


def verdict(program: bytes, number: int, audit: int, arguments: tuple[int, ...] = ()) -> int:
    """Run a filter as the kernel would."""
    arguments = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("<IIQ6Q", number, audit, 0, *arguments)
    code = list(struct.iter_unpack("<HBBI", program))
    accumulator = place = 0
    while True:
        operation, yes, no, value = code[place]
        place += 1
        if operation == seccomp.LOAD_WORD:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif operation == seccomp.JUMP_EQUAL:
            place += yes if accumulator == value else no
        elif operation == seccomp.JUMP_IF_SET:
            place += yes if accumulator & value else no
        elif operation == seccomp.JUMP_GREATER_EQUAL:
            place += yes if accumulator >= value else no
        else:
            assert operation == seccomp.RETURN
            return value


def special(known: seccomp.Architecture) -> set[int]:
    return {known.ioctl, known.socket, known.setpriority, *known.of_process.values()}


@pytest.mark.parametrize("machine", MACHINES)
@given(number=st.integers(0, 2**32 - 1), arguments=st.tuples(*[st.integers(0, 2**64 - 1)] * 6))
def test_filter_refuses_the_listed_calls_and_no_other(machine, number, arguments):
    known = seccomp.ARCHITECTURES[machine]
    program = seccomp.filter_program(machine)
    if number in special(known):
        return
    refused = number in known.refused.values() or number >= seccomp.X32_BIT
    expected = REFUSED if refused else PERMITTED
    assert verdict(program, number, known.audit, arguments) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_filter_refuses_every_listed_call(machine):
    known = seccomp.ARCHITECTURES[machine]
    program = seccomp.filter_program(machine)
    for number in known.refused.values():
        assert verdict(program, number, known.audit) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
@given(number=st.integers(0, 600), audit=st.integers(0, 2**32 - 1))
def test_filter_kills_programs_of_another_architecture(machine, number, audit):
    known = seccomp.ARCHITECTURES[machine]
    if audit != known.audit:
        assert verdict(seccomp.filter_program(machine), number, audit) == KILLED


@pytest.mark.parametrize("machine", MACHINES)
@given(first=st.integers(0, 2**64 - 1), second=st.integers(0, 2**64 - 1))
def test_filter_looks_at_the_arguments_of_some_calls(machine, first, second):
    known = seccomp.ARCHITECTURES[machine]
    program = seccomp.filter_program(machine)
    low = first & 0xFFFFFFFF, second & 0xFFFFFFFF

    def of(number: int) -> bool:
        return verdict(program, number, known.audit, (first, second)) == PERMITTED

    assert of(known.socket) == (low[0] in seccomp.SOCKET_FAMILIES.values())
    assert of(known.ioctl) == (low[1] not in (seccomp.TIOCSTI, seccomp.TIOCLINUX))
    assert of(known.setpriority) == (low == (0, 0))
    assert all(of(number) == (low[0] == 0) for number in known.of_process.values())


@pytest.mark.parametrize("machine", MACHINES)
def test_filter_lets_the_usual_arguments_through(machine):
    known = seccomp.ARCHITECTURES[machine]
    program = seccomp.filter_program(machine)
    usual = [(known.socket, 1), (known.socket, 2), (known.socket, 10), (known.setpriority, 0)]
    usual += [(number, 0) for number in known.of_process.values()]
    for number, first in usual:
        assert verdict(program, number, known.audit, (first,)) == PERMITTED
    for request in (seccomp.TIOCSTI, seccomp.TIOCLINUX):
        assert verdict(program, known.ioctl, known.audit, (1, request)) == REFUSED


def test_unknown_machine_is_an_error():
    with pytest.raises(InfrastructureError, match="m68k"):
        seccomp.filter_program("m68k")


@pytest.mark.parametrize("machine", MACHINES)
@given(number=st.integers(0, 600), flags=st.integers(0, 2**64 - 1))
def test_second_filter_differs_in_user_namespaces_alone(machine, number, flags):
    known = seccomp.ARCHITECTURES[machine]
    makes_one = number in (known.clone, known.unshare) and flags & seccomp.CLONE_NEWUSER
    expected = verdict(seccomp.filter_program(machine), number, known.audit, (flags,))
    if makes_one or number == seccomp.CLONE3:
        expected = seccomp.UNKNOWN if number == seccomp.CLONE3 else REFUSED
    program = seccomp.filter_without_namespaces(machine)
    assert verdict(program, number, known.audit, (flags,)) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_second_filter_refuses_a_user_namespace_among_other_flags(machine):
    known = seccomp.ARCHITECTURES[machine]
    program = seccomp.filter_without_namespaces(machine)
    for number in (known.clone, known.unshare):
        assert verdict(program, number, known.audit, (0x10000000 | 0x20000 | 17,)) == REFUSED
        assert verdict(program, number, known.audit, (0x20000 | 17,)) == PERMITTED


NAMESPACE_ATTACK = """
import ctypes, os, platform, subprocess, sys, threading
from slopbench.sandbox.inside.becoming import refuse_calls
from slopbench.sandbox.seccomp import ARCHITECTURES, filter_without_namespaces

refuse_calls(filter_without_namespaces())
libc = ctypes.CDLL(None, use_errno=True)
clone = ARCHITECTURES[platform.machine()].clone
for arguments in ((clone, 0x10000000 | 17, 0, 0, 0, 0), (435, 0, 0)):
    result = libc.syscall(*arguments)
    if result == 0:
        os._exit(0)
    print(result, ctypes.get_errno())
print(libc.unshare(0x10000000), ctypes.get_errno())
thread = threading.Thread(target=print, args=["a thread"])
sys.stdout.flush()
thread.start()
thread.join()
sys.stdout.flush()
subprocess.run(["sh", "-c", "echo a process | cat"], check=True)
"""


def test_second_filter_leaves_threads_and_processes_and_no_user_namespace():
    """Tried on the bare kernel: engines may refuse namespaces too, and the filter has to do alone."""
    done = subprocess.run(
        [sys.executable, "-c", NAMESPACE_ATTACK], capture_output=True, text=True, check=False
    )
    assert done.stdout == "-1 1\n-1 38\n-1 1\na thread\na process\n", done.stderr


CALLS = {
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "ptrace": (101, 117),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "open_by_handle_at": (304, 265),
    "process_vm_readv": (310, 270),
    "kcmp": (312, 272),
    "init_module": (175, 105),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "acct": (163, 89),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "memfd_secret": (447, 447),
    "mq_open": (240, 180),
}


@pytest.mark.parametrize("numbers", CALLS.values(), ids=CALLS.keys())
def test_call_is_refused(untrusted, python, numbers):
    attack = f"""
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
number = {numbers}[platform.machine() == "aarch64"]
root = ctypes.c_char_p(b"/")
print(libc.syscall(number, root, root, root, 0, root), ctypes.get_errno())
"""
    # EPERM, or ENOSYS where the kernel of this host hasn't got it.
    assert python(untrusted, attack).stdout in (b"-1 1\n", b"-1 38\n")


RIGHTS = {
    "mount": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, 0)",
    "bind": "libc.mount(b'/usr', b'/tmp', 0, 0x1000, 0)",
    "remount": "libc.mount(0, b'/usr/bin', 0, 0x1020, 0)",
    "umount": "libc.umount2(b'/tmp', 0)",
    "pivot_root": "libc.pivot_root(b'/workspace', b'/workspace')",
    "chroot": "libc.chroot(b'/workspace')",
    "fsopen": "libc.syscall(430, b'tmpfs', 0)",
    "sethostname": "libc.sethostname(b'x', 1)",
    "raw input and output": "libc.iopl(3)",
    "a new owner": "libc.chown(b'/workspace', 0, 0)",
}


@pytest.mark.parametrize("attempt", RIGHTS.values(), ids=RIGHTS.keys())
def test_rights_of_an_administrator_are_missing(untrusted, python, attempt):
    attack = f"import ctypes; libc = ctypes.CDLL(None, use_errno=True); print({attempt})"
    assert python(untrusted, attack).stdout == b"-1\n"


NAMESPACES = {
    "user": 0x10000000,
    "user and mount": 0x10020000,
    "mount": 0x00020000,
    "pid": 0x20000000,
    "network": 0x40000000,
    "ipc": 0x08000000,
    "hostname": 0x04000000,
    "control group": 0x02000000,
    "time": 0x00000080,
}


@pytest.mark.parametrize("flags", NAMESPACES.values(), ids=NAMESPACES.keys())
def test_no_namespace_can_be_made(untrusted, python, flags):
    attack = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.unshare({flags}))
"""
    assert python(untrusted, attack).stdout == b"-1\n"


def test_there_are_no_capabilities(untrusted):
    done = untrusted.exec(["cat", "/proc/self/status"], cwd="/", env={"PATH": "/usr/bin:/bin"})
    status = dict(
        line.split(":\t", 1) for line in done.stdout.decode().splitlines() if ":\t" in line
    )
    assert {status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Amb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert set(status["Uid"].split()) == {"1000"}
    assert set(status["Gid"].split()) == {"1000"}
    assert set(status["Groups"].split()) <= {"1000"}


def test_setuid_programs_gain_nothing(room, python):
    attack = """
        import os, shutil, subprocess
        shutil.copy(shutil.which("id"), "id")
        os.chmod("id", 0o6755)
        print(subprocess.run(["./id", "-u"], capture_output=True).stdout)
        for change in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])):
            try:
                change()
                print("changed")
            except OSError:
                pass
    """
    assert python(room, attack).stdout == b"b'1000\\n'\n"


def test_password_program_gives_no_other_user(untrusted):
    done = untrusted.exec(["su", "-c", "id -u"], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert done.status != 0
    assert done.stdout == b""


@pytest.mark.parametrize("place", ["/workspace", "/home/agent", "/tmp", "/dev/shm"])
def test_working_place_ignores_setuid_and_devices(untrusted, place):
    done = untrusted.exec(["cat", "/proc/self/mounts"], cwd="/", env={"PATH": "/usr/bin:/bin"})
    mounts = {line.split()[1]: line.split()[3] for line in done.stdout.decode().splitlines()}
    assert {"rw", "nosuid", "nodev"} <= set(mounts[place].split(","))
    assert "noexec" not in mounts[place].split(",")


def test_device_cant_be_made(untrusted, python):
    attack = "import os, stat; os.mknod('/workspace/disk', stat.S_IFBLK | 0o666, os.makedev(8, 0))"
    assert b"PermissionError" in python(untrusted, attack).stderr


def test_there_is_no_terminal_to_type_into(untrusted, python):
    attack = """
        import ctypes, fcntl, os, termios
        try:
            os.open("/dev/tty", os.O_RDWR)
            print("terminal")
        except OSError:
            pass
        for descriptor in range(3):
            assert not os.isatty(descriptor)
        ours, theirs = os.openpty()
        os.setsid() if os.getpid() != os.getsid(0) else None
        fcntl.ioctl(theirs, termios.TIOCSTI, b"x")
    """
    done = python(untrusted, attack)
    assert done.stdout == b""
    assert b"PermissionError" in done.stderr


def test_clock_cant_be_set(untrusted, python):
    attack = """
        import time
        for clock in (time.CLOCK_REALTIME, time.CLOCK_MONOTONIC):
            try:
                time.clock_settime(clock, 0)
                print("set")
            except OSError:
                pass
    """
    assert python(untrusted, attack).stdout == b""


def test_kernel_settings_of_the_host_cant_be_written(room, python, usable):
    """A namespace has settings of its own, which may be writable; those of the host stay."""
    attack = """
        import os
        for folder, names, files in os.walk("/proc/sys"):
            for name in files:
                path = os.path.join(folder, name)
                try:
                    with open(path, "r+") as file:
                        number = int(file.read().split()[0])
                        file.write(str(number + 1 if number < 2**30 else number - 1))
                        file.flush()
                    print(path)
                except (OSError, ValueError, IndexError):
                    pass
    """
    before = settings_of_host()
    written = python(room, attack).stdout.decode().split()
    after = settings_of_host()
    assert [path for path in written if before.get(path) != after.get(path)] == []
    assert usable(room)


def settings_of_host() -> dict[str, bytes]:
    found = {}
    for path in Path("/proc/sys").rglob("*"):
        with contextlib.suppress(OSError):
            found[str(path)] = path.read_bytes()
    return found


def test_kernel_interfaces_cant_be_opened_for_writing(untrusted, python):
    attack = """
        import os
        for path in ("/proc/sysrq-trigger", "/proc/kcore", "/proc/kmsg", "/sys/power/state"):
            try:
                os.close(os.open(path, os.O_WRONLY))
                print(path)
            except OSError:
                pass
    """
    assert python(untrusted, attack).stdout == b""


def test_ordinary_work_isnt_in_the_filters_way(untrusted, python):
    work = """
        import asyncio, concurrent.futures, mmap, multiprocessing, os, resource, select, socket
        import sqlite3, subprocess, tempfile, threading

        async def talk():
            server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            assert await reader.read() == b""
            writer.close()
            server.close()

        asyncio.run(talk())
        context = multiprocessing.get_context("fork")
        with context.Pool(2) as pool:
            assert pool.map(abs, [-1, 2]) == [1, 2]
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(abs, range(4))) == 6
        with tempfile.TemporaryDirectory() as folder:
            base = sqlite3.connect(folder + "/base")
            base.execute("pragma journal_mode=wal")
            base.execute("create table t (x)")
            base.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        os.nice(1)
        assert mmap.mmap(-1, 4096).read(1) == b"\\0"
        assert subprocess.run(["sh", "-c", "exit 3"]).returncode == 3
        print("well")
    """
    done = python(untrusted, work)
    assert (done.stdout, done.stderr) == (b"well\n", b"")


def test_node_works_where_it_is_shown(untrusted):
    script = """
        const { Worker } = require("worker_threads");
        const worker = new Worker("require('worker_threads').parentPort.postMessage(6)", { eval: true });
        worker.on("message", (value) => { console.log(value * 7); });
    """
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    if untrusted.exec(["node", "--version"], cwd="/", env=env).status == 0:
        assert untrusted.exec(["node", "-e", script], cwd="/", env=env).stdout == b"42\n"
