"""Settings that more than one room needs, and where they come from."""

import os
from pathlib import Path

CANARY = "slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25"
"""The line that every file of a problem carries; a search for it finds leaks."""

WORKSPACE = "/workspace"
"""Where a solution lies inside every sandbox, on both backends."""


def state_folder() -> Path:
    """The folder for caches and working places, outside every run directory.

    `SLOPBENCH_STATE` names it; otherwise it is the user's cache. As root it is /var/cache/slopbench, since
    sandboxes then run under another uid, which can't look into root's home.
    """
    named = os.environ.get("SLOPBENCH_STATE")
    if named:
        return Path(named).absolute()
    if os.geteuid() == 0:
        return Path("/var/cache/slopbench")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "slopbench"
