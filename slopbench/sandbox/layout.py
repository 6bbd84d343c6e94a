"""What lies where inside every sandbox, on every backend."""

from slopbench.config import WORKSPACE
from slopbench.sandbox.protocol import Purpose

HOME = "/home/agent"
FOLDERS = {
    Purpose.AGENT: (WORKSPACE, HOME, "/task"),
    Purpose.BUILD: (WORKSPACE, HOME),
    Purpose.GRADE: (WORKSPACE, HOME, "/grader"),
}
"""The writable folders of a sandbox, by its purpose; each is empty at the start."""

SHARED_FOLDERS = ("/tmp", "/dev/shm")  # noqa: S108 - places inside
"""Folders that every user inside may write to."""

SOCKET_INSIDE = "/run/model.sock"
"""Where the one socket to the outside is shown."""

NO_CORE = 1
"""Bytes of a core dump. At zero the kernel would still hand one to a program of the host, if it has one."""


def watched_folders(purpose: Purpose) -> list[str]:
    """The places that count for the limits on disk and files."""
    return [*FOLDERS[purpose], *SHARED_FOLDERS]
