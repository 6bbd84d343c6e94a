"""Each start in a bubblewrap sandbox of its own, nested in the grader's.

The program sees tools, solution, its folder and a fresh /tmp; it has user, PID, IPC and UTS
namespaces of its own and shares the grader's network, which is loopback alone.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
from collections.abc import Iterator, Sequence
from typing import IO

from ..failure import LauncherBroken
from ..proc import children, tree
from ..settings import Settings
from ..status import as_signal
from ..sweep import sweep
from .protocol import Command, Launched, Stream

END_SECONDS = 20.0
# A file system has room for more than the limit, so that exceeding it can be seen.
MARGIN_MB = 16
MB = 1 << 20
PIPE_BYTES = 1 << 16
ISOLATION = (
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
    *("--uid", "1000", "--gid", "1000", "--disable-userns"),
    *("--die-with-parent", "--new-session"),
)


Streams = tuple[Stream, Stream, Stream]


class BubblewrapLaunched:
    """`process` is bwrap itself, `init` the first process of the program's PID namespace.

    `report` is what bwrap writes about both: a JSON object a line.
    """

    def __init__(self, process: subprocess.Popen[bytes], report: IO[bytes], init: int) -> None:
        self.process = process
        self._report = report
        self.init = init
        self._init_end = _pidfd(init)

    def pids(self) -> list[int]:
        return tree(self.process.pid)

    def program(self) -> int | None:
        found = children(self.init)
        return found[0].pid if found else None

    def places(self) -> list[str]:
        inside = {place: f"/proc/{self.init}/root{place}" for place in ("/tmp", "/dev/shm")}
        return [path for place, path in inside.items() if _differs(path, place)]

    def kill(self) -> None:
        self.process.kill()
        if self._init_end is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init_end, signal.SIGKILL)

    def finish(self) -> int | None:
        """The namespace's first process goes with bwrap, and takes all others along.

        bwrap reports an exit code once the program has been reached. Without one, its own status
        tells whether a signal came first.
        """
        status = as_signal(self.process.wait(END_SECONDS))
        self._await_end()
        with self._report as report:
            last = report.readline()
        if last:
            return as_signal(int(json.loads(last)["exit-code"]))
        return status if status < 0 else None

    def _await_end(self) -> None:
        if self._init_end is None:
            return
        ended, _, _ = select.select([self._init_end], [], [], END_SECONDS)
        os.close(self._init_end)
        self._init_end = None
        if not ended:
            raise LauncherBroken(f"processes of the program didn't end within {END_SECONDS} s")


class BubblewrapLauncher:
    def __init__(self, settings: Settings) -> None:
        limit = str((settings.limits.disk_mb + MARGIN_MB) * MB)
        self._settings = settings
        self._view = (
            *ISOLATION,
            *settings.toolchain,
            *("--proc", "/proc", "--dev", "/dev"),
            *("--size", limit, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),
            *("--size", limit, "--tmpfs", "/tmp"),
            *("--ro-bind", settings.root, settings.root),
        )

    def launch(
        self, command: Command, *, stdin: Stream, stdout: Stream, stderr: Stream
    ) -> Launched:
        return BubblewrapLaunched(*self.begin(command, (stdin, stdout, stderr)))

    def reclaim(self, folder: str) -> list[str]:
        return sweep(folder, self._settings.limits.files)

    def begin(
        self,
        command: Command,
        streams: Streams,
        options: Sequence[str] = (),
        passed: Sequence[int] = (),
    ) -> tuple[subprocess.Popen[bytes], IO[bytes], int]:
        """Start bwrap; what BubblewrapLaunched is made of.

        `passed` are descriptors that the first process inside gets. Raises LauncherBroken.
        """
        reading, writing = os.pipe()
        report = open(reading, "rb")  # noqa: SIM115 - read again when the program has ended
        try:
            process = self._start(command, writing, streams, options, passed)
        finally:
            os.close(writing)
        first = report.readline()
        if not first:
            words = process.communicate()[1] or b""
            raise LauncherBroken(f"bwrap: {words.decode('utf-8', 'replace').strip()}")
        return process, report, int(json.loads(first)["child-pid"])

    def _start(
        self,
        command: Command,
        report: int,
        streams: Streams,
        more: Sequence[str],
        for_the_first: Sequence[int],
    ) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as stack:
            view = stack.enter_context(_readable([*self._view, *_shown(command)]))
            options = ["--json-status-fd", str(report), "--args", str(view), *more]
            passed = [report, view, *for_the_first]
            if self._settings.seccomp is not None:
                rules = os.open(self._settings.seccomp, os.O_RDONLY | os.O_CLOEXEC)
                stack.callback(os.close, rules)
                options += ["--seccomp", str(rules)]
                passed.append(rules)
            return subprocess.Popen(
                [self._settings.bwrap, *options, "--", *command.argv],
                env=command.env,
                stdin=streams[0],
                stdout=streams[1],
                stderr=streams[2],
                pass_fds=passed,
                start_new_session=True,
            )


def _shown(command: Command) -> Iterator[str]:
    """bwrap's arguments for what one start sees beyond the common view."""
    yield from ("--dir", command.env["HOME"])
    for path in command.empty:
        yield from ("--dir", path)
    for path in command.readonly:
        yield from ("--ro-bind", path, path)
    for path in command.writable:
        yield from ("--bind", path, path)
    yield from ("--remount-ro", "/", "--chdir", command.cwd)


@contextlib.contextmanager
def _readable(arguments: list[str]) -> Iterator[int]:
    """A pipe that holds the arguments, so that the program can't read them in /proc/1/cmdline.

    Its buffer is made to hold them; a memory file would do too, but the grading sandbox forbids
    those. Raises OSError for more arguments than a buffer may hold.
    """
    content = b"".join(os.fsencode(argument) + b"\0" for argument in arguments)
    reading, writing = os.pipe()
    try:
        with open(writing, "wb") as pipe:
            if len(content) > PIPE_BYTES:
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, len(content))
            pipe.write(content)
        yield reading
    finally:
        os.close(reading)


def _differs(inner: str, outer: str) -> bool:
    """Whether the inner path is on a file system of its own, as it is once bwrap is ready."""
    try:
        return os.stat(inner).st_dev != os.stat(outer).st_dev
    except OSError:
        return False


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None
