"""A place for the scoring of hostile code: no network, and nothing to see but the tools and the code.

Nothing of the code is run there. The place is for the day on which a file makes a parser run it.
"""

import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import slopbench
from slopbench.errors import InfrastructureError
from slopbench.sandbox.launcher_files import BWRAP, launcher_folder

BUBBLEWRAP, PROCESS = "bubblewrap", "process"
"""How scoring is kept apart: in a sandbox, or by the limits of a process alone."""

_SYSTEM = ("/usr", "/etc/ld.so.cache", "/etc/alternatives")
_LINKS = ("bin", "sbin", "lib", "lib32", "lib64")
_TEMPORARY_BYTES = 512 << 20
_PACKAGE = Path(slopbench.__file__).parent
_OF_A_CHECKOUT = (_PACKAGE.parent / "analysis", _PACKAGE.parent / "pyproject.toml")
_HIDDEN = (_PACKAGE / "_bench" / "problems", _PACKAGE / "_bench" / "checkpoints")
"""Installed with the engine, and nothing that scoring needs."""


@cache
def isolation() -> str:
    """The strongest way in which this machine can keep scoring apart; it is part of each result."""
    try:
        command = confined([sys.executable, "-I", "-c", ""], (), ())
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (InfrastructureError, OSError, subprocess.TimeoutExpired):
        return PROCESS
    return PROCESS if done.returncode else BUBBLEWRAP


def confined(command: Sequence[str], places: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """The command as one that runs in such a place.

    `places` are where the interpreter finds modules. They and the folders are shown read-only where they
    are; only /tmp can be written. Raises InfrastructureError without bubblewrap.
    """
    arguments = ["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"]
    arguments += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    arguments += ["--clearenv", "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "TMPDIR", "/tmp"]  # noqa: S108
    arguments += ["--setenv", "OPENBLAS_NUM_THREADS", "1", "--hostname", "scoring"]
    for path in _SYSTEM:
        arguments += ["--ro-bind-try", path, path]
    for link in map(Path("/").joinpath, _LINKS):
        target = ["--symlink", str(link.readlink())] if link.is_symlink() else []
        arguments += [*(target or ["--ro-bind-try", str(link)]), str(link)]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    arguments += ["--size", str(_TEMPORARY_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
    for path in _shown(places):
        arguments += ["--ro-bind", path, path]
    for hidden in filter(Path.is_dir, _HIDDEN):
        arguments += ["--tmpfs", str(hidden)]
    for folder in map(str, folders):
        arguments += ["--ro-bind", folder, folder]
    arguments += ["--remount-ro", "/", "--chdir", "/tmp"]  # noqa: S108
    return [str(launcher_folder() / BWRAP), *arguments, "--", *command]


def _shown(places: Sequence[str]) -> list[str]:
    """What the interpreter is made of, without what lies in something else that is shown.

    Of a checkout only the package and the rules are shown.
    """
    real = sorted(path for path in _wanted(places) if not Path(path).is_relative_to("/usr"))
    return [
        path
        for path in real
        if not any(path != other and Path(path).is_relative_to(other) for other in real)
    ]


def _wanted(places: Sequence[str]) -> set[str]:
    checkout = str(_PACKAGE.parent)
    wanted = {sys.base_prefix, sys.prefix, str(_PACKAGE)}
    wanted |= {place for place in places if place != checkout and Path(place).exists()}
    return wanted | {str(each) for each in _OF_A_CHECKOUT if each.exists()}
