"""The working place of a run, outside of its directory.

The workspace that an agent left is whole on the disk here before the agent's phase is journaled as
finished, so that a kill before the snapshot costs no agent's work.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from slopbench.run.artefacts import copy_atomically
from slopbench.run.journal import Key

SUFFIX = ".tar"


class Workplace:
    """A folder that nobody else can look into: kept workspaces as tar streams, and scratch folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sweep(self) -> None:
        """Remove what a killed session has left beside whole workspaces. Only for the one writer."""
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.suffix != SUFFIX:
                path.unlink()

    def kept(self, key: Key, attempt: int) -> Path:
        """Where the workspace of one try is kept."""
        return self.folder / f"{key.problem}-{key.sample}-{key.checkpoint}-{attempt}{SUFFIX}"

    def keep(self, key: Key, attempt: int, workspace: BinaryIO) -> None:
        """Bring a workspace to the disk; it is there whole or not at all."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy_atomically(self.kept(key, attempt), workspace)

    def forget(self, key: Key, attempt: int) -> None:
        """Remove a workspace that nothing needs any more."""
        self.kept(key, attempt).unlink(missing_ok=True)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder for the time inside."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield Path(folder)

    def leave(self) -> None:
        """Remove the place if nothing is kept in it."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()
