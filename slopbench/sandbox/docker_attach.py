"""Bytes to and from a container's first process, over the engine's attach connection."""

import contextlib
import socket
import struct
import time
from typing import Any

from slopbench.sandbox.docker_engine import engine_errors
from slopbench.sandbox.protocol import SandboxDied

SEND_SECONDS = 120.0
HEADER_BYTES = 8
STDERR = 2
WORDS_BYTES = 4096
STREAMS = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


class AttachedChannel:
    """The three streams of a container on one connection, made before the container is started.

    The engine frames what the container writes: a stream number, three zero bytes, a length
    (4 bytes, big endian). When this end closes, the container's stdin ends too.
    """

    def __init__(self, client: Any, container: str) -> None:
        with engine_errors("attach to a container"):
            self._stream = client.attach_socket(container, params=STREAMS)
        # A plain connection comes wrapped in a file; timeouts are the socket's.
        self._socket: socket.socket = getattr(self._stream, "_sock", self._stream)
        self._kind = 0
        self._left = 0
        self._words = b""

    @property
    def words(self) -> str:
        """The end of what the first process wrote to stderr."""
        return self._words.decode("utf-8", "replace").strip()

    def send(self, data: bytes) -> None:
        self._socket.settimeout(SEND_SECONDS)
        self._socket.sendall(data)

    def receive(self, size: int, deadline: float) -> bytes:
        """The next bytes of stdout, b"" when the container is gone.

        Raises SandboxDied when time is up.
        """
        while True:
            if self._left == 0 and not self._next_frame(deadline):
                return b""
            data = self._read(min(size, self._left), deadline)
            self._left -= len(data)
            if self._kind != STDERR or not data:
                return data
            self._words = (self._words + data)[-WORDS_BYTES:]

    def _next_frame(self, deadline: float) -> bool:
        """Read a frame's header; whether there was one."""
        header = b""
        while len(header) < HEADER_BYTES:
            part = self._read(HEADER_BYTES - len(header), deadline)
            if not part:
                return False
            header += part
        self._kind, self._left = struct.unpack(">BxxxL", header)
        return True

    def _read(self, size: int, deadline: float) -> bytes:
        try:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            return self._socket.recv(size)
        except TimeoutError as error:
            raise SandboxDied("didn't answer in time", where="docker") from error
        except OSError:
            return b""

    def shut(self) -> None:
        """End the connection and with it the container; a thread that waits in `receive` gets b"".

        The descriptor stays, since one that is closed under a waiting thread may be another file's
        a moment later.
        """
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection. No other thread may be in `receive`."""
        self.shut()
        self._socket.close()
        self._stream.close()
