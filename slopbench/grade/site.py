"""The grader's own packages, byte-compiled for the interpreter of the sandbox, in a folder to be shown there.

pytest and what it needs are pure Python, so the copies of the running engine serve any interpreter.
The own environment of the engine is never shown.
"""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from pathlib import Path

from slopbench.config import WORKSPACE, state_folder
from slopbench.errors import InfrastructureError
from slopbench.sandbox.cached_folder import cached_folder
from slopbench.sandbox.protocol import Backend, Limits, Purpose, SandboxSpec

PACKAGES = ("pytest", "pluggy", "iniconfig", "packaging", "Pygments", "pytest-timeout")
KIT = "kit"


def grader_site(backend: Backend) -> Path:
    """A world-readable folder with pytest and the kit, made once for each content and interpreter.

    Raises InfrastructureError if a package is incomplete or the folder can't be written.
    """

    def fill(folder: Path) -> None:
        tree = compiled(backend, packed([*package_files(), *kit_files()]))
        with tarfile.open(fileobj=io.BytesIO(tree)) as archive:
            for member in archive:
                write_member(archive, member, folder)

    return cached_folder(state_folder() / "grader" / content_id(backend.toolchain().id), fill)


@cache
def content_id(toolchain: str) -> str:
    """Names the content of the folder, byte code included."""
    digest = hashlib.sha256(toolchain.encode())
    for name in PACKAGES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for name, data in kit_files():
        digest.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def write_member(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one regular file; the oldest Pythons that we support can't extract with a filter."""
    content = archive.extractfile(member) if member.isreg() else None
    if content is not None:
        path = folder / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read())


def kit_files() -> list[tuple[str, bytes]]:
    """The kit's modules by their path in the site folder."""
    root = resources.files("slopbench.grade") / KIT
    return sorted(collect(Path(str(root)), KIT))


def collect(folder: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*.py"):
        yield f"{prefix}/{path.relative_to(folder)}", path.read_bytes()


def package_files() -> list[tuple[str, bytes]]:
    """The files of pytest and of what it imports, from the running engine's environment."""
    found: list[tuple[str, bytes]] = []
    for name in PACKAGES:
        for path in metadata.files(name) or ():
            if path.suffix == ".pyc" or ".." in path.parts:
                continue
            found.append((str(path), Path(str(path.locate())).read_bytes()))
    if not found:
        raise InfrastructureError(
            "pytest's files are not recorded in this environment",
            where="grader",
            mend="pip install --force-reinstall pytest",
        )
    return found


def packed(files: list[tuple[str, bytes]]) -> io.BytesIO:
    """Files as an uncompressed tar stream with modes and times that depend on nothing."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644
            archive.addfile(info, io.BytesIO(data))
    stream.seek(0)
    return stream


def compiled(backend: Backend, source: io.BytesIO) -> bytes:
    """The tree with its byte code, compiled inside a sandbox by the interpreter that will run it."""
    limits = Limits(wall_seconds=300, memory_mb=1024, disk_mb=256)
    command = ["python3", "-I", "-S", "-m", "compileall", "-q", "--invalidation-mode"]
    with backend.create(SandboxSpec(Purpose.BUILD, limits)) as sandbox:
        sandbox.put(source, WORKSPACE)
        done = sandbox.exec(
            [*command, "unchecked-hash", sandbox.path(WORKSPACE)],
            cwd=WORKSPACE,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        )
        if done.status != 0:
            raise InfrastructureError(
                f"the grader's packages don't compile ({done.stdout[-300:]!r})", where="grader"
            )
        return sandbox.get(WORKSPACE).read()
