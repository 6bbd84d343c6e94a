"""What a git tree can't say, as JSON in the commit message: empty folders, modes, omissions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes, unquote_to_bytes

from slopbench.snapshots.model import Skipped, Snapshot

SCHEMA = 1
FOLDER_MODE = 0o755
FILE_MODES = {"100644": 0o644, "100755": 0o755}
"""Git's modes of regular files and the permissions that a file has if the manifest says nothing."""


@dataclass(frozen=True)
class Manifest:
    """Stands beside a tree: counts, folders without files, unusual permissions, what was skipped.

    In JSON, paths are percent-encoded bytes, for names needn't be text.
    """

    files: int = 0
    size: int = 0
    empty: tuple[bytes, ...] = ()
    modes: Mapping[bytes, int] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()

    def message(self, title: str) -> bytes:
        """The commit message: the title, an empty line, the manifest."""
        data = {
            "schema": SCHEMA,
            "files": self.files,
            "bytes": self.size,
            "empty": [encoded(path) for path in sorted(self.empty)],
            "modes": {encoded(path): f"{mode:04o}" for path, mode in sorted(self.modes.items())},
            "skipped": [[entry.path, entry.reason] for entry in self.skipped],
        }
        return f"{title}\n\n{json.dumps(data)}\n".encode()

    @classmethod
    def from_message(cls, message: bytes) -> "Manifest":
        """The manifest in a commit message. Raises ValueError if there is none in it."""
        try:
            data = json.loads(message.partition(b"\n\n")[2])
            if data["schema"] != SCHEMA:
                raise ValueError(f"schema {data['schema']!r}")
            return cls(
                files=data["files"],
                size=data["bytes"],
                empty=tuple(unquote_to_bytes(path) for path in data["empty"]),
                modes={
                    unquote_to_bytes(path): int(mode, 8) for path, mode in data["modes"].items()
                },
                skipped=tuple(Skipped(path, reason) for path, reason in data["skipped"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no manifest: {error}") from error

    def snapshot(self, tree: str, commit: str) -> Snapshot:
        """The public description of the tree that this stands beside."""
        return Snapshot(tree, commit, self.files, self.size, self.skipped)


def encoded(path: bytes) -> str:
    return quote_from_bytes(path, safe="/ ")
