"""The conversation with the host over stdin and stdout: what crosses it, and how.

Frames of one type byte, a length (4 bytes, big endian) and a payload. `J` is a JSON request or
answer, `D` a piece of data, `E` the end of data, `O` and `R` pieces of a command's stdout and
stderr. Where the host is gone, the process ends.
"""

import errno
import io
import json
import os
import struct
from typing import Any


def read_exactly(size: int) -> bytes:
    parts = []
    while size:
        part = os.read(0, min(size, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame() -> tuple[bytes, bytes]:
    kind, size = struct.unpack(">cI", read_exactly(5))
    return kind, read_exactly(size)


def write_frame(kind: bytes, payload: bytes = b"") -> None:
    data = memoryview(struct.pack(">cI", kind, len(payload)) + payload)
    while data:
        data = data[os.write(1, data) :]


def answer(**fields: object) -> None:
    write_frame(b"J", json.dumps(fields).encode())


class Incoming(io.RawIOBase):
    """The data frames of a request as a file."""

    def __init__(self) -> None:
        self.rest, self.ended = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest and not self.ended:
            kind, self.rest = read_frame()
            self.ended = kind == b"E"
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size

    def drain(self) -> None:
        while not self.ended:
            self.rest = b""
            self.readinto(bytearray(1))


class Outgoing(io.RawIOBase):
    """Data frames of an answer as a file that holds at most `room` bytes."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.EFBIG, "holds more than its limits allow")
        write_frame(b"D", bytes(data))
        return len(data)
