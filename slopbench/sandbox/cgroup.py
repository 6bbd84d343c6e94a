"""Limits that the kernel holds for a whole process tree, where control groups can be written.

Version 1 (a folder for each of memory, pids, cpu) and version 2 (one folder) are both in use. Where
neither can be written, the watchdog inside the sandbox and rlimits hold memory, processes and time.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from slopbench.sandbox.protocol import Limits

ROOT = Path("/sys/fs/cgroup")
MEGABYTE = 1 << 20
CPU_PERIOD = 100_000
HEADROOM_MB = 64
PREFIX = "slopbench-"


class Group:
    """The control group of one sandbox; `controllers` are those that could be set."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.folders: dict[str, Path] = {}

    @property
    def controllers(self) -> frozenset[str]:
        return frozenset(self.folders)

    def create(self) -> None:
        """Make the folders and set the limits, as far as this user may."""
        for controller, parent in parents().items():
            folder = parent / self.name
            try:
                folder.mkdir(exist_ok=True)
                self._limit(controller, folder)
                self.folders[controller] = folder
            except OSError:
                self._forget(folder)

    def _limit(self, controller: str, folder: Path) -> None:
        # Files in memory count too, hence the disk limit in the sum.
        memory = (self.limits.memory_mb + self.limits.disk_mb + HEADROOM_MB) * MEGABYTE
        quota = int(self.limits.cpus * CPU_PERIOD)
        settings: dict[tuple[str, int], dict[str, int | str]] = {
            ("memory", 1): {"memory.limit_in_bytes": memory},
            ("memory", 2): {"memory.max": memory, "memory.oom.group": 0},
            ("pids", 1): {"pids.max": self.limits.processes + 8},
            ("pids", 2): {"pids.max": self.limits.processes + 8},
            ("cpu", 1): {"cpu.cfs_period_us": CPU_PERIOD, "cpu.cfs_quota_us": quota},
            ("cpu", 2): {"cpu.max": f"{quota} {CPU_PERIOD}"},
        }
        for name, value in settings[controller, version()].items():
            (folder / name).write_text(str(value))
        if controller == "memory":
            refuse_swap(folder, memory)

    def add(self, pid: int) -> None:
        """Put a process in; its later children follow."""
        for controller, folder in list(self.folders.items()):
            try:
                (folder / "cgroup.procs").write_text(str(pid))
            except OSError:
                del self.folders[controller]
                self._forget(folder)

    def _forget(self, folder: Path) -> None:
        """Remove a folder that holds no limit, unless another controller uses it."""
        if folder not in self.folders.values():
            with suppress(OSError):
                folder.rmdir()

    def memory_kills(self) -> int:
        """How many processes the kernel has killed here for want of memory."""
        folder = self.folders.get("memory")
        if folder is None:
            return 0
        for name in ("memory.events", "memory.oom_control"):
            with suppress(OSError):
                fields = dict(line.split() for line in (folder / name).read_text().splitlines())
                return int(fields.get("oom_kill", 0))
        return 0

    def remove(self) -> None:
        """Remove the folders once their processes are gone."""
        for folder in set(self.folders.values()):
            remove_folder(folder)
        self.folders = {}


def refuse_swap(folder: Path, memory: int) -> None:
    """Keep a group from going round its memory limit by swapping, where the kernel counts swap."""
    for name, value in (("memory.memsw.limit_in_bytes", memory), ("memory.swap.max", 0)):
        if (folder / name).exists():
            (folder / name).write_text(str(value))


def remove_folder(folder: Path, seconds: float = 2.0) -> bool:
    """Remove an empty group; the kernel may need a moment to see that it is empty."""
    deadline = time.monotonic() + seconds
    while folder.exists():
        with suppress(OSError):
            folder.rmdir()
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def version() -> int:
    """1 or 2, by the file system that is mounted."""
    return 2 if (ROOT / "cgroup.controllers").exists() else 1


def parents() -> dict[str, Path]:
    """For each controller the folder in which this user may make groups."""
    found = parents_of_version_2() if version() == 2 else parents_of_version_1()
    return {name: path for name, path in found.items() if os.access(path, os.W_OK)}


def parents_of_version_1() -> dict[str, Path]:
    return {name: ROOT / name / own_path(name) for name in ("memory", "pids", "cpu")}


def parents_of_version_2() -> dict[str, Path]:
    own = ROOT / own_path("")
    user = f"user.slice/user-{os.getuid()}.slice/user@{os.getuid()}.service/app.slice"
    for folder in (own.parent if own != ROOT else ROOT, ROOT / user):
        control = folder / "cgroup.subtree_control"
        if not os.access(folder, os.W_OK) or not control.exists():
            continue
        for name in ("memory", "pids", "cpu"):
            with suppress(OSError):
                control.write_text(f"+{name}")
        enabled = control.read_text().split()
        return {name: folder for name in ("memory", "pids", "cpu") if name in enabled}
    return {}


def own_path(controller: str) -> str:
    """Where this process stands in a controller's tree, relative to its mount."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            return path.lstrip("/")
    return ""


def leftovers() -> list[Path]:
    """Groups of sandboxes whose owner (the pid in their name) is gone."""
    folders = {path for parent in set(parents().values()) for path in parent.glob(f"{PREFIX}*")}
    return [path for path in folders if not owner_lives(path.name)]


def owner_lives(name: str) -> bool:
    pid = name.removeprefix(PREFIX).split("-")[0]
    return pid.isdigit() and Path("/proc", pid).exists()
