"""Where a user lets packages come from, and what names that in results."""

import hashlib
from functools import lru_cache
from pathlib import Path

from slopbench.errors import UsageError
from slopbench.grade.dependencies.model import NO_PACKAGES, Source

REGISTRY = Source("registry")
CHUNK = 1 << 20


def source_of(text: str) -> Source:
    """The source that `none`, `registry` or the path of a folder of wheels names.

    Raises UsageError for a folder that isn't there or holds no wheel.
    """
    if text in ("none", "registry"):
        return NO_PACKAGES if text == "none" else REGISTRY
    source = Source("folder", Path(text).absolute())
    if not wheels_of(source):
        raise UsageError(
            "is no folder with wheels",
            where=f"--dependencies {text}",
            mend="give none, registry, or a folder of *.whl files (pip download -d DIR … fills one)",
        )
    return source


def written(source: Source) -> str:
    """The text from which `source_of` makes the source again, from any working directory."""
    return str(source.folder) if source.folder else source.kind


def identity(source: Source) -> str:
    """What a result can depend on: `none`, `registry`, or `wheels:` with a hash of all wheels."""
    if source.kind != "folder":
        return source.kind
    listed = tuple((path, *state_of(path)) for path in wheels_of(source))
    return f"wheels:{content_hash(listed)[:16]}"


def wheels_of(source: Source) -> list[Path]:
    """The wheels that lie in the source's folder, sorted."""
    return sorted(source.folder.glob("*.whl")) if source.folder else []


def state_of(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


@lru_cache(maxsize=8)
def content_hash(listed: tuple[tuple[Path, int, int], ...]) -> str:
    """A hash over names and contents; the sizes and times tell when it has to be made anew."""
    digest = hashlib.sha256()
    for path, _, _ in listed:
        digest.update(f"{path.name} {file_hash(path)}\n".encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
