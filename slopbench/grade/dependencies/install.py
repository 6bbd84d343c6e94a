"""Folders of packages: wheels unpacked once each, put together by links, with byte code made in a sandbox."""

import contextlib
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from slopbench.config import WORKSPACE
from slopbench.grade.dependencies.fetch import fetch
from slopbench.grade.dependencies.interpreter import PATH
from slopbench.grade.dependencies.lock import Wheel
from slopbench.grade.dependencies.resolve import Market, packages_folder
from slopbench.grade.dependencies.unpack import unpack
from slopbench.sandbox.cached_folder import cached_folder
from slopbench.sandbox.protocol import Backend, Limits, Purpose, SandboxDied, SandboxSpec, Share

SCHEME = 1
SHOWN = "/packages"
BELOW = "solution-packages"
GUARD = "only-for-programs.pth"
GUARD_LINE = "import os, site; os.getuid() and site.addsitedir({place!r})\n"
COMPILE_LIMITS = Limits(wall_seconds=600, memory_mb=1024, disk_mb=1024)


@dataclass(frozen=True)
class Place:
    """Where a folder is shown inside, with the packages in it or `below` it.

    In the second case the folder itself holds but a guard, which leads the interpreter there unless
    it runs as root. So packages can lie where every python3 of a sandbox looks, and only programs
    load them: the grader, and what tests start for themselves, shares their place on some backends.
    """

    shown: str
    below: str = ""

    @property
    def packages(self) -> str:
        """The folder inside that holds the packages."""
        return f"{self.shown}/{self.below}".rstrip("/")

    def guard(self, folder: Path) -> None:
        """Write the guard, if there is one."""
        if self.below:
            (folder / GUARD).write_text(GUARD_LINE.format(place=self.packages))


def program_place(site: str) -> Place:
    """The place of a program's packages, where `site` is the folder in which it looks for them."""
    return Place(site, BELOW)


def installed(wheels: Sequence[Wheel], place: Place, market: Market, backend: Backend) -> Path:
    """A folder with the packages of the wheels, to be shown at its place inside.

    Raises Refused for a wheel that isn't taken, InfrastructureError where one can't be had.
    """
    toolchain = backend.toolchain().id
    content = [SCHEME, toolchain, place.packages, [wheel.sha256 for wheel in wheels]]
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def fill(folder: Path) -> None:
        packages = folder / place.below
        for wheel in wheels:
            merge(unpacked(wheel, market), packages)
        place.guard(folder)
        # Sandboxes run under users of their own, and the one that compiles sees the folder already.
        folder.parent.chmod(0o755)
        folder.chmod(0o755)
        packages.chmod(0o755)
        add_byte_code(packages, place.packages, backend)

    return cached_folder(packages_folder() / "sites" / key[:32], fill)


def unpacked(wheel: Wheel, market: Market) -> Path:
    """The folder of one wheel's files, which the hash of the wheel names."""

    def fill(folder: Path) -> None:
        with tempfile.TemporaryFile(dir=folder.parent) as file:
            fetch(wheel, file, market.environment())
            unpack(file, wheel, folder)

    return cached_folder(packages_folder() / "wheels" / wheel.sha256, fill)


def merge(source: Path, folder: Path) -> None:
    """Link the files of a wheel into a folder; of two with one name the later wheel's stays."""
    shutil.copytree(source, folder, copy_function=link_over, dirs_exist_ok=True)


def link_over(source: str, target: str) -> str:
    Path(target).unlink(missing_ok=True)
    os.link(source, target)
    return target


def add_byte_code(folder: Path, place: str, backend: Backend) -> None:
    """Add what the sandbox's interpreter compiles the modules to, so that not each start does it anew.

    It compiles in a sandbox and runs none of it. What can't be compiled goes without.
    """
    share = Share(folder, SHOWN)
    command = ["python3", "-I", "-S", "-X", f"pycache_prefix={WORKSPACE}", "-m", "compileall"]
    command += ["-q", "--invalidation-mode", "unchecked-hash", "-s", SHOWN, "-p", place, SHOWN]
    with backend.create(SandboxSpec(Purpose.BUILD, COMPILE_LIMITS, (share,))) as sandbox:
        done = sandbox.exec(command, cwd="/", env={"PATH": PATH})
        with contextlib.suppress(SandboxDied), sandbox.get(WORKSPACE) as stream:
            if done.cause is None:
                add_all_compiled(stream, folder)


def add_all_compiled(stream: BinaryIO, folder: Path) -> None:
    with tarfile.open(fileobj=stream) as archive:
        for member in archive:
            add_compiled(archive, member, folder)


def add_compiled(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Put one file of byte code where the interpreter looks for it, beside its module."""
    name = PurePosixPath(member.name.removeprefix("./"))
    if not (member.isreg() and name.suffix == ".pyc" and name.parts[0] == SHOWN.strip("/")):
        return
    module = folder.joinpath(*name.parts[1:])
    if ".." in name.parts or not module.parent.is_dir():
        return
    content = archive.extractfile(member)
    assert content is not None
    cache = module.parent / "__pycache__"
    cache.mkdir(exist_ok=True)
    target = cache / module.name
    target.unlink(missing_ok=True)
    target.write_bytes(content.read())
