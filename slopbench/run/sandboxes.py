"""Sandboxes that can be ended from outside: an interrupted run leaves nothing running."""

import threading
import weakref
from typing import Any

from slopbench.sandbox.protocol import Backend, Sandbox, SandboxDied, SandboxSpec


class EndableBackend:
    """A backend that knows the sandboxes that it made, as long as anybody uses them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._turn = threading.Lock()
        self._sandboxes: weakref.WeakSet[Sandbox] = weakref.WeakSet()
        self._ended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def create(self, spec: SandboxSpec) -> Sandbox:
        """See Backend. Raises SandboxDied once `end` was called."""
        sandbox = self._backend.create(spec)
        with self._turn:
            if self._ended:
                raise SandboxDied("the run is being interrupted", where="sandbox")
            self._sandboxes.add(sandbox)
        return sandbox

    def end(self) -> None:
        """Stop every sandbox, and make no more. A phase that waits for one gets a dead sandbox."""
        with self._turn:
            self._ended = True
            sandboxes = list(self._sandboxes)
        for sandbox in sandboxes:
            sandbox.stop()
