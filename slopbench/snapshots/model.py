"""What a snapshot is, what bounds it, and what can go wrong when one is taken."""

from dataclasses import dataclass

from slopbench.errors import InfrastructureError, LimitError


@dataclass(frozen=True)
class Skipped:
    """An entry of a workspace that could not be kept (as it was); `path` is made readable."""

    path: str
    reason: str


@dataclass(frozen=True)
class Snapshot:
    """A stored file tree.

    Attributes:
        tree: the git tree id: the identity of the content.
        commit: the commit that holds it, with the manifest in its message.
        files: how many regular files and symbolic links it has.
        bytes: the size of its regular files together.
        skipped: what was found and not kept.
    """

    tree: str
    commit: str
    files: int
    bytes: int
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class SnapshotLimits:
    """Bounds on what is taken in.

    A path or a file beyond its own bound is skipped with the reason. More entries, bytes of names
    or bytes in all is SnapshotTooLarge, since a part of a tree must never pass for the whole.
    """

    entries: int = 200_000
    name_bytes: int = 32 << 20
    file_bytes: int = 128 << 20
    total_bytes: int = 1 << 30
    path_bytes: int = 1024
    depth: int = 64


class SnapshotTooLarge(LimitError):
    """A workspace has more entries or bytes than a snapshot may have."""


class BrokenStream(InfrastructureError):
    """A tar stream is cut off or isn't one, or a file changed while it was read."""
