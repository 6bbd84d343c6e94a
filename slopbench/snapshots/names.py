"""Names that come out of a sandbox: which of them a git repository can hold.

Git and `git fsck --strict` also refuse what case-folding file systems would take for one of git's
own names, so the same foldings are done here.
"""

import re

from slopbench.snapshots.model import SnapshotLimits

NAME_BYTES = 255
IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
REPOSITORY = re.compile(r"\.git|git~1")
MODULES = re.compile(r"\.gitmodules|gitmod~[1-4]|(?=.{8}$)(g(i(7(e(ba?)?)?)?)?)?~[1-9]\d*")
ATTRIBUTES = re.compile(r"\.gitattributes|gitatt~[1-4]|(?=.{8}$)(g(i(7(d(29?)?)?)?)?)?~[1-9]\d*")
SHOWN_CHARACTERS = 300


def parts(path: bytes) -> list[bytes]:
    """The components of a relative path, without `.` and repeated slashes; [] is the top folder."""
    return [part for part in path.split(b"/") if part not in (b"", b".")]


def fault_of_path(path: bytes, limits: SnapshotLimits) -> str | None:
    """Why a path as a whole can't be kept; None if it can."""
    found = parts(path)
    if path.startswith(b"/"):
        return "an absolute path"
    if b".." in found:
        return "a path that leaves its folder"
    if b"\0" in path:
        return "a name with a NUL byte"
    if len(path) > limits.path_bytes or any(len(part) > NAME_BYTES for part in found):
        return "a path that is too long"
    if len(found) > limits.depth:
        return "a path that is too deep"
    return None


def fault_of_name(name: bytes) -> str | None:
    """Why one component of a path can't be kept; None if it can."""
    if is_like(name, REPOSITORY):
        return "a git repository of its own"
    if is_like(name, MODULES):
        return "a name that git takes for its list of submodules"
    return None


def is_attributes(name: bytes) -> bool:
    """Whether git would take a file with this name for its attributes."""
    return is_like(name, ATTRIBUTES)


def is_like(name: bytes, pattern: re.Pattern[str]) -> bool:
    """Whether some file system takes `name`, or a part after a backslash, for one of git's."""
    text = IGNORED_BY_HFS.sub("", name.decode("utf-8", "surrogateescape")).lower()
    return any(pattern.fullmatch(folded(part)) for part in [text, *text.split("\\")])


def folded(name: str) -> str:
    """A name as NTFS sees it: without a stream's name and without blanks and dots at the end."""
    return name.partition(":")[0].rstrip(" .")


def readable(path: bytes) -> str:
    """A path for people and for JSON: bytes that are no UTF-8 are escaped, the very long is cut."""
    text = path.decode("utf-8", "backslashreplace")
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
