"""A system-call filter for bubblewrap, which brings none of its own.

The filter refuses (EPERM) calls that a program under test has no use for and that reach into the kernel or into
other processes. It is classic BPF, as seccomp(2) and linux/seccomp.h define it; see also the list of calls that
container engines refuse by default. Programs for other architectures than the running one are killed.
"""

import platform
import struct
from dataclasses import dataclass

from slopbench.errors import InfrastructureError

LOAD_WORD, JUMP_EQUAL, JUMP_GREATER_EQUAL, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1
NUMBER_OFFSET, ARCH_OFFSET, SECOND_ARGUMENT_OFFSET = 0, 4, 24
X32_BIT = 0x40000000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C


@dataclass(frozen=True)
class Architecture:
    """Audit id, number of ioctl and of the refused calls."""

    audit: int
    ioctl: int
    refused: dict[str, int]


NEW_CALLS = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427}
ARCHITECTURES = {
    "x86_64": Architecture(
        audit=0xC000003E,
        ioctl=16,
        refused=NEW_CALLS
        | {
            "ptrace": 101,
            "syslog": 103,
            "acct": 163,
            "settimeofday": 164,
            "swapon": 167,
            "swapoff": 168,
            "reboot": 169,
            "create_module": 174,
            "init_module": 175,
            "delete_module": 176,
            "clock_settime": 227,
            "kexec_load": 246,
            "add_key": 248,
            "request_key": 249,
            "keyctl": 250,
            "perf_event_open": 298,
            "open_by_handle_at": 304,
            "clock_adjtime": 305,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "kcmp": 312,
            "finit_module": 313,
            "kexec_file_load": 320,
            "bpf": 321,
            "userfaultfd": 323,
            "pidfd_getfd": 438,
        },
    ),
    "aarch64": Architecture(
        audit=0xC00000B7,
        ioctl=29,
        refused=NEW_CALLS
        | {
            "acct": 89,
            "kexec_load": 104,
            "init_module": 105,
            "delete_module": 106,
            "clock_settime": 112,
            "syslog": 116,
            "ptrace": 117,
            "reboot": 142,
            "settimeofday": 170,
            "add_key": 217,
            "request_key": 218,
            "keyctl": 219,
            "swapon": 224,
            "swapoff": 225,
            "perf_event_open": 241,
            "open_by_handle_at": 265,
            "clock_adjtime": 266,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "kcmp": 272,
            "finit_module": 273,
            "bpf": 280,
            "userfaultfd": 282,
            "kexec_file_load": 294,
            "pidfd_getfd": 438,
        },
    ),
}


def instruction(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """One `struct sock_filter`: jumps count the instructions that are passed over."""
    return struct.pack("<HBBI", code, yes, no, value)


def filter_program(machine: str | None = None) -> bytes:
    """The compiled filter for this machine, as `bwrap --seccomp FD` reads it.

    Raises InfrastructureError for an architecture without a table.
    """
    machine = machine or platform.machine()
    known = ARCHITECTURES.get(machine)
    if known is None:
        raise InfrastructureError(
            f"no system-call filter for the architecture {machine}",
            where="bubblewrap",
            mend="use --sandbox docker",
        )
    numbers = sorted(known.refused.values())
    program = [
        instruction(LOAD_WORD, ARCH_OFFSET),
        instruction(JUMP_EQUAL, known.audit, yes=1),
        instruction(RETURN, KILL),
        instruction(LOAD_WORD, NUMBER_OFFSET),
        instruction(JUMP_GREATER_EQUAL, X32_BIT, no=1),
        instruction(RETURN, REFUSE),
    ]
    for number in numbers:
        program += [instruction(JUMP_EQUAL, number, no=1), instruction(RETURN, REFUSE)]
    program += [
        instruction(JUMP_EQUAL, known.ioctl, no=4),
        instruction(LOAD_WORD, SECOND_ARGUMENT_OFFSET),
        instruction(JUMP_EQUAL, TIOCSTI, yes=1),
        instruction(JUMP_EQUAL, TIOCLINUX, no=1),
        instruction(RETURN, REFUSE),
        instruction(RETURN, ALLOW),
    ]
    return b"".join(program)
