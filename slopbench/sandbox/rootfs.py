"""An image's file system as a folder, for bubblewrap to show instead of the host's tools."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError
from slopbench.sandbox.docker_engine import engine_errors
from slopbench.sandbox.image import Image
from slopbench.sandbox.toolchain import rootfs_folder

LEFT_OUT = ("dev", "proc", "sys", "run", "tmp", "var", "root", "home", "boot", "workspace")
"""What a sandbox has of its own, or has no use for."""


def export_rootfs(client: Any, image: Image) -> Path:
    """The folder with the image's tools, made once for each image and from now on the newest one.

    Raises InfrastructureError if the engine or the disk fails.
    """
    target = rootfs_folder() / image.id.removeprefix("sha256:")[:16]
    if not target.exists():
        make(client, image, target)
    # Not the file system's own time, which stands still for some milliseconds.
    os.utime(target, ns=(time.time_ns(), time.time_ns()))
    return target


def make(client: Any, image: Image, target: Path) -> None:
    """Export the image into a folder that isn't there yet, or leave nothing there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rootfs-", dir=state_folder()) as temporary:
        made = Path(temporary, "made")
        made.mkdir(mode=0o755)
        with engine_errors("export the image"):
            container = client.create_container(image.id, command=["true"])["Id"]
            try:
                unpack(client.export(container), made)
            finally:
                client.remove_container(container, force=True)
        made.rename(target)


def unpack(stream: Any, folder: Path) -> None:
    """Unpack a tar stream as this user's files, without the set-uid bits."""
    command = ["tar", "--extract", "--directory", str(folder), "--no-same-owner", "--anchored"]
    command += ["--no-same-permissions", *(f"--exclude={name}" for name in LEFT_OUT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stderr is not None
        for data in stream:
            process.stdin.write(data)
        process.stdin.close()
        words = process.stderr.read().decode("utf-8", "replace")
    if process.returncode != 0:
        raise InfrastructureError(
            f"can't unpack the image ({words.strip()[:300]})",
            where=str(folder),
            mend="free the disk or point SLOPBENCH_STATE to a folder that you can write",
        )
