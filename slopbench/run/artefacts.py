"""Files of a run: written whole or not at all, known by their sha256."""

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from slopbench.errors import InfrastructureError

CHUNK = 1 << 20


def write_atomically(path: Path, content: bytes) -> str:
    """Write a file so that it is there whole or not at all, whatever crashes; its sha256 in hex."""
    copy_atomically(path, io.BytesIO(content))
    return hashlib.sha256(content).hexdigest()


def write_unsynced(path: Path, content: bytes) -> str:
    """Write a new file of a folder that isn't in use yet and comes to the disk as a whole later.

    Its sha256 in hex.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
    return hashlib.sha256(content).hexdigest()


def copy_atomically(path: Path, stream: BinaryIO) -> None:
    """The same for a stream of any size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(stream, file, CHUNK)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_verified(root: Path, name: str, sha256: str) -> bytes:
    """The content of a journaled file below `root`.

    Raises InfrastructureError if it is gone, or isn't what the journal says.
    """
    path = root / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InfrastructureError(
            f"can't be read: {error.strerror}", where=str(path), mend="put it back from a copy"
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InfrastructureError(
            "isn't the file that the journal knows", where=str(path), mend="put it back from a copy"
        )
    return content


def read_result(root: Path, files: Mapping[str, str], kind: str) -> dict[str, Any] | None:
    """The newest `<kind>.<n>.json` among journaled files; None if there is none."""
    numbered = {int(Path(name).name.split(".")[1]): name for name in files if _is(name, kind)}
    if not numbered:
        return None
    name = numbered[max(numbered)]
    result: dict[str, Any] = json.loads(read_verified(root, name, files[name]))
    return result


def next_number(files: Mapping[str, str], kind: str) -> int:
    """The first `n` for which no `<kind>.<n>.json` is journaled."""
    return 1 + sum(_is(name, kind) for name in files)


def _is(name: str, kind: str) -> bool:
    return Path(name).name.startswith(f"{kind}.") and name.endswith(".json")
