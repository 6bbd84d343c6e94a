"""Workspaces between the end of an agent and their snapshot.

One is whole on the disk before the agent's phase is journaled as finished, so that a kill in
between costs no agent's work.
"""

import contextlib
from pathlib import Path
from typing import BinaryIO

from slopbench.run.artefacts import copy_atomically
from slopbench.run.journal import Key


class KeptWorkspaces:
    """Tar streams in a folder that nobody else can look into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: Key, attempt: int) -> Path:
        """Where the workspace of one try is kept."""
        return self.folder / f"{key.problem}-{key.sample}-{key.checkpoint}-{attempt}.tar"

    def keep(self, key: Key, attempt: int, workspace: BinaryIO) -> None:
        """Bring a workspace to the disk; it is there whole or not at all."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy_atomically(self.path(key, attempt), workspace)

    def forget(self, key: Key, attempt: int) -> None:
        """Remove a workspace that nothing needs any more; the folder goes with the last one."""
        self.path(key, attempt).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()
