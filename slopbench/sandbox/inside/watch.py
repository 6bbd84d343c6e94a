"""What the sandbox's processes and files take up, compared with the limits."""

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from .processes import others


def kilobytes(path: str, names: Sequence[bytes]) -> list[int]:
    """The sizes with these names in a table of /proc, in bytes; zeros if the process is gone.

    The table is read as bytes: a process chooses its own name, which stands in it.
    """
    sizes = dict.fromkeys(names, 0)
    try:
        with open(path, "rb") as lines:
            for line in lines:
                name, _, rest = line.partition(b":")
                if name in sizes:
                    sizes[name] = int(rest.split()[0]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return [0] * len(names)
    return list(sizes.values())


def pages_of(pid: int) -> tuple[int, int]:
    """What a process holds, shared pages counted in full: private bytes, bytes shared in memory.

    When the first thread of a process has ended before the others, its own table tells of no memory;
    theirs do.
    """
    names = (b"RssAnon", b"RssShmem", b"VmSwap")
    for table in chain([f"/proc/{pid}/status"], thread_tables(pid)):
        anonymous, shared, swapped = kilobytes(table, names)
        if anonymous or shared or swapped:
            return anonymous + swapped, shared
    return 0, 0


def thread_tables(pid: int) -> Iterator[str]:
    """The tables of a process's threads, looked for only when they are asked for."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except (FileNotFoundError, ProcessLookupError):
        return
    for thread in threads:
        yield f"/proc/{pid}/task/{thread}/status"


def share_of(pid: int) -> tuple[int, int]:
    """The same with shared pages divided among those who share them.

    A process can forbid this look at itself; then its pages count in full.
    """
    names = (b"Pss", b"Pss_Anon", b"Pss_Shmem", b"SwapPss")
    total, anonymous, shared, swapped = kilobytes(f"/proc/{pid}/smaps_rollup", names)
    return (anonymous + swapped, shared) if total else pages_of(pid)


def memory_exceeds(limit: int, disk: int) -> bool:
    """Whether all processes together hold more; files in memory are counted as disk, not here.

    Shares are looked at twice: those of the living grow while others die during a look.
    """
    for look in (pages_of, share_of, share_of):
        held = [look(pid) for pid in others()]
        shared = max(0, sum(shared for _, shared in held) - disk)
        if sum(private for private, _ in held) + shared <= limit:
            return False
    return True


def disk_used(folders: Sequence[str]) -> tuple[int, int]:
    """Bytes and files in the writable places, without walking them."""
    size = files = 0
    for folder in folders:
        found = os.statvfs(folder)
        size += (found.f_blocks - found.f_bfree) * found.f_frsize
        files += found.f_files - found.f_ffree
    return size, files


def full(limits: Mapping[str, Any], size: int, files: int) -> str | None:
    """The name of a limit on files that is reached, or None."""
    if size >= limits["disk"]:
        return "disk"
    return "files" if files > limits["files"] else None


def exceeded(limits: Mapping[str, Any]) -> str | None:
    """The name of a limit that is crossed now, or None."""
    size, files = disk_used(limits["folders"])
    if memory_exceeds(limits["memory"], size):
        return "memory"
    return full(limits, size, files)
