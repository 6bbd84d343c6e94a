"""Folders in the state folder that are made once for each content and then only read."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from slopbench.errors import InfrastructureError


def cached_folder(target: Path, fill: Callable[[Path], None]) -> Path:
    """The folder `target`; where it is missing, `fill` writes it beside its place and it is moved there.

    Others see all of it or nothing. Everybody can read it: sandboxes run under users of their own. Raises
    InfrastructureError where it can't be written.
    """
    if not target.exists():
        try:
            make(target, fill)
        except OSError as error:
            raise InfrastructureError(
                f"can't be written ({error.strerror})",
                where=str(target),
                mend="free the disk or point SLOPBENCH_STATE to a folder that you can write",
            ) from error
    return target


def make(target: Path, fill: Callable[[Path], None]) -> None:
    make_open(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        made = Path(temporary, "made")
        made.mkdir()
        fill(made)
        for path in [made, *made.rglob("*")]:
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
        move_unless_there(made, target)


def make_open(folder: Path) -> None:
    """Make a folder and those above it so that everybody may enter, whatever the umask is."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)


def move_unless_there(made: Path, target: Path) -> None:
    """Another process may have been first with the same content."""
    try:
        made.rename(target)
    except OSError:
        if not target.is_dir():
            raise
