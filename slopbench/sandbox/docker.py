"""The docker backend: each sandbox is a container of our image, in which the first process is ours.

Nothing of a container is on a disk: its root is read-only and its writable folders are in memory.
When its owner dies its stdin ends, and with it the container.
"""

import contextlib
import re
import time
from functools import cache, cached_property
from typing import Any

from docker.errors import APIError, NotFound

from slopbench.errors import InfrastructureError
from slopbench.sandbox import docker_engine
from slopbench.sandbox.docker_attach import AttachedChannel
from slopbench.sandbox.docker_container import (
    PYTHON,
    command_rlimits,
    container_settings,
    label_filter,
    owner_lives,
)
from slopbench.sandbox.docker_engine import connect, engine_errors, engine_of
from slopbench.sandbox.image import find_image
from slopbench.sandbox.layout import SHARED_FOLDERS, watched_folders
from slopbench.sandbox.protocol import Fault, Purpose, SandboxDied, SandboxSpec, Toolchain
from slopbench.sandbox.seccomp import filter_without_namespaces
from slopbench.sandbox.session import Session
from slopbench.sandbox.session_sandbox import SessionSandbox

REMOVE_SECONDS = 60.0
REMOVE_TICK = 0.01
PATH = "/usr/local/bin:/usr/bin:/bin"
VERSION = re.compile(r"\d+(\.\d+)+")
VERSIONS = """
for tool in python3 node git make bash; do
  command -v $tool >/dev/null && echo "$tool $($tool --version 2>&1 | head -n 1)"
done
"""


class DockerSandbox(SessionSandbox):
    """One container, with a client of its own, so that sandboxes of several threads don't meet."""

    def __init__(self, spec: SandboxSpec, image: str) -> None:
        super().__init__(spec)
        self.image = image
        self.client: Any = None
        self.container: str | None = None
        self.channel: AttachedChannel | None = None

    def start(self) -> None:
        try:
            self._begin()
        except SandboxDied as error:
            words = self.channel.words if self.channel else ""
            self.stop()
            raise InfrastructureError(
                f"the container did not start ({words or error})",
                where="docker",
                mend="slopbench image build makes a new image",
            ) from error
        except BaseException:
            self.stop()
            raise

    def _begin(self) -> None:
        self.client = connect()
        engine = engine_of(self.client)
        calls = filter_without_namespaces(engine.machine)
        with engine_errors("create a container"):
            settings = container_settings(self.client, engine, self.spec)
            self.container = str(self.client.create_container(self.image, **settings)["Id"])
        self.channel = AttachedChannel(self.client, self.container)
        with engine_errors("start a container"):
            self.client.start(self.container)
        folders = watched_folders(self.spec.purpose)
        session = Session(self.channel, self.spec.limits, folders, seccomp=calls)
        session.start()
        self.session = session

    def rlimits(self) -> dict[str, int]:
        return command_rlimits(self.spec.limits)

    def memory_kills(self) -> int:
        chosen = {"container": self.container, "event": "oom"}
        with engine_errors("list events"):
            return len(list(self.client.events(since=1, until=time.time(), filters=chosen)))

    def kill(self) -> None:
        if self.channel is not None:
            self.channel.shut()

    def stop(self) -> None:
        self.session = None
        channel, self.channel = self.channel, None
        container, self.container = self.container, None
        client, self.client = self.client, None
        # The connection first: an engine whose reader has stopped reading can't end a container.
        if channel is not None:
            channel.close()
        if client is not None:
            with contextlib.closing(client):
                if container is not None:
                    remove(client, container)


class Docker:
    """The backend. Needs an engine (docker, or rootful Podman) and an image of ours.

    It keeps to the image that it found first, whatever is built meanwhile.
    """

    name = "docker"

    @cached_property
    def image(self) -> str:
        """The id of the image. Raises InfrastructureError."""
        with contextlib.closing(connect()) as client:
            return find_image(client).id

    def create(self, spec: SandboxSpec) -> DockerSandbox:
        return DockerSandbox(spec, self.image)

    def toolchain(self) -> Toolchain:
        return toolchain_of(self.image)

    def enforcement(self) -> dict[str, str]:
        with contextlib.closing(connect()) as client, engine_errors("describe itself"):
            engine = client.info()
        return {
            "wall_time": "watchdog",
            "memory": "cgroup and watchdog" if engine.get("MemoryLimit") else "watchdog",
            "processes": "cgroup" if engine.get("PidsLimit") else "none",
            "cpus": "cgroup" if engine.get("CpuCfsQuota") else "none",
            "disk": "tmpfs and watchdog",
            "files": "watchdog",
            "output": "watchdog",
        }

    def nesting(self) -> dict[str, object]:
        return {"launcher": "uid", "shared": list(SHARED_FOLDERS), "python": PYTHON}

    def check(self) -> list[Fault]:
        try:
            self.toolchain()
        except InfrastructureError as error:
            return [Fault(error.what, error.mend)]
        return []

    def alive(self) -> bool:
        return docker_engine.alive()

    def reap(self) -> int:
        with contextlib.closing(connect()) as client:
            with engine_errors("list containers"):
                found = client.containers(all=True, filters={"label": label_filter()})
            left = [made["Id"] for made in found if not owner_lives(made["Labels"])]
            for container in left:
                remove(client, container)
        return len(left)


def remove(client: Any, container: str) -> None:
    """Kill and remove a container and wait until it is gone.

    It may be going by itself, and meanwhile engines refuse, each in its own words.
    """
    deadline = time.monotonic() + REMOVE_SECONDS
    with engine_errors("remove a container"), contextlib.suppress(NotFound):
        while True:
            try:
                client.remove_container(container, force=True)
            except NotFound:
                raise
            except APIError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(REMOVE_TICK)


@cache
def toolchain_of(image: str) -> Toolchain:
    """The versions in an image, told by a sandbox made of it: the trial that it can be used.

    Raises InfrastructureError.
    """
    with DockerSandbox(SandboxSpec(Purpose.BUILD), image) as sandbox:
        done = sandbox.exec(["bash", "-c", VERSIONS], cwd="/", env={"PATH": PATH})
    answers = [line.partition(" ") for line in done.stdout.decode("utf-8", "replace").splitlines()]
    tools = {name: version_in(words) for name, _, words in answers}
    if "python3" not in tools:
        raise InfrastructureError(
            f"a trial in the image failed ({done.cause or done.status})",
            where=image,
            mend="slopbench image build makes a new one",
        )
    return Toolchain(f"docker:{image}", tools)


def version_in(words: str) -> str:
    """The first part of a tool's answer that looks like a version."""
    found = VERSION.search(words)
    return found.group() if found else "unknown"
