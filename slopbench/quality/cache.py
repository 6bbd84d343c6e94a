"""Facts of files that were read before, in one SQLite file, safe under parallel writers.

The key is made of a file's content, its path in the tree, its language and the fingerprint, so a
cached answer is the one that reading would give. A cache that is damaged, locked or can't be written
costs time and changes no score.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from slopbench.config import state_folder
from slopbench.quality.codec import decode, encode
from slopbench.quality.facts import FileFacts

MAX_BYTES = 2 << 30
"""Beyond this size the older half of the entries goes."""

_SCHEMA = """
create table if not exists facts (key blob primary key, value blob not null, digest blob not null)
"""
_PATIENCE_SECONDS = 10.0


def cache_file() -> Path:
    """Where the cache lies."""
    return state_folder() / "quality" / "facts.sqlite"


def key_of(content: bytes, file: str, language: str, fingerprint: str) -> bytes:
    """The key of a file's facts."""
    digest = hashlib.sha256()
    for part in (fingerprint, language, file):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    digest.update(content)
    return digest.digest()


def recall(keys: Sequence[bytes], cache: Path) -> dict[bytes, FileFacts]:
    """The facts that are cached for some of the keys."""
    found: dict[bytes, FileFacts] = {}
    if cache.is_file():
        with _forgiving(cache), closing(_connected(cache)) as database:
            for key in keys:
                row = database.execute("select value, digest from facts where key = ?", [key])
                found.update((key, decode(value)) for value, digest in row if _is(value, digest))
    return found


def remember(facts: Mapping[bytes, FileFacts], cache: Path) -> None:
    """Store facts under their keys."""
    if not facts:
        return
    with _forgiving(cache):
        cache.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connected(cache)) as database, database:
            database.execute(_SCHEMA)
            _make_room(database)
            for key, each in facts.items():
                value = encode(each)
                row = (key, value, _digest(value))
                database.execute("insert or replace into facts values (?, ?, ?)", row)


def empty(cache: Path) -> int:
    """Remove the cache; the bytes that are free again. Raises OSError if it can't be removed."""
    places = [cache, *(cache.with_name(cache.name + end) for end in ("-wal", "-shm"))]
    found = [place for place in places if place.is_file()]
    size = sum(place.stat().st_size for place in found)
    for place in found:
        place.unlink()
    return size


@contextmanager
def _forgiving(cache: Path) -> Iterator[None]:
    """Goes on without a cache that can't be used, and removes one that is damaged."""
    try:
        yield
    except (sqlite3.OperationalError, OSError):
        return
    except (sqlite3.DatabaseError, ValueError):
        with suppress(OSError):
            cache.unlink()


def _connected(cache: Path) -> sqlite3.Connection:
    database = sqlite3.connect(cache, timeout=_PATIENCE_SECONDS)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = off")
    return database


def _make_room(database: sqlite3.Connection) -> None:
    (pages,), (size,) = (
        database.execute(f"pragma {name}").fetchone() for name in ("page_count", "page_size")
    )
    if pages * size > MAX_BYTES:
        database.execute(
            "delete from facts where rowid <= (select (min(rowid) + max(rowid)) / 2 from facts)"
        )


def _is(value: bytes, digest: bytes) -> bool:
    return _digest(value) == digest


def _digest(value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=16).digest()
