"""Sandboxes for attacks, and what the host sees of them."""

import contextlib
import shutil
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from slopbench.sandbox.protocol import Backend, Limits, Outcome, Purpose, Sandbox, SandboxSpec

PATH = "/usr/local/bin:/usr/bin:/bin"
SMALL = Limits(
    wall_seconds=20.0,
    memory_mb=128,
    processes=64,
    cpus=2.0,
    disk_mb=32,
    files=2000,
    output_mb=4,
)

Probe = Callable[..., Outcome]


@pytest.fixture(scope="session")
def small() -> Limits:
    """Limits that an attack reaches soon."""
    return SMALL


@pytest.fixture(scope="module", params=[Purpose.AGENT, Purpose.BUILD], ids=str)
def purpose(request: pytest.FixtureRequest) -> Purpose:
    """The purposes under which foreign code runs as an ordinary user."""
    return Purpose(request.param)


@pytest.fixture(scope="module")
def untrusted(backend: Backend, purpose: Purpose) -> Iterator[Sandbox]:
    """A sandbox for foreign code of each purpose, shared by probes that leave nothing behind."""
    with backend.create(SandboxSpec(purpose, SMALL)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def agent(backend: Backend) -> Iterator[Sandbox]:
    """A sandbox of an agent that the tests of a module share; `room` gives a fresh one."""
    with backend.create(SandboxSpec(Purpose.AGENT, SMALL)) as sandbox:
        yield sandbox


@pytest.fixture
def room(backend: Backend) -> Iterator[Sandbox]:
    """A fresh sandbox of an agent."""
    with backend.create(SandboxSpec(Purpose.AGENT, SMALL)) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def python() -> Probe:
    """`python(sandbox, source, *arguments, wall_seconds=…)` runs a program inside, in /workspace."""

    def run(
        sandbox: Sandbox,
        source: str,
        *arguments: str,
        wall_seconds: float | None = None,
        env: dict[str, str] | None = None,
    ) -> Outcome:
        return sandbox.exec(
            ["python3", "-I", "-c", textwrap.dedent(source), *arguments],
            cwd="/workspace",
            env={"PATH": PATH} if env is None else env,
            wall_seconds=wall_seconds,
        )

    return run


@pytest.fixture(scope="session")
def usable() -> Callable[[Sandbox], bool]:
    """Whether a sandbox still runs a command and has nothing else running."""

    def look(sandbox: Sandbox) -> bool:
        done = sandbox.exec(["sh", "-c", "echo /proc/[0-9]*"], cwd="/workspace", env={"PATH": PATH})
        return (done.status, done.cause, len(done.stdout.split())) == (0, None, 2)

    return look


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder of the host into which every user may look, as what is shown inside must be."""
    folder = Path(tempfile.mkdtemp(prefix="slopbench-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def host_pids(token: str) -> set[int]:
    """Processes of the whole host whose command line holds the token."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if token.encode() in folder.joinpath("cmdline").read_bytes():
                found.add(int(folder.name))
    return found


@pytest.fixture(scope="session")
def on_host() -> Callable[[str], set[int]]:
    return host_pids


@pytest.fixture(scope="session")
def becomes() -> Callable[[Callable[[], bool]], bool]:
    """Waits until something holds, or gives up after half a minute."""

    def wait(condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 30
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    return wait
