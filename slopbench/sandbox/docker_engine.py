"""The Docker engine: reaching it, and its faults in our words.

`DOCKER_HOST` (with `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`) names it, as for the docker client;
rootful Podman is reached through the socket of its service. Threads don't share a client.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from docker.api.client import APIClient
from docker.errors import APIError, DockerException
from docker.utils import kwargs_from_env
from requests.exceptions import RequestException

from slopbench.errors import InfrastructureError

PING_SECONDS = 5
CALL_SECONDS = 120
WHERE = "docker"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def connect(seconds: float = CALL_SECONDS) -> Any:
    """A client of the engine's API; each call may take `seconds`. Raises InfrastructureError."""
    try:
        return APIClient(**kwargs_from_env(), version="auto", timeout=seconds)
    except (DockerException, RequestException) as error:
        raise unreachable(error) from error


def alive() -> bool:
    """Whether the engine answers now."""
    try:
        client = connect(PING_SECONDS)
    except InfrastructureError:
        return False
    client.close()
    return True


def unreachable(error: Exception) -> InfrastructureError:
    """Says why there is no engine to speak with, and the command that mends it."""
    host = os.environ.get("DOCKER_HOST", "")
    reason = reason_of(error) or str(error)
    if "Permission denied" in str(error):
        mend = 'usermod -aG docker "$USER" (as root) and log in again, or use --sandbox bubblewrap'
    elif host:
        mend = "start the engine that DOCKER_HOST names, or unset it"
    else:
        mend = "apt-get install docker.io and systemctl start docker (as root), or set DOCKER_HOST"
    return InfrastructureError(
        f"the Docker engine can't be reached ({reason})", where=host or WHERE, mend=mend
    )


def reason_of(error: BaseException | None) -> str:
    """The operating system's words in a chain of exceptions, or an empty string."""
    while error is not None:
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        error = error.__cause__ or error.__context__
    return ""


@dataclass(frozen=True)
class Engine:
    """What must be known of an engine before it is asked for a container.

    `podman`: it names a few options differently. `machine`: its processor, as `uname -m` says it.
    """

    podman: bool
    machine: str


def engine_of(client: Any) -> Engine:
    """The engine behind a client. Raises InfrastructureError."""
    with engine_errors("tell its version"):
        told = client.version()
    names = [str(component.get("Name", "")) for component in told.get("Components") or ()]
    machine = str(told.get("Arch", ""))
    return Engine(any("Podman" in name for name in names), MACHINES.get(machine, machine))


@contextmanager
def engine_errors(doing: str) -> Iterator[None]:
    """Turn the library's exceptions into InfrastructureError; `doing` says what was asked for."""
    try:
        yield
    except APIError as error:
        raise InfrastructureError(
            f"the engine refused to {doing} ({error.explanation or error})", where=WHERE
        ) from error
    except (DockerException, RequestException, OSError) as error:
        raise unreachable(error) from error
