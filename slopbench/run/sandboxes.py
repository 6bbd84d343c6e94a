"""Sandboxes that can be ended from outside: an interrupted run leaves nothing running."""

import threading
import weakref
from typing import Any, Self, cast

from slopbench.sandbox.protocol import Backend, Sandbox, SandboxDied, SandboxSpec


class EndableSandbox:
    """A sandbox that another thread may end while its owner starts, uses or stops it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._turn = threading.Lock()
        self._ended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sandbox, name)

    def start(self) -> None:
        """See Sandbox. Raises SandboxDied if it was ended before."""
        with self._turn:
            if self._ended:
                raise SandboxDied("the run is being interrupted", where="sandbox")
            self._sandbox.start()

    def end(self) -> None:
        """Kill what is inside, also before it starts. What its owner is told then means nothing."""
        with self._turn:
            self._ended = True
            self._sandbox.kill()

    def stop(self) -> None:
        """See Sandbox."""
        with self._turn:
            self._sandbox.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


class EndableBackend:
    """A backend that knows the sandboxes that it made, as long as anybody uses them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._turn = threading.Lock()
        self._sandboxes: weakref.WeakSet[EndableSandbox] = weakref.WeakSet()
        self._ended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def create(self, spec: SandboxSpec) -> Sandbox:
        """See Backend. Raises SandboxDied once `end` was called."""
        sandbox = EndableSandbox(self._backend.create(spec))
        with self._turn:
            if self._ended:
                raise SandboxDied("the run is being interrupted", where="sandbox")
            self._sandboxes.add(sandbox)
        return cast(Sandbox, sandbox)

    def end(self) -> None:
        """End every sandbox, and make no more."""
        with self._turn:
            self._ended = True
            sandboxes = list(self._sandboxes)
        for sandbox in sandboxes:
            sandbox.end()
