"""Opens and walks paths without following a link at any component.

What the program can write to may hold links that point at the grader's own files. Every function
here goes from folder to folder by descriptor and refuses whatever is neither folder nor file.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

DIRECTORY = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Refused(OSError):
    """A component of the path is a link, or the end of it isn't a regular file."""


@contextmanager
def opened(descriptor: int) -> Iterator[int]:
    """The descriptor, closed afterwards."""
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_folder(path: str, *, make: int | None = None) -> int:
    """A descriptor of a folder, reached from the root without following links.

    With `make`, folders that don't exist are created with that mode.
    """
    current = os.open("/", DIRECTORY)
    try:
        for name in _components(path):
            if make is not None:
                _make(current, name, make)
            following = _enter(current, name, path)
            os.close(current)
            current = following
    except BaseException:
        os.close(current)
        raise
    return current


def open_file(path: str, flags: int, mode: int = 0o644) -> int:
    """Like os.open for a regular file; a link, pipe, socket or device raises Refused.

    The signature is that of the `opener` of the built-in `open`.
    """
    *folders, name = _components(path)
    with opened(open_folder("/" + "/".join(folders))) as folder:
        try:
            descriptor = os.open(
                name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode, dir_fd=folder
            )
        except OSError as error:
            raise _explained(folder, name, path, error) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refused(f"{path} isn't a regular file")
    return descriptor


def write_file(path: str, content: bytes) -> None:
    """Create or replace a regular file and the folders that lead to it."""
    with opened(open_folder(os.path.dirname(path), make=0o755)):
        pass
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(open_file(path, flags), "wb") as file:
        file.write(content)


def _components(path: str) -> list[str]:
    parts = [part for part in os.path.abspath(path).split("/") if part]
    return parts or ["."]


def _make(folder: int, name: str, mode: int) -> None:
    try:
        os.mkdir(name, mode, dir_fd=folder)
    except OSError:
        if not _exists(folder, name):
            raise


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    return True


def _enter(folder: int, name: str, path: str) -> int:
    try:
        return os.open(name, DIRECTORY, dir_fd=folder)
    except OSError as error:
        raise _explained(folder, name, path, error) from None


def _explained(folder: int, name: str, path: str, error: OSError) -> OSError:
    """The error, or Refused where the cause is a link."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        mode = 0
    if stat.S_ISLNK(mode) or error.errno == errno.ELOOP:
        return Refused(f"{path}: {name} is a symbolic link")
    if mode and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return Refused(f"{path} isn't a regular file")
    error.filename = path
    return error
