"""Picks the backend that a user asked for."""

from collections.abc import Callable

from slopbench.errors import InfrastructureError, UsageError
from slopbench.sandbox.protocol import Backend


def bubblewrap() -> Backend:
    from slopbench.sandbox.bubblewrap import Bubblewrap

    return Bubblewrap()


def docker() -> Backend:
    from slopbench.sandbox.docker import Docker

    return Docker()


BACKENDS: dict[str, Callable[[], Backend]] = {"bubblewrap": bubblewrap, "docker": docker}
"""The backends that isolate, in the order in which `auto` tries them."""

NONE = "none"


def pick_backend(name: str) -> Backend:
    """A backend that works on this machine; `auto` takes the first that isolates and works.

    Raises UsageError for an unknown name, InfrastructureError with what is missing and how to mend it.
    """
    if name == NONE:
        from slopbench.sandbox.unsafe import Unsafe

        return Unsafe()
    if name not in (*BACKENDS, "auto"):
        raise UsageError(
            f"unknown sandbox {name!r}", where="--sandbox", mend="give auto, bubblewrap or docker"
        )
    complaints = []
    for candidate, make in BACKENDS.items():
        if name not in (candidate, "auto"):
            continue
        backend = make()
        faults = backend.check()
        if not faults:
            return backend
        complaints += [f"{fault.what}; {fault.mend}".rstrip("; ") for fault in faults]
    raise InfrastructureError("; ".join(complaints), where=f"--sandbox {name}")
