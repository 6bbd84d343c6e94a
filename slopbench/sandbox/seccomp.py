"""A system-call filter for bubblewrap, which brings none of its own.

The filter refuses (EPERM) calls that a program under test has no use for and that reach into the
kernel or into other processes, or that hold memory where nobody counts it (memfd_create, System V,
message queues, which would also outlive the program).
It is classic BPF, as seccomp(2) and linux/seccomp.h define it; see also the list of calls that
container engines refuse by default. Programs for another architecture are killed.
"""

import platform
import struct
from collections.abc import Collection
from dataclasses import dataclass

from slopbench.errors import InfrastructureError

LOAD_WORD, RETURN = 0x20, 0x06
JUMP_EQUAL, JUMP_GREATER_EQUAL, JUMP_IF_SET = 0x15, 0x35, 0x45
ALLOW, KILL, REFUSE, UNKNOWN = 0x7FFF0000, 0x80000000, 0x00050000 | 1, 0x00050000 | 38
NUMBER_OFFSET, ARCH_OFFSET, ARGUMENTS_OFFSET = 0, 4, 16
X32_BIT = 0x40000000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
CLONE_NEWUSER = 0x10000000
CLONE3 = 435
SOCKET_FAMILIES = {"unix": 1, "inet": 2, "inet6": 10, "netlink": 16}
"""Those that a network namespace holds; others (vsock) reach the host or the machine below it."""


@dataclass(frozen=True)
class Architecture:
    """The id of linux/audit.h and the numbers of the calls that the filter knows."""

    audit: int
    refused: dict[str, int]
    ioctl: int
    socket: int
    setpriority: int
    clone: int
    unshare: int
    of_process: dict[str, int]
    """Calls whose first argument is a process: only 0, the caller itself, is allowed.

    The first process of a sandbox may have the uid of what runs in it; its limits and its share of
    the CPUs must stay its own.
    """


NEW_CALLS = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "pidfd_getfd": 438,
    "memfd_secret": 447,
}
ARCHITECTURES = {
    "x86_64": Architecture(
        audit=0xC000003E,
        ioctl=16,
        socket=41,
        setpriority=141,
        clone=56,
        unshare=272,
        of_process={
            "sched_setparam": 142,
            "sched_setscheduler": 144,
            "prlimit64": 302,
            "sched_setattr": 314,
        },
        refused=NEW_CALLS
        | {
            "shmget": 29,
            "semget": 64,
            "msgget": 68,
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
            "sched_setaffinity": 203,
            "clock_settime": 227,
            "mq_open": 240,
            "kexec_load": 246,
            "add_key": 248,
            "request_key": 249,
            "keyctl": 250,
            "ioprio_set": 251,
            "perf_event_open": 298,
            "open_by_handle_at": 304,
            "clock_adjtime": 305,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "kcmp": 312,
            "finit_module": 313,
            "memfd_create": 319,
            "kexec_file_load": 320,
            "bpf": 321,
            "userfaultfd": 323,
        },
    ),
    "aarch64": Architecture(
        audit=0xC00000B7,
        ioctl=29,
        socket=198,
        setpriority=140,
        clone=220,
        unshare=97,
        of_process={
            "sched_setparam": 118,
            "sched_setscheduler": 119,
            "prlimit64": 261,
            "sched_setattr": 274,
        },
        refused=NEW_CALLS
        | {
            "ioprio_set": 30,
            "acct": 89,
            "kexec_load": 104,
            "init_module": 105,
            "delete_module": 106,
            "clock_settime": 112,
            "syslog": 116,
            "ptrace": 117,
            "sched_setaffinity": 122,
            "reboot": 142,
            "settimeofday": 170,
            "mq_open": 180,
            "msgget": 186,
            "semget": 190,
            "shmget": 194,
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
            "memfd_create": 279,
            "bpf": 280,
            "userfaultfd": 282,
            "kexec_file_load": 294,
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
    return assembled(known_architecture(machine), [])


def filter_without_namespaces(machine: str | None = None) -> bytes:
    """The same, and no user namespace can be made: for sandboxes in which none is nested.

    The flags of clone3 are out of a filter's sight. To callers it is a call that this kernel
    doesn't have, whereupon C libraries take clone. Raises InfrastructureError.
    """
    known = known_architecture(machine)
    refuse_flag = [instruction(JUMP_IF_SET, CLONE_NEWUSER, no=1), instruction(RETURN, REFUSE)]
    rules = [instruction(JUMP_EQUAL, CLONE3, no=1), instruction(RETURN, UNKNOWN)]
    rules += for_call(known.clone, 0, refuse_flag)
    rules += for_call(known.unshare, 0, refuse_flag)
    return assembled(known, rules)


def known_architecture(machine: str | None) -> Architecture:
    """The table of a machine, this one by default. Raises InfrastructureError if there is none."""
    machine = machine or platform.machine()
    known = ARCHITECTURES.get(machine)
    if known is None:
        raise InfrastructureError(
            f"no system-call filter for the architecture {machine}",
            where="bubblewrap",
            mend="use --sandbox docker",
        )
    return known


def assembled(known: Architecture, rules: list[bytes]) -> bytes:
    """A filter: the architecture's own rules, and more, which find the call's number loaded."""
    program = [
        instruction(LOAD_WORD, ARCH_OFFSET),
        instruction(JUMP_EQUAL, known.audit, yes=1),
        instruction(RETURN, KILL),
        instruction(LOAD_WORD, NUMBER_OFFSET),
        instruction(JUMP_GREATER_EQUAL, X32_BIT, no=1),
        instruction(RETURN, REFUSE),
        *rules,
        instruction(LOAD_WORD, NUMBER_OFFSET),
    ]
    for number in sorted(known.refused.values()):
        program += [instruction(JUMP_EQUAL, number, no=1), instruction(RETURN, REFUSE)]
    for number in known.of_process.values():
        program += only_with(number, 0, [0])
    program += only_with(known.setpriority, 0, [0])
    program += only_with(known.setpriority, 1, [0])
    program += only_with(known.socket, 0, SOCKET_FAMILIES.values())
    program += never_with(known.ioctl, 1, [TIOCSTI, TIOCLINUX])
    program.append(instruction(RETURN, ALLOW))
    return b"".join(program)


def only_with(number: int, argument: int, values: Collection[int]) -> list[bytes]:
    """Refuse a call unless one of its arguments is one of these values."""
    checks = [
        instruction(JUMP_EQUAL, value, yes=len(values) - place)
        for place, value in enumerate(values)
    ]
    return for_call(number, argument, [*checks, instruction(RETURN, REFUSE)])


def never_with(number: int, argument: int, values: Collection[int]) -> list[bytes]:
    """Refuse a call if one of its arguments is one of these values."""
    body = []
    for value in values:
        body += [instruction(JUMP_EQUAL, value, no=1), instruction(RETURN, REFUSE)]
    return for_call(number, argument, body)


def for_call(number: int, argument: int, body: list[bytes]) -> list[bytes]:
    """Load an argument's low word (all ours are ints) and look at it, for one call alone."""
    return [
        instruction(LOAD_WORD, NUMBER_OFFSET),
        instruction(JUMP_EQUAL, number, no=len(body) + 1),
        instruction(LOAD_WORD, ARGUMENTS_OFFSET + 8 * argument),
        *body,
    ]
