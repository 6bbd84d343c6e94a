"""The first process of a sandbox watches what runs beside it, and nothing of it can be read or changed."""

import pytest

LOOKS = {
    "memory": "open('/proc/1/mem', 'rb')",
    "environment": "open('/proc/1/environ', 'rb').read()",
    "memory map": "open('/proc/1/maps', 'rb').read()",
    "descriptors": "os.listdir('/proc/1/fd')",
    "one descriptor": "open('/proc/1/fd/0', 'rb')",
    "descriptor details": "os.listdir('/proc/1/fdinfo')",
    "working folder": "os.readlink('/proc/1/cwd')",
    "root": "os.listdir('/proc/1/root')",
    "program": "os.readlink('/proc/1/exe')",
    "namespace": "os.readlink('/proc/1/ns/mnt')",
    "stack": "open('/proc/1/syscall').read()",
    "input and output": "open('/proc/1/io').read()",
    "share of memory": "open('/proc/1/oom_score_adj', 'w').write('1000')",
    "core filter": "open('/proc/1/coredump_filter', 'w').write('0')",
    "name": "open('/proc/1/comm', 'w').write('x')",
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_proc_gives_nothing_of_it(untrusted, python, look):
    done = python(untrusted, f"import os\n{look}")
    assert done.status == 1
    assert b"PermissionError" in done.stderr


TOUCHES = {
    "trace": "libc.ptrace(16, 1, 0, 0)",
    "seize": "libc.ptrace(0x4206, 1, 0, 0)",
    "read memory": "libc.process_vm_readv(1, piece, 1, piece, 1, 0)",
    "write memory": "libc.process_vm_writev(1, piece, 1, piece, 1, 0)",
    "take a descriptor": "libc.syscall(438, os.pidfd_open(1), 0, 0)",
    "lower its limits": "libc.prlimit(1, 7, limits, 0)",
    "starve it": "libc.setpriority(0, 1, 19)",
    "starve its user": "libc.setpriority(2, 0, 19)",
    "make it idle": "libc.sched_setscheduler(1, 5, b'\\0' * 4)",
    "bind it to a processor": "libc.sched_setaffinity(1, 8, b'\\1' + b'\\0' * 7)",
    "slow its disk": "libc.syscall(251, 1, 1, 0)",
    "enter its namespaces": "libc.setns(os.pidfd_open(1), 0x20000000)",
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES.keys())
def test_no_call_reaches_it(untrusted, python, usable, touch):
    attack = f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
data = ctypes.create_string_buffer(8)
piece = (ctypes.c_void_p * 2)(ctypes.addressof(data), 8)
limits = (ctypes.c_ulong * 2)(3, 3)
print({touch}, ctypes.get_errno())
"""
    assert python(untrusted, attack).stdout in (b"-1 1\n", b"-1 13\n")
    assert usable(untrusted)


def test_command_line_tells_nothing_of_the_host(untrusted, python):
    done = python(untrusted, "print(open('/proc/1/cmdline').read())")
    words = done.stdout.split(b"\0")
    assert words[0].startswith(b"/usr/") and words[0].rpartition(b"/")[2].startswith(b"python3")
    assert b"slopbench" not in done.stdout


def test_nothing_is_left_of_its_program_in_the_tree(untrusted):
    search = r"""
        find / \( -path /proc -o -path /sys -o -path /usr -o -path /dev \) -prune \
            -o -type f -print0 2>/dev/null | xargs -0 grep -lF 'class Outgoing(io.RawIOBase)'
        echo searched
    """
    done = untrusted.exec(["sh", "-c", search], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (done.stdout, done.cause) == (b"searched\n", None)


def test_commands_inherit_none_of_its_descriptors(untrusted, python):
    done = python(untrusted, "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))")
    assert done.stdout == b"[0, 1, 2, 3]\n"


def test_commands_start_with_default_signals(untrusted):
    done = untrusted.exec(["cat", "/proc/self/status"], cwd="/", env={"PATH": "/usr/bin:/bin"})
    status = dict(line.split(b":\t", 1) for line in done.stdout.splitlines() if b":\t" in line)
    assert {status[name] for name in (b"SigIgn", b"SigBlk", b"SigCgt")} == {b"0" * 16}
