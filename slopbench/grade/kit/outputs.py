"""Standard output and error of a program whose caller has given it a file to read and write.

pytest catches output in such a file, which also holds what the test itself has printed. The program
gets a pipe instead, and what comes through it is added to the file.
"""

import contextlib
import fcntl
import os
import stat
import threading
from collections.abc import Iterator

CHUNK = 1 << 16


@contextlib.contextmanager
def one_way() -> Iterator[None]:
    """Put pipes in the place of readable files. Left when nobody writes any more."""
    pumps: dict[tuple[int, int], int] = {}
    threads = []
    for stream in filter(_readable_file, (1, 2)):
        found = os.fstat(stream)
        key = (found.st_dev, found.st_ino)
        if key not in pumps:
            reading, pumps[key] = os.pipe()
            threads.append(threading.Thread(target=_pump, args=(reading, os.dup(stream))))
        os.dup2(pumps[key], stream)
    for thread in threads:
        thread.start()
    for writing in pumps.values():
        os.close(writing)
    try:
        yield
    finally:
        if threads:
            silence()
        for thread in threads:
            thread.join()


def silence() -> None:
    """Let go of both outputs."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _readable_file(stream: int) -> bool:
    flags = fcntl.fcntl(stream, fcntl.F_GETFL)
    return stat.S_ISREG(os.fstat(stream).st_mode) and flags & os.O_ACCMODE == os.O_RDWR


def _pump(reading: int, target: int) -> None:
    with open(reading, "rb", buffering=0) as source, open(target, "wb", buffering=0) as file:
        while data := source.read(CHUNK):
            while data:
                data = data[file.write(data) :]
