"""What a problem gives to agents beside the specification: in the workspace, and not in snapshots."""

import contextlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from slopbench.config import WORKSPACE
from slopbench.problem.content import entries
from slopbench.problem.model import Asset
from slopbench.sandbox.protocol import Sandbox, SandboxDied

REMOVE = """
import os, shutil, sys

def unlocked(folder):
    os.chmod(folder, 0o700)
    return folder

def remove(path):
    if os.path.islink(path) or not os.path.isdir(path):
        if os.path.lexists(path):
            os.unlink(path)
        return
    for top, folders, _ in os.walk(unlocked(path)):
        for name in folders:
            if not os.path.islink(os.path.join(top, name)):
                unlocked(os.path.join(top, name))
    shutil.rmtree(path)

for path in sys.argv[1:]:
    *above, name = path.split("/")
    folder = "."
    for part in above:
        folder = os.path.join(folder, part)
        if os.path.islink(folder) or not os.path.isdir(folder):
            break
        os.chmod(folder, os.stat(folder).st_mode | 0o700)
    else:
        remove(os.path.join(folder, name))
"""
"""Removes paths of the working directory, whatever an agent has put there; no link is followed."""
PATH = "/usr/local/bin:/usr/bin:/bin"


def put_assets(assets: Iterable[Asset], sandbox: Sandbox) -> None:
    """Put assets into the workspace. Raises SandboxDied."""
    for asset in assets:
        take_path(places_of(asset), sandbox)
        sandbox.put(packed(asset), WORKSPACE)


def take_assets(assets: Iterable[Asset], sandbox: Sandbox) -> None:
    """Take assets out of the workspace, also those that were changed."""
    with contextlib.suppress(SandboxDied):
        for asset in assets:
            take_path(places_of(asset), sandbox)


def take_path(paths: list[str], sandbox: Sandbox) -> None:
    """Remove paths from the workspace. Raises SandboxDied."""
    command = ["python3", "-I", "-S", "-c", REMOVE, *paths]
    sandbox.exec(command, cwd=WORKSPACE, env={"PATH": PATH})


def places_of(asset: Asset) -> list[str]:
    """What an asset puts into the workspace: one path, or all entries of a folder put at its top."""
    place = PurePosixPath(asset.save_path)
    if place.parts:
        return [str(place)]
    return [path.name for path in asset.path.iterdir()]


def packed(asset: Asset) -> io.BytesIO:
    """An asset as a tar stream for the workspace."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in files_of(asset):
            archive.add(path, str(name), recursive=False, filter=anonymous)
    stream.seek(0)
    return stream


def files_of(asset: Asset) -> Iterator[tuple[PurePosixPath, Path]]:
    """The files of an asset by their names in the workspace."""
    place = PurePosixPath(asset.save_path)
    if not asset.path.is_dir():
        yield place, asset.path
        return
    for path in entries(asset.path):
        yield place / path.relative_to(asset.path).as_posix(), path


def anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """An entry that anybody may read and its owner write, whoever owns the file on the host."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o755 if info.mode & 0o100 else 0o644
    return info
