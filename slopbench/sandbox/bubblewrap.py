"""The embedded backend: bubblewrap in user namespaces, as root or as an ordinary user.

As root the launcher drops to an unprivileged uid of its own first: a sandbox made by uid 0 would keep
capabilities, and no further sandbox could be nested in it.
"""

import contextlib
import itertools
import json
import math
import os
import random
import secrets
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import BinaryIO, Self

from slopbench.config import WORKSPACE
from slopbench.errors import InfrastructureError
from slopbench.sandbox import cgroup, toolchain
from slopbench.sandbox.launcher_files import BWRAP, SECCOMP, launcher_folder
from slopbench.sandbox.protocol import (
    Fault,
    Limits,
    Outcome,
    Purpose,
    SandboxDied,
    SandboxSpec,
    Share,
    Toolchain,
)
from slopbench.sandbox.session import Session, interpreter_argv

MEGABYTE = 1 << 20
ENGINE_INSIDE = "/engine"
SOCKET_INSIDE = "/run/model.sock"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
FOLDERS = {
    Purpose.AGENT: (WORKSPACE, "/home/agent", "/task"),
    Purpose.BUILD: (WORKSPACE, "/home/agent"),
    Purpose.GRADE: (WORKSPACE, "/home/agent", "/grader"),
}
numbers = itertools.count()


class PipeChannel:
    """The pipes to the first process."""

    def __init__(self, write: int, read: int) -> None:
        self.write, self.read = write, read

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self.write, view) :]

    def receive(self, size: int, deadline: float) -> bytes:
        remaining = deadline - time.monotonic()
        ready, _, _ = select.select([self.read], [], [], max(0.0, remaining))
        if not ready:
            raise SandboxDied("didn't answer in time", where="bubblewrap")
        return os.read(self.read, size)


class BubblewrapSandbox:
    """One bubblewrap sandbox. The thread that starts it must live as long as it."""

    def __init__(self, spec: SandboxSpec) -> None:
        self.spec = spec
        self.group = cgroup.Group(f"{cgroup.PREFIX}{os.getpid()}-{next(numbers)}", spec.limits)
        self.process: subprocess.Popen[bytes] | None = None
        self.first: int | None = None
        self.session: Session | None = None

    def start(self) -> None:
        launcher = launcher_folder()
        root = toolchain.find_root()
        arguments, passed = self._arguments(root)
        status_read, status_write = os.pipe()
        passed.append(status_write)
        command = [str(launcher / BWRAP), "--json-status-fd", str(status_write)]
        command += ["--args", str(passed[0]), "--", *interpreter_argv(root.python)]
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=passed,
                cwd="/",
                env={},
                **unprivileged(),
            )
        finally:
            for descriptor in passed:
                os.close(descriptor)
        try:
            self._begin(status_read)
        except SandboxDied as error:
            words = self._complaint()
            self.stop()
            raise InfrastructureError(
                f"the sandbox did not start ({words or error})",
                where="bubblewrap",
                mend="slopbench doctor says what this machine lacks",
            ) from error
        finally:
            os.close(status_read)

    def _begin(self, status: int) -> None:
        """Learn the first process, put it under its limits, then let it run."""
        pid = read_child_pid(status)
        self.first = os.pidfd_open(pid)
        self.group.create()
        self.group.add(pid)
        if "cpu" not in self.group.controllers:
            limit_cpus(pid, self.spec.limits)
        assert self.process is not None and self.process.stdin and self.process.stdout
        channel = PipeChannel(self.process.stdin.fileno(), self.process.stdout.fileno())
        folders = [*FOLDERS[self.spec.purpose], "/tmp", "/dev/shm"]
        self.session = Session(channel, self.spec.limits, folders, user=None)
        self.session.start()

    def _complaint(self) -> str:
        """What bwrap wrote when it gave up."""
        if self.process is None or self.process.stderr is None:
            return ""
        self.process.kill()
        return self.process.stderr.read(4096).decode("utf-8", "replace").strip()

    def _arguments(self, root: toolchain.Root) -> tuple[list[str], list[int]]:
        """The sandbox's layout, and the descriptors that bwrap reads it from (the first is `--args`)."""
        limits, purpose = self.spec.limits, self.spec.purpose
        passwd, group = memory_file(toolchain.PASSWD.encode()), memory_file(toolchain.GROUP.encode())
        filter_fd = os.open(launcher_folder() / SECCOMP, os.O_RDONLY)
        size = str(limits.disk_mb * MEGABYTE)
        arguments = ["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"]
        arguments += [] if purpose is Purpose.GRADE else ["--disable-userns"]
        arguments += ["--die-with-parent", "--as-pid-1", "--new-session", "--clearenv"]
        arguments += ["--hostname", "sandbox", "--seccomp", str(filter_fd)]
        arguments += toolchain.visible_arguments(root)
        arguments += toolchain.masked_secrets(root, self.spec.secrets)
        arguments += ["--ro-bind-data", str(passwd), "/etc/passwd"]
        arguments += ["--ro-bind-data", str(group), "/etc/group"]
        arguments += ["--proc", "/proc", "--dev", "/dev"]
        arguments += ["--perms", "1777", "--size", size, "--tmpfs", "/dev/shm"]
        arguments += ["--perms", "1777", "--size", size, "--tmpfs", "/tmp"]
        for folder in FOLDERS[purpose]:
            arguments += ["--perms", "0755", "--size", size, "--tmpfs", folder]
        for share in self._shares():
            arguments += ["--ro-bind", str(share.host), share.inside]
        if self.spec.socket is not None:
            arguments += ["--ro-bind", str(self.spec.socket), SOCKET_INSIDE]
        arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
        packed = memory_file("\0".join([*arguments, ""]).encode())
        return arguments, [packed, passwd, group, filter_fd]

    def _shares(self) -> tuple[Share, ...]:
        if self.spec.purpose is Purpose.GRADE:
            return (*self.spec.shares, Share(launcher_folder(), ENGINE_INSIDE))
        return self.spec.shares

    def exec(
        self,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        stdin: bytes = b"",
        wall_seconds: float | None = None,
        on_output: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        kills = self.group.memory_kills()
        outcome = self._running().exec(
            argv,
            cwd=cwd,
            env=env,
            rlimits=command_rlimits(self.spec.limits),
            stdin=stdin,
            wall_seconds=wall_seconds,
            on_output=on_output,
        )
        if outcome.status != 0 and outcome.cause is None and self.group.memory_kills() > kills:
            return Outcome(None, "memory", outcome.stdout, outcome.stderr, outcome.seconds)
        return outcome

    def put(self, tar: BinaryIO, path: str) -> None:
        self._running().put(tar, path)

    def get(self, path: str) -> BinaryIO:
        return self._running().get(path)

    def clear(self, path: str) -> None:
        self._running().clear(path)

    def _running(self) -> Session:
        if self.session is None:
            raise SandboxDied("isn't started", where="bubblewrap")
        return self.session

    def stop(self) -> None:
        self.session = None
        if self.first is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.first, signal.SIGKILL)
            os.close(self.first)
            self.first = None
        if self.process is not None:
            self._end(self.process)
            self.process = None
        self.group.remove()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for bwrap, which ends when nothing is left inside."""
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Bubblewrap:
    """The backend. Needs no daemon, no image and no rights."""

    name = "bubblewrap"

    def create(self, spec: SandboxSpec) -> BubblewrapSandbox:
        return BubblewrapSandbox(spec)

    def toolchain(self) -> Toolchain:
        return toolchain.host_toolchain()

    def enforcement(self) -> dict[str, str]:
        group = cgroup.Group(f"{cgroup.PREFIX}{os.getpid()}-{next(numbers)}", Limits())
        group.create()
        held = group.controllers
        group.remove()
        return {
            "wall_time": "watchdog",
            "memory": "cgroup and watchdog" if "memory" in held else "watchdog",
            "processes": "cgroup and rlimit" if "pids" in held else "rlimit",
            "cpus": "cgroup" if "cpu" in held else "affinity",
            "disk": "tmpfs and watchdog",
            "files": "watchdog",
            "output": "watchdog",
        }

    def nesting(self) -> dict[str, object]:
        root = toolchain.find_root()
        links = [name for name in toolchain.LINKS if root.host(name).is_symlink()]
        binds = [argument for name in ("usr", "etc") for argument in ("--ro-bind", f"/{name}", f"/{name}")]
        for name in links:
            binds += ["--symlink", str(root.host(name).readlink()), f"/{name}"]
        return {
            "launcher": "bubblewrap",
            "bwrap": f"{ENGINE_INSIDE}/{BWRAP}",
            "binds": binds,
            "seccomp": f"{ENGINE_INSIDE}/{SECCOMP}",
            "python": root.python,
        }

    def check(self) -> list[Fault]:
        try:
            with self.create(SandboxSpec(Purpose.BUILD)) as sandbox:
                done = sandbox.exec(["true"], cwd="/", env={"PATH": "/usr/bin:/bin"})
            self.toolchain()
        except InfrastructureError as error:
            return [Fault(str(error), mend_for_this_host() or error.mend)]
        return [] if done.status == 0 else [Fault(f"a trial ended with {done}", "")]

    def alive(self) -> bool:
        return not self.check()

    def reap(self) -> int:
        return sum(cgroup.remove_folder(folder) for folder in cgroup.leftovers())


def memory_file(content: bytes) -> int:
    """A descriptor that reads `content`."""
    descriptor = os.memfd_create("slopbench", 0)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def unprivileged() -> dict[str, object]:
    """For root: the identity to drop to, another one for each sandbox."""
    if os.geteuid() != 0:
        return {}
    uid = 0x2000_0000 + secrets.randbelow(0x1000_0000)
    return {"user": uid, "group": uid, "extra_groups": []}


def read_child_pid(descriptor: int) -> int:
    """The pid of the first process as the host sees it. Raises SandboxDied if bwrap gives none."""
    data = b""
    deadline = time.monotonic() + START_SECONDS
    while b"\n" not in data:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        part = os.read(descriptor, 4096) if ready else b""
        if not part:
            raise SandboxDied("bwrap made no process", where="bubblewrap")
        data += part
    return int(json.loads(data.split(b"\n")[0])["child-pid"])


def limit_cpus(pid: int, limits: Limits) -> None:
    """Without a control group for it: bind the sandbox to as many CPUs as it may use."""
    available = sorted(os.sched_getaffinity(0))
    count = min(len(available), math.ceil(limits.cpus))
    with contextlib.suppress(OSError):
        os.sched_setaffinity(pid, random.sample(available, count))  # noqa: S311


def command_rlimits(limits: Limits) -> dict[str, int]:
    """Limits that each command gets from the kernel directly, by their names in `resource`."""
    return {
        "NPROC": limits.processes,
        "FSIZE": limits.disk_mb * MEGABYTE,
        "CORE": 0,
        "NOFILE": 4096,
    }


def mend_for_this_host() -> str:
    """The command that allows user namespaces, where a switch of this host forbids them."""
    switches = {
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),
        "/proc/sys/kernel/unprivileged_userns_clone": ("0", "1"),
        "/proc/sys/user/max_user_namespaces": ("0", "15000"),
    }
    for path, (forbids, allows) in switches.items():
        with contextlib.suppress(OSError), open(path) as file:
            if file.read().strip() == forbids:
                name = path.removeprefix("/proc/sys/").replace("/", ".")
                return f"sysctl -w {name}={allows} (as root)"
    return ""
