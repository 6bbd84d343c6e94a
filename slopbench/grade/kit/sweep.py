"""Cleans a folder after the program could write to it.

A program that links `out.json` to a file of the grader would have the test read that file. So
after each start whatever isn't a regular file or folder of the tree is removed and named.
"""

import contextlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field

from .beneath import DIRECTORY, open_folder, opened
from .links import KeepsLink, keeps_none

DEEPEST = 64
SHOWN = 5
DEVICES: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISCHR, "character device"),
    (stat.S_ISBLK, "block device"),
)


@dataclass(frozen=True)
class Tolerance:
    """What may lie in a folder beside files and folders: some links, and nothing of these kinds."""

    keeps_link: KeepsLink
    faults: tuple[tuple[Callable[[int], bool], str], ...]


STRICT = Tolerance(keeps_none, (*DEVICES, (stat.S_ISFIFO, "named pipe"), (stat.S_ISSOCK, "socket")))
"""Regular files and folders alone."""


@dataclass
class Walk:
    """One pass over a tree: what was removed, and where each file with several names lies."""

    top: str
    device: int
    most_entries: int
    owner: int | None
    tolerance: Tolerance
    entries: int = 0
    removed: list[str] = field(default_factory=list)
    linked: dict[int, tuple[int, list[str]]] = field(default_factory=dict)


def sweep(
    folder: str,
    most_entries: int,
    owner: int | None = None,
    tolerance: Tolerance = STRICT,
) -> list[str]:
    """Remove everything that isn't a regular file or folder of this tree; say what it was.

    Removed are links (symbolic ones that aren't tolerated, hard ones when the file has a name
    outside the tree), named pipes and sockets unless tolerated, devices, other file systems,
    folders nested deeper than `DEEPEST`, and what exceeds `most_entries`. With `owner`, what stays
    is given to that user and group.
    """
    with opened(_unlocked(open_folder(folder))) as top:
        walk = Walk(folder, os.fstat(top).st_dev, most_entries, owner, tolerance)
        _walk(walk, top, "", 0)
        for links, names in walk.linked.values():
            with contextlib.suppress(FileNotFoundError):
                _judge_linked(walk, folder, links, names)
        _give(top, owner)
    return walk.removed


def planted(removed: list[str]) -> str:
    """The message for what `sweep` removed."""
    more = f" and {len(removed) - SHOWN} more" if len(removed) > SHOWN else ""
    return "the program left what isn't a regular file: " + ", ".join(removed[:SHOWN]) + more


def clear_of(folder: str, owner: int) -> None:
    """Remove the entries of a shared folder that belong to a user."""
    with opened(_unlocked(open_folder(folder))) as top:
        for name in _names(top):
            if os.stat(name, dir_fd=top, follow_symlinks=False).st_uid == owner:
                _remove(top, name)


def clear(folder: str) -> None:
    """Remove all that a folder holds, however deep it is nested, and keep the folder."""
    with opened(_unlocked(open_folder(folder))) as top:
        for name in _names(top):
            _remove(top, name)


def lock(folder: str) -> None:
    """Take from all but its owner the right to change a folder and what it holds."""
    for _, _, files, inside in os.fwalk(folder):
        for name in (".", *files):
            mode = os.stat(name, dir_fd=inside, follow_symlinks=False).st_mode
            if not stat.S_ISLNK(mode):
                os.chmod(name, stat.S_IMODE(mode) & ~0o022, dir_fd=inside)


def renew(folder: str) -> None:
    """Make a folder, empty and new: its mode and attributes would carry marks of the program."""
    parent, name = os.path.split(folder)
    with opened(open_folder(parent)) as above:
        with contextlib.suppress(FileNotFoundError):
            _remove(above, name)
        os.mkdir(name, dir_fd=above)


def _walk(walk: Walk, folder: int, path: str, depth: int) -> None:
    """What vanishes under way, while another program still runs, needs no judgement."""
    for name in _names(folder):
        with contextlib.suppress(FileNotFoundError):
            _visit(walk, folder, name, f"{path}{name}", depth)


def _visit(walk: Walk, folder: int, name: str, shown: str, depth: int) -> None:
    walk.entries += 1
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    fault = _fault(walk, status, depth) or _link_fault(walk, folder, shown, status)
    if fault:
        _remove(folder, name)
        walk.removed.append(f"{shown} ({fault})")
    elif stat.S_ISDIR(status.st_mode):
        with opened(_enter(folder, name)) as inner:
            _walk(walk, inner, f"{shown}/", depth + 1)
            _give(inner, walk.owner)
    elif status.st_nlink > 1:
        walk.linked.setdefault(status.st_ino, (status.st_nlink, []))[1].append(shown)
    else:
        _give_entry(folder, name, walk.owner)


def _fault(walk: Walk, status: os.stat_result, depth: int) -> str | None:
    for is_kind, kind in walk.tolerance.faults:
        if is_kind(status.st_mode):
            return kind
    if status.st_dev != walk.device:
        return "another file system"
    if depth >= DEEPEST and stat.S_ISDIR(status.st_mode):
        return f"nested deeper than {DEEPEST} folders"
    if walk.entries > walk.most_entries:
        return f"more than {walk.most_entries} files and folders"
    return None


def _link_fault(walk: Walk, folder: int, shown: str, status: os.stat_result) -> str | None:
    if not stat.S_ISLNK(status.st_mode):
        return None
    target = os.readlink(os.path.basename(shown), dir_fd=folder)
    holder = os.path.dirname(os.path.join(walk.top, shown))
    return None if walk.tolerance.keeps_link(holder, target) else "symbolic link"


def _judge_linked(walk: Walk, folder: str, links: int, names: list[str]) -> None:
    """A file with several names: it goes when one of them lies outside the tree."""
    for shown in names:
        path, name = os.path.split(os.path.join(folder, shown))
        with opened(open_folder(path)) as parent:
            if links > len(names):
                os.unlink(name, dir_fd=parent)
                walk.removed.append(f"{shown} (hard link to a file elsewhere)")
            else:
                _give_entry(parent, name, walk.owner)


def _give(folder: int, owner: int | None) -> None:
    if owner is not None:
        os.chown(f"/proc/self/fd/{folder}", owner, owner)


def _give_entry(folder: int, name: str, owner: int | None) -> None:
    if owner is not None:
        os.chown(name, owner, owner, dir_fd=folder, follow_symlinks=False)


def _names(folder: int) -> list[str]:
    with opened(os.open(f"/proc/self/fd/{folder}", os.O_RDONLY | os.O_CLOEXEC)) as readable:
        return os.listdir(readable)


def _enter(folder: int, name: str) -> int:
    """Open a folder of the tree; its owner gets back the access that the program took away.

    Who isn't the owner is root, and needs no access.
    """
    return _unlocked(os.open(name, DIRECTORY, dir_fd=folder))


def _unlocked(folder: int) -> int:
    if os.fstat(folder).st_mode & 0o700 != 0o700:
        with contextlib.suppress(PermissionError):
            os.chmod(f"/proc/self/fd/{folder}", 0o700)
    return folder


def _remove(folder: int, name: str) -> None:
    """Remove one entry with all below it, at a constant number of descriptors."""
    waiting = [name]
    while waiting:
        current = waiting.pop()
        try:
            os.unlink(current, dir_fd=folder)
        except IsADirectoryError:
            waiting += _take_apart(folder, current)


def _take_apart(folder: int, name: str) -> list[str]:
    """Remove a folder; the folders in it move up to `folder`, and their new names are returned."""
    lifted = []
    with opened(_enter(folder, name)) as inner:
        for entry in _names(inner):
            try:
                os.unlink(entry, dir_fd=inner)
            except IsADirectoryError:
                lifted.append(_lift(inner, entry, folder))
    os.rmdir(name, dir_fd=folder)
    return lifted


def _lift(inner: int, entry: str, folder: int) -> str:
    new_name = f".removed-{os.urandom(8).hex()}"
    with opened(_enter(inner, entry)):
        os.rename(entry, new_name, src_dir_fd=inner, dst_dir_fd=folder)
    return new_name
