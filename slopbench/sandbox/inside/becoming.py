"""The last steps of a child before it is the command: streams, limits, calls that are refused."""

import base64
import contextlib
import ctypes
import os
import resource
import signal
from collections.abc import Sequence
from typing import Any, NoReturn

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
FIRST_TO_KILL = 500
SIGNALS = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

THREADS_SIGNALS = (32, 33)
RT_SIGACTION = {"x86_64": 13, "aarch64": 134}
SIGACTION_BYTES = 32


class FilterProgram(ctypes.Structure):
    """`struct sock_fprog`: how many instructions of eight bytes, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def become(request: dict[str, Any], streams: Sequence[int]) -> NoReturn:
    """Take on streams, limits and filter, then be the command. Never returns."""
    argv = request["argv"]
    try:
        for number, descriptor in enumerate(streams):
            os.dup2(descriptor, number)
        os.closerange(3, 1024)
        os.setsid()
        for caught in SIGNALS:
            signal.signal(caught, signal.SIG_DFL)
        reset_threads_signals()
        offer_to_kernel()
        for name, value in request["rlimits"].items():
            lower_limit(getattr(resource, "RLIMIT_" + name), value)
        refuse_calls(base64.b64decode(request["filter"]))
        os.chdir(request["cwd"])
        os.execvpe(argv[0], argv, request["env"])  # noqa: S606 - a shell is what must not be between
    except (OSError, ValueError) as error:
        os.write(2, f"{argv[0]}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(127)


def reset_threads_signals() -> None:
    """The two that the C library keeps for its threads: some launchers leave them ignored, and the
    library itself refuses to change them."""
    number = RT_SIGACTION.get(os.uname().machine)
    if number is not None:
        for caught in THREADS_SIGNALS:
            ctypes.CDLL(None).syscall(number, caught, bytes(SIGACTION_BYTES), None, 8)


def offer_to_kernel() -> None:
    """Where memory runs out, the kernel shall end the command and not the first process."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    # Refused where the host has made all of us a preferred victim already.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(str(FIRST_TO_KILL))


def refuse_calls(program: bytes) -> None:
    """Put a system-call filter (a compiled BPF program, may be empty) on this process for good."""
    if not program:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    compiled = ctypes.byref(FilterProgram(len(program) // 8, program))
    refused = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, compiled, 0, 0
    )
    if refused:
        raise OSError(ctypes.get_errno(), "the system-call filter was refused")


def lower_limit(limit: int, value: int) -> None:
    """Set a resource limit, unless a lower one holds already."""
    held = resource.getrlimit(limit)[1]
    value = value if held == resource.RLIM_INFINITY else min(value, held)
    resource.setrlimit(limit, (value, value))
