"""Plumbing commands of git on one bare repository, deaf to everything outside it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from slopbench.errors import InfrastructureError

SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsync": "all",
    "core.fsyncMethod": "batch",
    "core.compression": "1",
    "gc.auto": "0",
}


class GitFailed(InfrastructureError):
    """A git command ended with an error."""


def program() -> str:
    """The path of git; raises InfrastructureError where there is none."""
    found = shutil.which("git")
    if found is None:
        raise InfrastructureError(
            "git isn't installed", where="snapshots", mend="apt-get install git"
        )
    return found


def environment(folder: Path) -> dict[str, str]:
    """No settings of the user or the system, no home, no search for a repository."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_DIR": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


class Git:
    """Runs git commands on the bare repository in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def start(
        self,
        arguments: Sequence[str],
        *,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """A git process whose stdout is a pipe. Raises InfrastructureError where git is missing."""
        settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        return subprocess.Popen(
            [program(), *settings, *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(self.folder),
            cwd="/",
        )

    def run(self, *arguments: str) -> bytes:
        """What a command prints. Raises GitFailed with git's own words."""
        process = self.start(arguments)
        output, complaint = process.communicate()
        if process.returncode != 0:
            raise self.failure(arguments[0], complaint)
        return output

    def failure(self, command: str, complaint: bytes) -> GitFailed:
        """The error for a command that failed, with the last line that it printed."""
        lines = complaint.decode("utf-8", "backslashreplace").strip().splitlines()
        return GitFailed(
            f"git {command} failed: {lines[-1] if lines else 'without a word'}",
            where=str(self.folder),
            mend=f"look at it with: git --git-dir={self.folder} fsck",
        )
