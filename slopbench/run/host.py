"""The host as a witness: whether the engine answers and whether the disk has room."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from slopbench.errors import InfrastructureError, UsageError
from slopbench.sandbox.protocol import Backend

MEGABYTE = 1 << 20
FLOOR_VARIABLE = "SLOPBENCH_DISK_FLOOR_MB"
FLOOR_MB = 1024


def disk_floor_mb() -> int:
    """Free megabytes (2**20 bytes) below which no phase starts. Raises UsageError for no number."""
    named = os.environ.get(FLOOR_VARIABLE, str(FLOOR_MB))
    if not named.isdecimal():
        raise UsageError(f"is {named!r}", where=FLOOR_VARIABLE, mend="give a number of megabytes")
    return int(named)


def nearest_existing(path: Path) -> Path:
    """The path or the first of its parents that is there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def free_mb(folder: Path) -> int:
    """Free megabytes for us on the file system of a folder that may not be there yet."""
    return shutil.disk_usage(nearest_existing(folder)).free // MEGABYTE


def require_room(folders: Iterable[Path], wanted_mb: int) -> None:
    """Raise InfrastructureError if a folder's file system has less than `wanted_mb` free."""
    for folder in folders:
        free = free_mb(folder)
        if free < wanted_mb:
            raise InfrastructureError(
                f"{free} MB are free, {wanted_mb} MB are needed to start",
                where=str(folder),
                mend=f"free some space, run fewer attempts at once (-j), or lower {FLOOR_VARIABLE}",
            )


def require_git() -> None:
    """Raise InfrastructureError if there is no git, which stores the snapshots."""
    if shutil.which("git") is None:
        raise InfrastructureError("git isn't installed", mend="apt-get install git")


@dataclass(frozen=True)
class Host:
    """The witness of a run (see failures.Witness)."""

    backend: Backend
    folders: tuple[Path, ...]
    floor_mb: int

    def engine_alive(self) -> bool:
        return self.backend.alive()

    def disk_low(self) -> bool:
        return any(free_mb(folder) < self.floor_mb for folder in self.folders)
