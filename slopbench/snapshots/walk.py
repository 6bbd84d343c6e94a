"""A folder of the host as a source: a walk by folder descriptors that follows no link."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from slopbench.errors import UsageError
from slopbench.snapshots.intake import Intake

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
REASONS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_folder(folder: Path, intake: Intake) -> None:
    """Hand what is below `folder` to `intake`, sorted by name. Raises UsageError if it is none."""
    try:
        descriptor = os.open(folder, FOLDER_FLAGS)
    except OSError as error:
        raise UsageError(
            f"can't be read as a folder: {error.strerror}",
            where=str(folder),
            mend="give a folder that exists and is no link",
        ) from error
    try:
        read_entries(descriptor, b"", intake)
    finally:
        os.close(descriptor)


def read_entries(descriptor: int, prefix: bytes, intake: Intake) -> None:
    with os.scandir(descriptor) as found:
        names = sorted(os.fsencode(entry.name) for entry in found)
    for name in names:
        with suppress(FileNotFoundError):
            read_entry(descriptor, name, prefix + name, intake)


def read_entry(parent: int, name: bytes, path: bytes, intake: Intake) -> None:
    found = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if stat.S_ISREG(found.st_mode):
        intake.file(path, found.st_mode, found.st_size, lambda: opened(parent, name))
    elif stat.S_ISDIR(found.st_mode):
        if intake.folder(path, found.st_mode):
            enter(parent, name, path, intake)
    elif stat.S_ISLNK(found.st_mode):
        intake.link(path, os.readlink(name, dir_fd=parent))
    else:
        reason = REASONS.get(stat.S_IFMT(found.st_mode), "an entry of an unknown kind")
        intake.special(path, reason)


def enter(parent: int, name: bytes, path: bytes, intake: Intake) -> None:
    try:
        descriptor = os.open(name, FOLDER_FLAGS, dir_fd=parent)
    except OSError as error:
        intake.refuse(path, f"a folder that can't be read: {error.strerror}")
        return
    try:
        read_entries(descriptor, path + b"/", intake)
    finally:
        os.close(descriptor)


def opened(parent: int, name: bytes) -> BinaryIO | None:
    """The file for reading; None if it can't be opened or has become something else meanwhile."""
    try:
        descriptor = os.open(name, FILE_FLAGS, dir_fd=parent)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    return None
