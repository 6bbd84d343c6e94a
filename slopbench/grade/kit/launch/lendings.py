"""What is lent to programs that run as a user of their own, as long as they run.

Wrappers that run at the same time tell each other in a file, so that what one lends isn't taken
away by the end of another one. A wrapper that was killed can't return what it has lent: the next
one that looks into the file does it.
"""

import contextlib
import fcntl
import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field

from ..proc import read_process

ENTER, READ = 0o010, 0o040
GROUP = 0o070
GRADER = 0
Rights = dict[str, int]


@dataclass
class Loan:
    """What one wrapper has lent: rights of the group `user` by path, and folders to write to."""

    born: int
    user: int
    rights: Rights = field(default_factory=dict)
    writable: list[str] = field(default_factory=list)


class Lendings:
    """The file, or nothing where wrappers have none in common."""

    def __init__(self, path: str | None) -> None:
        self._path = path

    @contextlib.contextmanager
    def locked(self) -> Iterator[dict[int, Loan]]:
        """The loans by their wrappers, for nobody else as long as it lasts.

        What has changed at the end is brought about: rights are given and taken, folders closed.
        """
        if self._path is None:
            yield {}
            return
        with open(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = {
                int(pid): Loan(**loan) for pid, loan in json.loads(file.read() or "{}").items()
            }
            loans = {pid: loan for pid, loan in before.items() if lives(pid, loan.born)}
            yield loans
            bring_about(before, loans)
            file.seek(0)
            file.truncate()
            json.dump({pid: asdict(loan) for pid, loan in loans.items()}, file)
            file.flush()


def lives(pid: int, born: int) -> bool:
    """Whether a wrapper still runs; numbers of processes are used again."""
    process = read_process(pid)
    return process is not None and process.born == born and process.state not in "ZX"


def born(pid: int) -> int:
    """When a process was started."""
    process = read_process(pid)
    return process.born if process is not None else 0


def bring_about(before: dict[int, Loan], after: dict[int, Loan]) -> None:
    """Change the rights from those of some loans to those of others."""
    old, new = _by_path(before), _by_path(after)
    for path in {**old, **new}:
        if old.get(path) != new.get(path):
            rights, group = new.get(path, (0, GRADER))
            _set(path, rights, group)
    kept = {folder for loan in after.values() for folder in loan.writable}
    for folder in {folder for loan in before.values() for folder in loan.writable} - kept:
        close(folder)


def close(folder: str) -> None:
    """Take a folder back, with all that lies in it: nobody else may enter it."""
    with contextlib.suppress(FileNotFoundError):
        os.chown(folder, GRADER, GRADER, follow_symlinks=False)
        if stat.S_ISDIR(os.lstat(folder).st_mode):
            os.chmod(folder, 0o700)


def needed(path: str) -> Rights:
    """The rights to read a file, or a folder with all that it holds, and to come there."""
    rights: Rights = {}
    for found in _with_contents(path):
        mode = os.stat(found).st_mode
        if not mode & 0o004:
            enter = ENTER if stat.S_ISDIR(mode) or mode & 0o100 else 0
            rights[found] = READ | enter
    return together([rights, way_to(path)])


def together(parts: Iterable[Rights]) -> Rights:
    """All the rights of several."""
    whole: Rights = {}
    for part in parts:
        for path, rights in part.items():
            whole[path] = whole.get(path, 0) | rights
    return whole


def way_to(path: str) -> Rights:
    """The rights to come to the folder that holds a path."""
    rights: Rights = {}
    while (path := os.path.dirname(path)) != "/":
        if not os.stat(path).st_mode & 0o001:
            rights[path] = ENTER
    return rights


def _with_contents(path: str) -> Iterator[str]:
    yield path
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            yield os.path.join(folder, name)


def _by_path(loans: dict[int, Loan]) -> dict[str, tuple[int, int]]:
    """The rights that loans give together, and to whom; those who live have the same user."""
    users = {path: loan.user for loan in loans.values() for path in loan.rights}
    rights = together([loan.rights for loan in loans.values()])
    return {path: (rights[path], user) for path, user in users.items()}


def _set(path: str, rights: int, group: int) -> None:
    with contextlib.suppress(OSError):
        mode = stat.S_IMODE(os.stat(path).st_mode)
        os.chown(path, -1, group)
        os.chmod(path, mode & ~GROUP | rights)
