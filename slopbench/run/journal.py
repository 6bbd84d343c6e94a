"""The journal of a run: JSON lines that are appended, checked, and never changed.

A line is `{"seq", "time", "event", "key", "try", "data", "crc"}`; `crc` is the CRC-32 (eight hex
digits) of the line as it would be without that member. `append` returns when it is on the disk.
"""

import fcntl
import json
import os
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from slopbench.errors import InfrastructureError, UsageError
from slopbench.run.artefacts import sync_folder

LINE = re.compile(rb'(\{.+),"crc":"([0-9a-f]{8})"\}\n', re.DOTALL)


class Event(StrEnum):
    """What a line of the journal reports."""

    RUN_PLANNED = "run_planned"
    ATTEMPT_STARTED = "attempt_started"
    PHASE_STARTED = "phase_started"
    PHASE_FINISHED = "phase_finished"
    REGRADED = "regraded"
    RESCORED = "rescored"
    CANCELLED = "cancelled"
    RUN_FINISHED = "run_finished"


@dataclass(frozen=True, order=True)
class Key:
    """A checkpoint of an attempt: the problem's slug, the sample from 1, the checkpoint from 1."""

    problem: str
    sample: int
    checkpoint: int


@dataclass(frozen=True)
class Entry:
    """One line: `seq` counts from 0, `time` is UTC in ISO 8601, `key` and `attempt` may be None.

    `attempt` is the member `try` of the line: which start of the agent at this checkpoint, from 1.
    """

    seq: int
    time: str
    event: Event
    key: Key | None
    attempt: int | None
    data: Mapping[str, Any]


Line = tuple[Event, Key | None, int | None, Mapping[str, Any]]
"""What `append` takes: event, key, attempt, data."""


class JournalError(InfrastructureError):
    """A journal that can't be read or written; the message names the file and the line."""


def encode(entry: Entry) -> bytes:
    """The line of an entry, with checksum and line end. Raises ValueError for NaN."""
    members = {
        "seq": entry.seq,
        "time": entry.time,
        "event": entry.event.value,
        "key": entry.key and vars(entry.key),
        "try": entry.attempt,
        "data": entry.data,
    }
    body = json.dumps(members, separators=(",", ":"), allow_nan=False).encode()
    return body[:-1] + b',"crc":"%08x"}\n' % zlib.crc32(body)


class NoLine(ValueError):
    """Bytes without the shape of a journal line, such as the beginning of one."""


def decode(line: bytes) -> Entry:
    """The entry of a line. Raises ValueError with the reason if `encode` didn't make it."""
    match = LINE.fullmatch(line)
    if match is None:
        raise NoLine("is no journal line")
    body = match[1] + b"}"
    if zlib.crc32(body) != int(match[2], 16):
        raise ValueError("has a wrong checksum")
    members = json.loads(body)
    try:
        key = members["key"] and Key(**members["key"])
        event = Event(members["event"])
        return Entry(members["seq"], members["time"], event, key, members["try"], members["data"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"lacks or misnames a member ({error})") from error


def read_journal(path: Path) -> Iterator[Entry]:
    """The entries of a journal in order; a torn last line (one that isn't whole) is left out.

    Raises JournalError that names the line if any other line is damaged, missing or out of turn.
    """
    return (entry for entry, _ in _scan(path))


def _scan(path: Path) -> Iterator[tuple[Entry, int]]:
    """The entries, each with the offset of its line's end."""
    end = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    entry = _in_turn(decode(line), number - 1)
                except ValueError as error:
                    if isinstance(error, NoLine) and not file.read(1):
                        return
                    raise _damaged(path, number, error) from error
                end += len(line)
                yield entry, end
    except OSError as error:
        raise JournalError(f"can't be read: {error.strerror}", where=str(path)) from error


def _in_turn(entry: Entry, seq: int) -> Entry:
    if entry.seq != seq:
        raise ValueError(f"has seq {entry.seq} in place of {seq}")
    return entry


def _damaged(path: Path, number: int, error: ValueError) -> JournalError:
    return JournalError(
        str(error),
        where=f"{path}, line {number}",
        mend="put the journal back from a copy; nothing was changed",
    )


class Journal:
    """The one writer of a journal, for as long as it is open.

    `replay` gets every entry that is already there, and each one that is appended later; so does
    everything in `listeners` for the later ones. Threads may append at the same time.
    """

    def __init__(self, path: Path, replay: Callable[[Entry], None]) -> None:
        """Lock, read and continue the journal at `path`, which is made if it isn't there.

        Raises UsageError if another process writes it, JournalError if it is damaged.
        """
        self.path, self.listeners = path, [replay]
        self._turn = threading.Lock()
        self._seq, self._broken = 0, False
        self._lock = _lock(path.with_name("lock"))
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            self._continue(replay)
        except BaseException:
            os.close(self._lock)
            raise

    def append(
        self, event: Event, key: Key | None, attempt: int | None, data: Mapping[str, Any]
    ) -> Entry:
        """Write one line and bring it to the disk. Raises JournalError, then and ever after."""
        return self.append_all([(event, key, attempt, data)])[0]

    def append_all(self, lines: Iterable[Line]) -> list[Entry]:
        """The same for several lines, which come to the disk together."""
        with self._turn:
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            entries = [Entry(self._seq + n, now, *line) for n, line in enumerate(lines)]
            self._write(b"".join(map(encode, entries)))
            self._seq += len(entries)
            for entry in entries:
                for listener in self.listeners:
                    listener(entry)
        return entries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the journal free for another writer."""
        os.close(self._file)
        os.ftruncate(self._lock, 0)
        os.close(self._lock)

    def _continue(self, replay: Callable[[Entry], None]) -> None:
        end = 0
        for entry, line_end in _scan(self.path):
            self._seq, end = self._seq + 1, line_end
            replay(entry)
        if os.fstat(self._file).st_size > end:
            os.ftruncate(self._file, end)
        os.fsync(self._file)
        sync_folder(self.path.parent)

    def _write(self, line: bytes) -> None:
        if self._broken:
            raise JournalError("an earlier write failed", where=str(self.path))
        try:
            while line:
                line = line[os.write(self._file, line) :]
            os.fsync(self._file)
        except OSError as error:
            self._broken = True
            raise JournalError(
                f"can't be written: {error.strerror}",
                where=str(self.path),
                mend="free some disk space",
            ) from error


def lock_owner(path: Path) -> str | None:
    """Who writes the journal at `path` now, in words; None if nobody does."""
    try:
        file = os.open(path.with_name("lock"), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(file, 400, 0).decode(errors="replace") or "a process that is just starting"
    finally:
        os.close(file)
    return None


def _lock(path: Path) -> int:
    """Take the lock file; the kernel gives it free when its owner ends, however that happens."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(file, 400, 0).decode(errors="replace")
        os.close(file)
        raise UsageError(
            f"is being written by {owner or 'another process'}",
            where=str(path.parent),
            mend="wait for it or end it; `slopbench status` shows how far it is",
        ) from error
    os.ftruncate(file, 0)
    os.pwrite(file, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
    return file
