"""The embedded backend: bubblewrap in user namespaces, as root or as an ordinary user.

As root the launcher drops to an unprivileged uid of its own first: a sandbox made by uid 0 would
keep capabilities, and no further sandbox could be nested in it.
"""

import contextlib
import itertools
import math
import os
import random
import signal
from pathlib import Path

import slopbench
from slopbench.errors import InfrastructureError
from slopbench.sandbox import cgroup, toolchain
from slopbench.sandbox.bubblewrap_launch import (
    PipeChannel,
    end,
    memory_file,
    read_child_pid,
    spawn,
)
from slopbench.sandbox.launcher_files import BWRAP, SECCOMP, launcher_folder
from slopbench.sandbox.layout import (
    FOLDERS,
    NO_CORE,
    SHARED_FOLDERS,
    SOCKET_INSIDE,
    watched_folders,
)
from slopbench.sandbox.protocol import (
    Fault,
    Limits,
    Purpose,
    SandboxDied,
    SandboxSpec,
    Share,
    Toolchain,
)
from slopbench.sandbox.session import Session, interpreter_argv
from slopbench.sandbox.session_sandbox import SessionSandbox

MEGABYTE = 1 << 20
PACKAGE = Path(slopbench.__file__).parent
ENGINE_INSIDE = "/engine"
numbers = itertools.count()


class BubblewrapSandbox(SessionSandbox):
    """One bubblewrap sandbox. The thread that starts it must live as long as it."""

    def __init__(self, spec: SandboxSpec) -> None:
        super().__init__(spec)
        self.group = cgroup.Group(f"{cgroup.PREFIX}{os.getpid()}-{next(numbers)}", spec.limits)
        self.channel: PipeChannel | None = None
        self.first: int | None = None

    def start(self) -> None:
        try:
            self._begin(toolchain.find_root())
        except SandboxDied as error:
            words = self._complaint()
            self.stop()
            raise InfrastructureError(
                f"the sandbox did not start ({words or error})",
                where="bubblewrap",
                mend="slopbench doctor says what this machine lacks",
            ) from error
        except BaseException:
            self.stop()
            raise

    def _begin(self, root: toolchain.Root) -> None:
        """Learn the first process, put it under its limits, then let it run."""
        status = self._launch(root)
        try:
            pid = read_child_pid(status)
            self.first = os.pidfd_open(pid)
        except ProcessLookupError as error:
            raise SandboxDied("its first process is gone", where="bubblewrap") from error
        finally:
            os.close(status)
        self.group.create()
        self.group.add(pid)
        if "cpu" not in self.group.controllers:
            limit_cpus(pid, self.spec.limits)
        assert self.channel is not None
        session = Session(self.channel, self.spec.limits, watched_folders(self.spec.purpose))
        session.start()
        self.session = session

    def _launch(self, root: toolchain.Root) -> int:
        """Start bwrap; the descriptor on which it tells the pid of the first process."""
        launcher = launcher_folder()
        passed = self._arguments(root)
        command = [str(launcher / BWRAP), "--args", str(passed[0])]
        status, told = os.pipe()
        command += ["--json-status-fd", str(told), "--", *interpreter_argv(root.python)]
        passed.append(told)
        try:
            self.channel = PipeChannel(spawn(command, passed))
        except BaseException:
            os.close(status)
            raise
        finally:
            for descriptor in passed:
                os.close(descriptor)
        return status

    def _complaint(self) -> str:
        """What bwrap wrote when it gave up."""
        if self.channel is None or self.channel.process.stderr is None:
            return ""
        self.channel.process.kill()
        return self.channel.process.stderr.read(4096).decode("utf-8", "replace").strip()

    def rlimits(self) -> dict[str, int]:
        return command_rlimits(self.spec.limits)

    def memory_kills(self) -> int:
        return self.group.memory_kills()

    def _arguments(self, root: toolchain.Root) -> list[int]:
        """The sandbox's layout, as descriptors that bwrap reads; the first holds its arguments."""
        limits, purpose = self.spec.limits, self.spec.purpose
        shown = toolchain.visible_arguments(root)
        shown += toolchain.masked_secrets(root, (*self.spec.secrets, PACKAGE))
        files = {
            f"/etc/{name}": memory_file(text.encode()) for name, text in toolchain.FILES.items()
        }
        filter_fd = os.open(launcher_folder() / SECCOMP, os.O_RDONLY)
        size = str(limits.disk_mb * MEGABYTE)
        arguments = ["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"]
        arguments += [] if purpose is Purpose.GRADE else ["--disable-userns"]
        arguments += ["--die-with-parent", "--as-pid-1", "--new-session", "--clearenv"]
        arguments += ["--hostname", "sandbox", "--seccomp", str(filter_fd)]
        arguments += shown
        for inside, descriptor in files.items():
            arguments += ["--ro-bind-data", str(descriptor), inside]
        arguments += ["--proc", "/proc", "--dev", "/dev"]
        for folder in SHARED_FOLDERS:
            arguments += ["--perms", "1777", "--size", size, "--tmpfs", folder]
        for folder in FOLDERS[purpose]:
            arguments += ["--perms", "0755", "--size", size, "--tmpfs", folder]
        for share in self._shares():
            arguments += ["--ro-bind", str(share.host), share.inside]
        if self.spec.socket is not None:
            arguments += ["--ro-bind", str(self.spec.socket), SOCKET_INSIDE]
        arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
        packed = memory_file("\0".join([*arguments, ""]).encode())
        return [packed, *files.values(), filter_fd]

    def _shares(self) -> tuple[Share, ...]:
        if self.spec.purpose is Purpose.GRADE:
            return (*self.spec.shares, Share(launcher_folder(), ENGINE_INSIDE))
        return self.spec.shares

    def kill(self) -> None:
        if self.first is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.first, signal.SIGKILL)

    def stop(self) -> None:
        self.session = None
        if self.first is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.first, signal.SIGKILL)
            os.close(self.first)
            self.first = None
        elif self.channel is not None:
            self.channel.process.kill()
        if self.channel is not None:
            end(self.channel.process)
            self.channel.close()
            self.channel = None
        self.group.remove()


class Bubblewrap:
    """The backend. Needs no daemon, no image and no rights."""

    name = "bubblewrap"

    def create(self, spec: SandboxSpec) -> BubblewrapSandbox:
        return BubblewrapSandbox(spec)

    def toolchain(self) -> Toolchain:
        return toolchain.host_toolchain()

    def enforcement(self) -> dict[str, str]:
        with self.create(SandboxSpec(Purpose.BUILD)) as sandbox:
            held = sandbox.group.controllers
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
        binds = [
            argument
            for name in ("usr", "etc")
            for argument in ("--ro-bind", f"/{name}", f"/{name}")
        ]
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


def limit_cpus(pid: int, limits: Limits) -> None:
    """Without a control group for it: bind the sandbox to as many CPUs as it may use."""
    available = sorted(os.sched_getaffinity(0))
    count = min(len(available), math.ceil(limits.cpus))
    with contextlib.suppress(OSError):
        os.sched_setaffinity(pid, random.sample(available, count))


def command_rlimits(limits: Limits) -> dict[str, int]:
    """Limits that each command gets from the kernel directly, by their names in `resource`."""
    return {
        "NPROC": limits.processes,
        "FSIZE": limits.disk_mb * MEGABYTE,
        "CORE": NO_CORE,
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
        with contextlib.suppress(OSError):
            if Path(path).read_text().strip() == forbids:
                name = path.removeprefix("/proc/sys/").replace("/", ".")
                return f"sysctl -w {name}={allows} (as root)"
    return ""
