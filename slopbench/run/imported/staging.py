"""A folder that is there whole or not at all: made beside its place, and renamed at the end."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from slopbench.errors import UsageError
from slopbench.run.artefacts import sync_folder


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """An empty folder that becomes `target` when the block ends well, and is removed otherwise.

    What killed processes have left of earlier ones is swept first. Raises UsageError if `target`
    is there already or can't be made.
    """
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        parent = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unmakeable(target, error) from error
    try:
        folder, lock = _begun(target, parent)
        try:
            yield folder
            os.sync()
            _refuse_existing(target)
            folder.rename(target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
    finally:
        os.close(parent)


def _begun(target: Path, parent: int) -> tuple[Path, int]:
    """A new folder and the lock that shows that somebody works in it."""
    _refuse_existing(target)
    prefix = f".{target.name}.importing-"
    fcntl.flock(parent, fcntl.LOCK_EX)
    try:
        for left in target.parent.glob(f"{prefix}*"):
            _sweep(left)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=prefix))
        folder.chmod(0o755)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise _unmakeable(target, error) from error
    finally:
        fcntl.flock(parent, fcntl.LOCK_UN)
    return folder, lock


def _sweep(folder: Path) -> None:
    """Remove a folder in which nobody works any more."""
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
        finally:
            os.close(lock)


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise UsageError("is there already", where=str(target), mend="choose another --out")


def _unmakeable(target: Path, error: OSError) -> UsageError:
    return UsageError(
        f"can't be made: {error.strerror}", where=str(target), mend="choose another --out"
    )
