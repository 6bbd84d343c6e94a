"""A program that listens on a port."""

import contextlib
import http.client
import json
import re
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .failure import ProgramFailure
from .launch.protocol import send
from .program import Content, Program, to_bytes
from .result import Result
from .session import Session

HOST = "127.0.0.1"
STOP_SECONDS = 4.0
"""Twice what specifications demand, for a machine under load."""
CLASHES = 5
POLL_SECONDS = 0.005


@dataclass(frozen=True)
class Response:
    """An HTTP response; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @cached_property
    def json(self) -> Any:
        """The body as one JSON document; anything else fails the test."""
        __tracebackhide__ = True
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ProgramFailure(f"the response's body isn't JSON: {error}") from None


class Service:
    """A running service. `args` may hold `{port}`, as may `ready`, a pattern on standard output.

    It is ready when `ready` has matched, or when the port takes connections.
    """

    def __init__(
        self,
        program: Program,
        args: Sequence[str],
        *,
        ready: str | None = None,
        files: Mapping[str, Content] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._program = program
        self._args = args
        self._ready = ready
        self._files = files
        self._env = env
        self._seconds = program.settings.limits.start_seconds
        self.port = 0
        self._session = self._start_on_a_free_port()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """One HTTP request on a connection of its own.

        Text is sent as UTF-8, bytes as they are, any other object but None as JSON with its
        content type. No valid response within the time limit fails the test.
        """
        __tracebackhide__ = True
        data, implied = _payload(body)
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout or self._seconds)
        try:
            connection.request(method, path, data, {**implied, **(headers or {})})
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, fields, answer.read())
        except (OSError, http.client.HTTPException) as error:
            why = f"{type(error).__name__}: {error}"
            raise ProgramFailure(f"no response to {method} {path}: {why}") from None
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        """A TCP connection to the port, with the program's time limit as its timeout."""
        __tracebackhide__ = True
        try:
            return socket.create_connection((HOST, self.port), self._seconds)
        except OSError as error:
            raise ProgramFailure(f"no connection to port {self.port}: {error}") from None

    def stop(self) -> Result:
        """SIGTERM to the program's first process, which has to end within two seconds."""
        __tracebackhide__ = True
        if self._session.result is None:
            send(self._session.start.supervisor.launched, signal.SIGTERM)
        return self._session.finish(STOP_SECONDS, "after SIGTERM")

    def kill(self) -> Result:
        """SIGKILL to the whole tree."""
        return self._session.kill()

    def restart(self) -> None:
        """Stop the service if it runs and start it with the same arguments on the same port."""
        __tracebackhide__ = True
        self.stop()
        self._session = self._start_on_port()

    def _start_on_a_free_port(self) -> Session:
        __tracebackhide__ = True
        for _ in range(CLASHES):
            self.port = _free_port()
            try:
                return self._start_on_port()
            except PortTaken:
                continue
        raise ProgramFailure(f"{CLASHES} free ports in a row were taken by someone else")

    def _start_on_port(self) -> Session:
        __tracebackhide__ = True
        start = self._program.start(
            [self._filled(argument) for argument in self._args],
            seconds=None,
            files=self._files,
            env=self._env,
        )
        start.supervisor.pipes.end_input()
        session = Session(self._program, start)
        try:
            self._await_ready(session)
        except BaseException:
            by_itself = session.over
            with contextlib.suppress(ProgramFailure):
                session.kill()
            if by_itself and _is_taken(self.port):
                raise PortTaken(f"port {self.port} is taken") from None
            raise
        return session

    def _await_ready(self, session: Session) -> None:
        __tracebackhide__ = True
        if self._ready is not None:
            regex = re.compile(self._filled(self._ready).encode("utf-8"))
            what = f"match of {self._ready!r} on standard output"
            session.await_output(lambda output: _end(regex, output), self._seconds, what)
            return
        deadline = time.monotonic() + self._seconds
        while not _accepts(self.port):
            if session.over:
                raise ProgramFailure("the service ended before its port took connections")
            if time.monotonic() > deadline:
                raise ProgramFailure(f"the port took no connections within {self._seconds:g} s")
            time.sleep(POLL_SECONDS)

    def _filled(self, text: str) -> str:
        return text.replace("{port}", str(self.port))


class PortTaken(ProgramFailure):
    """Somebody else listens on the port that was free a moment ago."""


def _payload(body: object) -> tuple[bytes | None, dict[str, str]]:
    if body is None:
        return None, {}
    if isinstance(body, str | bytes):
        return to_bytes(body), {}
    return json.dumps(body).encode("utf-8"), {"Content-Type": "application/json"}


def _end(regex: re.Pattern[bytes], output: bytearray) -> int | None:
    match = regex.search(bytes(output))
    return None if match is None else match.end()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
        return False


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
