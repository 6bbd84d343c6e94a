"""Moves files in and out as tar streams, and empties folders."""

import io
import os
import stat
import tarfile
from collections.abc import Iterator
from typing import IO, Any

from .frames import Incoming, Outgoing, answer, write_frame

EXTRACT: dict[str, Any] = (
    {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}
)
LISTED = 100
"""How many of the things that a copy leaves out are named in it."""
LONGEST_NAME = 1000
LEFT_OUT = "SLOPBENCH.left_out"
"""The header with the reason of an entry that only says that something was left out."""

Skipped = list[tuple[str, str | None]]


def put(request: dict[str, Any]) -> None:
    incoming = Incoming()
    error = None
    try:
        with tarfile.open(fileobj=io.BufferedReader(incoming), mode="r|") as archive:
            extract(archive, request)
    except (OSError, tarfile.TarError) as fault:
        error = str(fault)
    incoming.drain()
    answer(error=error)


def extract(archive: tarfile.TarFile, request: dict[str, Any]) -> None:
    """Unpack with the modes of the stream; folders get theirs last: closed ones must be filled.

    Nothing is written outside of the place, whatever names and links are in the stream. Pipes and
    devices are passed over.
    """
    top = os.path.realpath(request["path"])
    folders = []
    for member in archive:
        target = os.path.join(top, member.name)
        if leads_out(target, top) or member.islnk():
            raise tarfile.TarError(f"{member.name}: no file, folder or link of that place")
        if not (member.isreg() or member.isdir() or member.issym()):
            continue
        if os.path.islink(target):
            os.unlink(target)
        member.mode &= 0o777
        if member.isdir():
            folders.append((target, member.mode))
            member.mode = 0o700
        archive.extract(member, top, set_attrs=not member.issym(), **EXTRACT)
    for target, mode in reversed(folders):
        os.chmod(target, mode)


def leads_out(target: str, top: str) -> bool:
    """Whether a path, links followed, isn't below `top`."""
    folder = os.path.realpath(os.path.dirname(target))
    return ".." in target.split("/") or os.path.commonpath([folder, top]) != top


def get(request: dict[str, Any]) -> None:
    skipped: Skipped = []
    outgoing = Outgoing(request["room"])
    error = None
    try:
        with (
            io.BufferedWriter(outgoing, 1 << 18) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        ):
            for path, name, found in walk(request["path"], skipped):
                add(archive, path, name, found, skipped)
            for name, reason in skipped[:LISTED]:
                archive.addfile(left_out(name, reason))
    except OSError as fault:
        error = str(fault)
    write_frame(b"E")
    answer(error=error)


def left_out(name: str, reason: str | None) -> tarfile.TarInfo:
    """An entry without content that names something which can't be copied."""
    info = tarfile.TarInfo(name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…")
    info.type = tarfile.CHRTYPE
    info.pax_headers = {LEFT_OUT: reason or "unknown"}
    return info


def walk(top: str, skipped: Skipped) -> Iterator[tuple[str, str, os.stat_result]]:
    """Paths below `top`, their names in it and what lstat says; parents first, no link followed."""
    found = os.lstat(top)
    if not stat.S_ISDIR(found.st_mode):
        yield top, os.path.basename(top), found
        return
    stack, unlocked = [(top, "")], [(top, unlock(top))]
    while stack:
        folder, prefix = stack.pop()
        for entry in sorted(list_folder(folder, prefix, skipped), reverse=True):
            path, name = os.path.join(folder, entry), os.path.join(prefix, entry)
            try:
                found = os.lstat(path)
            except OSError as error:
                skipped.append((name, error.strerror))
                continue
            yield path, name, found
            if stat.S_ISDIR(found.st_mode):
                stack.append((path, name))
                unlocked.append((path, unlock(path)))
    for folder, mode in reversed(unlocked):
        lock(folder, mode)


def unlock(folder: str) -> int:
    """Make a folder of ours enterable; the mode that it had."""
    found = os.lstat(folder)
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o700 != 0o700 and found.st_uid == os.geteuid():
        os.chmod(folder, mode | 0o700)
    return mode


def lock(folder: str, mode: int) -> None:
    """Give a folder back the mode that it had."""
    if stat.S_IMODE(os.lstat(folder).st_mode) != mode:
        os.chmod(folder, mode)


def list_folder(folder: str, name: str, skipped: Skipped) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        skipped.append((name, error.strerror))
        return []


def add(
    archive: tarfile.TarFile, path: str, name: str, found: os.stat_result, skipped: Skipped
) -> None:
    """Put an entry of the tree into a stream, with permissions and without special modes."""
    info = tarfile.TarInfo(name)
    info.mode = found.st_mode & 0o777
    if stat.S_ISREG(found.st_mode):
        info.size = found.st_size
        try:
            with open_readable(path) as file:
                archive.addfile(info, file)
        except PermissionError as error:
            skipped.append((name, error.strerror))
        return
    if stat.S_ISDIR(found.st_mode):
        info.type = tarfile.DIRTYPE
    elif stat.S_ISLNK(found.st_mode):
        info.type, info.linkname = tarfile.SYMTYPE, os.readlink(path)
    elif stat.S_ISFIFO(found.st_mode):
        info.type = tarfile.FIFOTYPE
    else:
        skipped.append((name, "a socket or device"))
        return
    archive.addfile(info)


def open_readable(path: str) -> IO[bytes]:
    """Open a file of ours, whatever its mode is; it keeps it."""
    try:
        return open(path, "rb")
    except PermissionError:
        mode = stat.S_IMODE(os.lstat(path).st_mode)
        os.chmod(path, mode | 0o400)
        try:
            return open(path, "rb")
        finally:
            os.chmod(path, mode)


def clear(request: dict[str, Any]) -> None:
    error = None
    try:
        empty(request["path"])
    except OSError as fault:
        error = str(fault)
    answer(error=error)


def empty(top: str) -> None:
    """Remove everything below `top`, however deep."""
    unlock(top)
    while names := os.listdir(top):
        for name in names:
            remove(os.path.join(top, name), top)


def remove(path: str, top: str) -> None:
    """Remove an entry of `top`; the folders in it move up into `top`, where their turn comes."""
    if not is_folder(path):
        os.unlink(path)
        return
    unlock(path)
    for name in os.listdir(path):
        inner = os.path.join(path, name)
        if is_folder(inner):
            unlock(inner)
            os.rename(inner, os.path.join(top, os.urandom(16).hex()))
        else:
            os.unlink(inner)
    os.rmdir(path)


def is_folder(path: str) -> bool:
    return stat.S_ISDIR(os.lstat(path).st_mode)
