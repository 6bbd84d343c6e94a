"""What a bubblewrap sandbox shows: an allow-list of tool folders, and an id made of the tools.

Either a root file system that `slopbench image bootstrap` made, or a list of folders of the host.
Folders in which Python packages are installed are always masked, so that neither slopbench nor a
problem set can be seen, however they are installed.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError
from slopbench.sandbox.protocol import Toolchain

TOOL_FOLDERS = (
    "usr/bin",
    "usr/sbin",
    "usr/lib",
    "usr/lib32",
    "usr/lib64",
    "usr/libexec",
    "usr/include",
    "usr/share",
)
LOCAL_FOLDERS = ("usr/local/bin", "usr/local/lib")
LINKS = ("bin", "sbin", "lib", "lib32", "lib64")
ETC = (
    "alternatives",
    "java-*-openjdk",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "mime.types",
    "ssl/certs",
)
"""What tools read in /etc, as patterns: Debian's Java keeps there what it can't start without."""
PACKAGE_FOLDERS = ("dist-packages", "site-packages")
TOOLS = ("python3", "node", "git", "make", "sh", "bash", "cc")
OLDEST_PYTHON = (3, 11)
FILES = {
    "passwd": "root:x:0:0:root:/root:/bin/sh\nagent:x:1000:1000:agent:/home/agent:/bin/sh\n",
    "group": "root:x:0:\nagent:x:1000:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
}
"""Files in /etc that aren't those of the host."""


@dataclass(frozen=True)
class Root:
    """A file tree of tools: the host's own (`/`) or a root file system made for the purpose."""

    path: Path
    folders: tuple[str, ...]
    python: str

    def host(self, inside: str) -> Path:
        """The host path of something that is shown at /`inside`."""
        return self.path / inside


def rootfs_folder() -> Path:
    """Where `image bootstrap` leaves root file systems, one folder each."""
    return state_folder() / "rootfs"


@cache
def find_root() -> Root:
    """The root file system that was bootstrapped last, else the tools of the host.

    Raises InfrastructureError where no Python new enough is found in them.
    """
    made = [path.parents[2] for path in rootfs_folder().glob("*/usr/bin/python3")]
    if made:
        newest = max(made, key=lambda path: path.stat().st_mtime_ns)
        return Root(newest, TOOL_FOLDERS + LOCAL_FOLDERS, "/usr/bin/python3")
    for folders, python in (
        (TOOL_FOLDERS, "/usr/bin/python3"),
        (TOOL_FOLDERS + LOCAL_FOLDERS, "/usr/local/bin/python3"),
    ):
        if python_version(Path(python)) >= OLDEST_PYTHON:
            return Root(Path("/"), folders, python)
    raise InfrastructureError(
        "no Python 3.11 or newer in /usr/bin or /usr/local/bin to run programs with",
        where="bubblewrap",
        mend="apt-get install python3",
    )


def python_version(python: Path) -> tuple[int, ...]:
    """The version of an interpreter, (0,) if there is none."""
    if not python.exists():
        return (0,)
    done = subprocess.run(
        [python, "-I", "-S", "-c", "import sys;print(*sys.version_info[:3])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return tuple(map(int, done.stdout.split())) or (0,)


def shown_folders(root: Root) -> list[str]:
    """The tool folders that exist in the root, as paths inside."""
    return [name for name in root.folders if root.host(name).is_dir()]


def shown_settings(root: Root) -> list[Path]:
    """The host paths of what is shown in /etc."""
    return [path for name in ETC for path in sorted(root.host("etc").glob(name)) if path.exists()]


def visible_arguments(root: Root) -> list[str]:
    """bwrap arguments that show the tools read-only, and nothing else."""
    arguments: list[str] = []
    for name in shown_folders(root):
        arguments += ["--ro-bind", str(root.host(name)), f"/{name}"]
    for name in LINKS:
        path = root.host(name)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), f"/{name}"]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), f"/{name}"]
    for path in shown_settings(root):
        arguments += ["--ro-bind", str(path), f"/{path.relative_to(root.path)}"]
    for inside in package_folders(root):
        arguments += ["--tmpfs", inside, "--remount-ro", inside]
    return arguments


@cache
def package_folders(root: Root) -> tuple[str, ...]:
    """Folders inside in which Python packages are installed, as far as the interpreters look for them."""
    bases = [root.host(name) for name in ("usr/lib", "usr/lib64", "usr/local/lib", "lib")]
    found = [
        path
        for base in bases
        for name in PACKAGE_FOLDERS
        for path in base.glob(f"python3*/{name}")
        if path.is_dir() and not base.is_symlink()
    ]
    return tuple(sorted("/" + str(path.relative_to(root.path)) for path in found))


def masked_secrets(root: Root, secrets: tuple[Path, ...]) -> list[str]:
    """bwrap arguments that hide host paths which lie inside a shown folder.

    Raises InfrastructureError if a secret holds a shown folder, so that it can't be hidden.
    """
    if root.path != Path("/"):
        return []
    arguments: list[str] = []
    hidden = [Path(inside) for inside in package_folders(root)]
    for secret in sorted({path.resolve() for path in secrets}):
        for inside in places_inside(root, secret):
            if not any(inside.is_relative_to(folder) for folder in hidden):
                arguments += mask(secret, inside)
                hidden.append(inside)
    return arguments


def places_inside(root: Root, secret: Path) -> Iterator[Path]:
    """Where a host path can be seen inside: once for each tool folder that holds it."""
    for name in shown_folders(root):
        folder = root.host(name).resolve()
        if folder.is_relative_to(secret):
            raise InfrastructureError(
                "holds the tools that sandboxes show, so that it can't be hidden from them",
                where=str(secret),
                mend="keep benchmarks and state elsewhere, or use --sandbox docker",
            )
        if secret.is_relative_to(folder):
            yield Path("/", name) / secret.relative_to(folder)


def mask(secret: Path, inside: Path) -> list[str]:
    """bwrap arguments that put nothing in the place of a folder or a file."""
    if secret.is_dir():
        return ["--tmpfs", str(inside), "--remount-ro", str(inside)]
    return ["--ro-bind", os.devnull, str(inside)] if secret.exists() else []


@cache
def host_toolchain() -> Toolchain:
    """The id and versions of what bubblewrap sandboxes show: hashes of the tools' own files."""
    root = find_root()
    tools: dict[str, str] = {}
    digest = hashlib.sha256()
    for name in TOOLS:
        path = find_tool(root, name)
        if path is None:
            continue
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        tools[name] = f"{tool_version(root, path)} sha256:{content[:12]}"
        digest.update(f"{name} {content}\n".encode())
    return Toolchain(f"bubblewrap:{digest.hexdigest()[:16]}", tools)


def find_tool(root: Root, name: str) -> Path | None:
    """The host path of a tool's file, links followed within the root."""
    folders = [str(root.host(folder)) for folder in shown_folders(root) if folder.endswith("bin")]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if found is None:
        return None
    path = Path(found)
    while path.is_symlink():
        target = path.readlink()
        path = root.host(str(target).lstrip("/")) if target.is_absolute() else path.parent / target
    return path if path.is_file() else None


def tool_version(root: Root, path: Path) -> str:
    """What a tool of the host says of its version; a root file system's tools aren't run on the host."""
    if root.path != Path("/"):
        return "bootstrapped"
    if path.name.startswith(("dash", "sh")):
        return "posix"
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    words = done.stdout.split("\n")[0].split()
    numbers = [word.strip("v,()") for word in words if word.strip("v(")[:1].isdigit()]
    return numbers[0] if numbers else "unknown"
