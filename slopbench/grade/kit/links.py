"""Which symbolic links in a folder of the program are harmless."""

import os
from collections.abc import Callable, Sequence

TOOLS = ("/usr", "/bin", "/lib", "/lib64")
KeepsLink = Callable[[str, str], bool]
"""Whether a link may stay: the folder that holds it, and its target."""


def keeps_inside(places: Sequence[str]) -> KeepsLink:
    """Links that stay in the places, or lead to the tools that everybody sees.

    `..` is taken as the kernel takes it, from the folder that holds the link, and only at the
    beginning of a target: behind another link it would lead elsewhere. When every link of a place
    is one of these, no path that begins in it leaves the places.
    """

    def keeps(folder: str, target: str) -> bool:
        if target.startswith("/"):
            return ".." not in target.split("/") and within(os.path.normpath(target), allowed)
        parts = [part for part in target.split("/") if part not in ("", ".")]
        start = folder
        while parts and parts[0] == "..":
            start = os.path.dirname(start)
            del parts[0]
        return ".." not in parts and within(os.path.join(start, *parts), allowed)

    allowed = (*places, *TOOLS)
    return keeps


def keeps_none(_: str, __: str) -> bool:
    """No link may stay."""
    return False


def within(path: str, folders: Sequence[str]) -> bool:
    """Whether a path is one of the folders or below one."""
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)
