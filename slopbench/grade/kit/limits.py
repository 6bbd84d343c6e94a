"""Limits on what a start of the program uses, without cgroups.

Hard ones are resource limits that the grader sets for itself once and its children inherit.
Sums over all processes of a start are watched, once a start lasts longer than a moment.
"""

import os
import resource

from .launch.protocol import Launched
from .proc import proportional_kb, resident_kb
from .settings import Limits, Settings

MB = 1 << 20
GRADER_MEMORY_MB = 256
GRADER_PROCESSES = 8
GRADER_FILE_MB = 64
OPEN_FILES = 1024
FIRST_KERNEL_THAT_COUNTS_BY_NAMESPACE = (5, 14)


def prepare(settings: Settings) -> None:
    """Make the place for test folders and set the limits that everything started here inherits."""
    os.makedirs(settings.work, exist_ok=True)
    limit_resources(settings.limits)
    if settings.launcher != "bare":
        limit_processes(settings.limits)


def limit_resources(limits: Limits) -> None:
    """Set the inherited limits of one process; each leaves a margin for the grader itself.

    The address space isn't limited (Node.js reserves far more than it uses), the data segment is.
    """
    _set(resource.RLIMIT_DATA, (limits.memory_mb + GRADER_MEMORY_MB) * MB)
    _set(resource.RLIMIT_FSIZE, max(limits.disk_mb, GRADER_FILE_MB) * MB)
    # At 0 the kernel would still hand a dump to a program of the host, if one is set; not at 1.
    _set(resource.RLIMIT_CORE, 1)
    _set(resource.RLIMIT_NOFILE, OPEN_FILES)


def limit_processes(limits: Limits) -> None:
    """Set the inherited limit on processes and threads of the user.

    For launchers under which the program's user has no other processes. Kernels before 5.14 count
    all of the user's on the machine, whatever the namespace: there the limit stays off.
    """
    if _kernel() >= FIRST_KERNEL_THAT_COUNTS_BY_NAMESPACE:
        _set(resource.RLIMIT_NPROC, limits.processes + GRADER_PROCESSES)


def _set(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _kernel() -> tuple[int, int]:
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(filter(str.isdigit, minor)))


class Use:
    """What a start uses, against its limits.

    File systems of the grading sandbox are measured against their state when the start began,
    those that only this start has from nothing, and those of a host without a sandbox not at all.
    """

    def __init__(self, settings: Settings, launched: Launched) -> None:
        self._limits = settings.limits
        self._launched = launched
        places = (
            () if settings.launcher == "bare" else (*settings.shared, *settings.open, settings.work)
        )
        by_device = {_device(place): place for place in places}
        self._before = {place: _used(place) for place in by_device.values()}

    def breach(self) -> str | None:
        """The limit that is exceeded now, in words; None when there is none."""
        return self._memory_breach() or self._disk_breach()

    def _memory_breach(self) -> str | None:
        most = self._limits.memory_mb
        pids = self._launched.pids()
        # Shares are looked at twice: those of the living grow while others die during a look.
        for look in (resident_kb, proportional_kb, proportional_kb):
            if look(pids) <= most * 1024:
                return None
        return f"memory limit of {most} MB exceeded"

    def _disk_breach(self) -> str | None:
        size = files = 0
        before = {**dict.fromkeys(self._launched.places(), (0, 0)), **self._before}
        for place, (old_size, old_files) in before.items():
            new_size, new_files = _used(place)
            size += max(0, new_size - old_size)
            files += max(0, new_files - old_files)
        if size > self._limits.disk_mb * MB:
            return f"disk limit of {self._limits.disk_mb} MB exceeded"
        if files > self._limits.files:
            return f"limit of {self._limits.files} files exceeded"
        return None


def _device(place: str) -> int:
    return os.stat(place).st_dev


def _used(place: str) -> tuple[int, int]:
    """Bytes and inodes in use on the file system of a folder; nothing when it is gone."""
    try:
        status = os.statvfs(place)
    except OSError:
        return 0, 0
    size = (status.f_blocks - status.f_bfree) * status.f_frsize
    return size, status.f_files - status.f_ffree
