"""The interpreter inside the sandbox: which wheels it can load, and where it looks for packages."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import packaging

from slopbench.config import WORKSPACE, state_folder
from slopbench.errors import InfrastructureError
from slopbench.grade.site import packed
from slopbench.sandbox.cached_folder import cached_folder
from slopbench.sandbox.protocol import Backend, Limits, Purpose, SandboxSpec

FILE = "interpreter.json"
PATH = "/usr/local/bin:/usr/bin:/bin"
PROBE = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from packaging.markers import default_environment
from packaging.tags import sys_tags
folders = [path for path in sys.path if path.endswith(("/site-packages", "/dist-packages"))]
found = [path for path in folders if os.path.isdir(path)]
found.sort(key=lambda path: len(os.listdir(path)) > 0)
print(json.dumps({
    "tags": [str(tag) for tag in sys_tags()],
    "markers": default_environment(),
    "site": (found or [""])[0],
}))
"""
"""Tells of an interpreter; of its package folders an empty one, so that showing packages hides nothing."""
GLIBC = re.compile(r"-manylinux_2_(\d+)_(x86_64|aarch64)$")
MUSL = re.compile(r"-musllinux_1_\d+_(x86_64|aarch64)$")
KNOWN_GLIBC = (17, 28, *range(31, 41))
"""The minor versions of glibc that uv has a platform for."""


@dataclass(frozen=True)
class Interpreter:
    """An interpreter of a sandbox.

    Attributes:
        tags: the tags of the wheels that it can load, the best first.
        markers: the environment in which the markers of requirements are evaluated.
        site: the folder inside in which it finds packages.
    """

    tags: tuple[str, ...]
    markers: Mapping[str, str]
    site: str

    @property
    def version(self) -> str:
        return self.markers["python_full_version"]

    @cached_property
    def id(self) -> str:
        """Names what decides which packages are chosen."""
        told = json.dumps([self.tags, sorted(self.markers.items())])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @cached_property
    def platform(self) -> str:
        """The newest of uv's platforms that it fits. Raises InfrastructureError."""
        platform = glibc_platform(self.tags) or musl_platform(self.tags)
        if platform is None:
            raise InfrastructureError(
                f"there are no wheels for its platform ({self.tags[0]})",
                where="the sandbox's python3",
                mend="run without packages: --dependencies none",
            )
        return platform


def glibc_platform(tags: Iterable[str]) -> str | None:
    """uv's name for the newest glibc that the tags allow, None if they are of another library."""
    found = [match for tag in tags if (match := GLIBC.search(tag))]
    newest = max((int(match[1]) for match in found), default=0)
    known = [minor for minor in KNOWN_GLIBC if minor <= newest]
    return f"{found[0][2]}-manylinux_2_{known[-1]}" if known else None


def musl_platform(tags: Iterable[str]) -> str | None:
    found = next((match for tag in tags if (match := MUSL.search(tag))), None)
    return f"{found[1]}-unknown-linux-musl" if found else None


def program_site(backend: Backend) -> str:
    """The folder inside the sandbox in which the program's python3 finds packages; it exists there.

    Raises InfrastructureError.
    """
    return interpreter_of(backend).site


def interpreter_of(backend: Backend) -> Interpreter:
    """What the `python3` of a backend's sandboxes is, asked once for each toolchain.

    Raises InfrastructureError where it can't be asked, or has no folder for packages.
    """
    told = hashlib.sha256(f"{backend.toolchain().id}\n{packaging.__version__}\n{PROBE}".encode())
    folder = state_folder() / "packages" / "interpreters" / told.hexdigest()[:16]

    def fill(made: Path) -> None:
        (made / FILE).write_bytes(asked(backend))

    return read(cached_folder(folder, fill) / FILE)


@cache
def read(file: Path) -> Interpreter:
    """The interpreter that was asked before."""
    return parsed(file.read_bytes())


def parsed(told: bytes) -> Interpreter:
    """What an interpreter tells of itself. Raises InfrastructureError if that is no use."""
    try:
        found: dict[str, Any] = json.loads(told)
        interpreter = Interpreter(tuple(found["tags"]), found["markers"], found["site"])
    except (ValueError, KeyError, TypeError) as error:
        raise InfrastructureError(
            f"doesn't tell what it is ({told[-200:]!r})", where="the sandbox's python3"
        ) from error
    if not interpreter.site:
        raise InfrastructureError(
            "has no folder for packages (site-packages or dist-packages)",
            where="the sandbox's python3",
            mend="make one, such as /usr/lib/python3/dist-packages, or use --sandbox docker",
        )
    return interpreter


def asked(backend: Backend) -> bytes:
    """The answer of the interpreter in a sandbox without network, checked."""
    root = Path(packaging.__file__).parent
    files = [(f"packaging/{path.relative_to(root)}", path) for path in root.rglob("*.py")]
    with backend.create(SandboxSpec(Purpose.BUILD, Limits(wall_seconds=60))) as sandbox:
        sandbox.put(packed([(name, path.read_bytes()) for name, path in sorted(files)]), WORKSPACE)
        command = ["python3", "-I", "-B", "-c", PROBE, sandbox.path(WORKSPACE)]
        done = sandbox.exec(command, cwd=WORKSPACE, env={"PATH": PATH})
    if done.status != 0:
        raise InfrastructureError(
            f"doesn't tell what it is ({done.cause or done.stderr[-200:]!r})",
            where="the sandbox's python3",
        )
    parsed(done.stdout)
    return done.stdout
