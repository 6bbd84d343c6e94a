"""What the docker backend asks of the engine, and what it does when the engine or an owner is gone."""

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docker.errors import NotFound
from docker.types import Ulimit

from slopbench.errors import InfrastructureError
from slopbench.sandbox import docker_container, docker_engine, image
from slopbench.sandbox.docker import Docker, DockerSandbox
from slopbench.sandbox.protocol import Limits, Outcome, Purpose, SandboxSpec, Share

pytestmark = pytest.mark.docker

ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
LIMITS = Limits(
    wall_seconds=20, memory_mb=100, processes=40, cpus=0.5, disk_mb=16, files=500, output_mb=1000
)
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def docker() -> Docker:
    backend = Docker()
    assert backend.check() == []
    return backend


@pytest.fixture
def engine() -> Iterator:
    with contextlib.closing(docker_engine.connect()) as client:
        yield client


@pytest.fixture
def run_id() -> str:
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def agent(docker, run_id) -> Iterator[DockerSandbox]:
    with docker.create(SandboxSpec(Purpose.AGENT, LIMITS, run_id=run_id)) as sandbox:
        yield sandbox


def containers_of(client, run_id: str) -> list[dict]:
    return client.containers(all=True, filters={"label": f"slopbench.run={run_id}"})


def script(sandbox: DockerSandbox, text: str) -> str:
    done = sandbox.exec(["sh", "-c", text], cwd="/", env=ENV)
    return done.stdout.decode().strip()


# Limits and rights, as the engine holds them


def test_control_group_has_the_limits(agent, engine):
    held = engine.inspect_container(agent.container)["HostConfig"]
    memory = (LIMITS.memory_mb + LIMITS.disk_mb + docker_container.HEADROOM_MB) * MEGABYTE
    assert (held["Memory"], held["MemorySwap"]) == (memory, memory)
    assert held["PidsLimit"] == LIMITS.processes + docker_container.EXTRA_PROCESSES
    assert held["CpuQuota"] / held["CpuPeriod"] == LIMITS.cpus


def test_every_writable_folder_has_the_disk_limit(agent):
    for folder in ("/workspace", "/home/agent", "/task", "/tmp", "/dev/shm"):
        size, kind = script(agent, f"stat --file-system --format '%b %S %T' {folder}").split()[::2]
        assert kind == "tmpfs"
        assert int(size) * 4096 == LIMITS.disk_mb * MEGABYTE


def test_root_is_read_only_and_there_is_no_network(agent, engine):
    held = engine.inspect_container(agent.container)["HostConfig"]
    assert (held["ReadonlyRootfs"], held["NetworkMode"]) == (True, "none")
    assert script(agent, "ls /sys/class/net") == "lo"


@pytest.mark.parametrize(
    ("purpose", "uid", "rights"),
    [(Purpose.AGENT, "1000", 0), (Purpose.BUILD, "1000", 0), (Purpose.GRADE, "0", 0x800EB)],
    ids=str,
)
def test_only_a_grader_is_root_and_has_few_capabilities(docker, purpose, uid, rights):
    with docker.create(SandboxSpec(purpose, LIMITS)) as sandbox:
        assert script(sandbox, "id --user") == uid
        status = script(sandbox, "cat /proc/self/status /proc/1/status").splitlines()
    fields = [line.split(":\t") for line in status if ":\t" in line]
    held = {name: int(value, 16) for name, value in fields if name in ("CapBnd", "CapEff")}
    assert held == {"CapEff": rights, "CapBnd": rights}
    assert ("NoNewPrivs", "1") in map(tuple, fields)


def test_grader_keeps_its_folder_from_other_users(docker):
    with docker.create(SandboxSpec(Purpose.GRADE, LIMITS)) as sandbox:
        script(sandbox, "echo secret > /grader/tests; chmod 644 /grader/tests")
        look = "setpriv --reuid 12345 --regid 12345 --clear-groups"
        assert script(sandbox, f"{look} cat /grader/tests 2>&1").endswith("Permission denied")
        assert script(sandbox, f"{look} touch /workspace/x 2>&1").endswith("Permission denied")
        assert script(sandbox, "cat /grader/tests") == "secret"


def test_engine_writes_no_log_of_what_a_sandbox_says(agent, engine):
    held = engine.inspect_container(agent.container)["HostConfig"]
    assert held["LogConfig"]["Type"] == "none"


def test_processes_that_the_kernel_kills_are_counted(agent, engine):
    """By the engine, for commands that eat memory faster than the watchdog looks."""
    assert agent.memory_kills() == 0
    hog = engine.exec_create(agent.container, ["python3", "-c", "bytearray(1 << 32)"])
    engine.exec_start(hog["Id"])
    assert agent.memory_kills() >= 1


def test_shares_are_shown_read_only(docker, open_folder):
    (open_folder / "word").write_text("shown")
    shares = (Share(open_folder, "/shown"),)
    with docker.create(SandboxSpec(Purpose.AGENT, LIMITS, shares=shares)) as sandbox:
        assert script(sandbox, "cat /shown/word") == "shown"
        assert script(sandbox, "touch /shown/new 2>&1").endswith("Read-only file system")


# Labels and what is left over


def test_labels_name_run_and_owner(agent, engine, run_id):
    (found,) = containers_of(engine, run_id)
    labels = found["Labels"]
    assert labels["slopbench"] == "1"
    assert labels["slopbench.owner"].split("-")[0] == str(os.getpid())
    assert docker_container.owner_lives(labels)


def test_stop_leaves_no_container(docker, engine, run_id):
    with docker.create(SandboxSpec(Purpose.AGENT, LIMITS, run_id=run_id)) as sandbox:
        assert len(containers_of(engine, run_id)) == 1
        container = sandbox.container
    assert containers_of(engine, run_id) == []
    with pytest.raises(NotFound):
        engine.inspect_container(container)


def test_reaper_takes_what_the_dead_left_and_nothing_else(docker, engine):
    own = docker_container.labels("")
    dead = subprocess.Popen(["sleep", "60"])
    of_the_dead = own | {
        "slopbench.owner": f"{dead.pid}-{docker_container.born(dead.pid)}",
    }
    dead.kill()
    dead.wait()
    left = {
        "of the living": idle_container(engine, docker.image, own),
        "of the dead": idle_container(engine, docker.image, of_the_dead),
        "of a pid used again": idle_container(
            engine, docker.image, own | {"slopbench.owner": f"{os.getpid()}-1"}
        ),
        "of the dead, never started": idle_container(
            engine, docker.image, of_the_dead, started=False
        ),
        "of another host": idle_container(
            engine, docker.image, of_the_dead | {"slopbench.host": "elsewhere"}
        ),
        "of somebody else": idle_container(engine, docker.image, {}),
    }
    try:
        docker.reap()
        assert {name for name, made in left.items() if exists(engine, made)} == {
            "of the living",
            "of another host",
            "of somebody else",
        }
    finally:
        for made in left.values():
            with contextlib.suppress(NotFound):
                engine.remove_container(made, force=True)


def idle_container(client, made_of: str, labels: dict[str, str], *, started: bool = True) -> str:
    ulimits = [
        Ulimit(name=name, soft=most, hard=most) for name, most in docker_container.ULIMITS.items()
    ]
    host_config = client.create_host_config(network_mode="none", ulimits=ulimits)
    made = client.create_container(
        made_of, entrypoint=["sleep", "600"], labels=labels, host_config=host_config
    )["Id"]
    if started:
        client.start(made)
    return made


def exists(client, container: str) -> bool:
    try:
        client.inspect_container(container)
    except NotFound:
        return False
    return True


def test_start_that_fails_leaves_nothing(docker, engine, run_id):
    nowhere = Path(tempfile.gettempdir(), f"slopbench-{uuid.uuid4()}")
    shares = (Share(nowhere, "/shown"),)
    sandbox = docker.create(SandboxSpec(Purpose.AGENT, LIMITS, shares, run_id=run_id))
    with pytest.raises(InfrastructureError, match=nowhere.name):
        sandbox.start()
    assert containers_of(engine, run_id) == []
    assert not nowhere.exists()


def test_image_without_an_interpreter_is_told(docker, engine, run_id):
    bare = import_empty_image(engine)
    try:
        sandbox = DockerSandbox(SandboxSpec(Purpose.AGENT, LIMITS, run_id=run_id), bare)
        with pytest.raises(InfrastructureError, match="python3"):
            sandbox.start()
        assert containers_of(engine, run_id) == []
    finally:
        engine.remove_image(bare, force=True)


def import_empty_image(client) -> str:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo("nothing")
        archive.addfile(entry, io.BytesIO())
    name = f"slopbench-test-{uuid.uuid4()}"
    client.import_image_from_data(stream.getvalue(), repository=name)
    return client.inspect_image(name)["Id"]


# An engine that can't be reached, and one that dies


def test_missing_engine_is_told_with_the_way_out(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    backend = Docker()
    (fault,) = backend.check()
    assert "can't be reached (No such file or directory)" in fault.what
    assert "DOCKER_HOST" in fault.mend
    assert not backend.alive()
    for use in (backend.toolchain, backend.reap, backend.enforcement):
        with pytest.raises(InfrastructureError):
            use()


def test_missing_image_is_told_with_the_command_that_makes_it(monkeypatch):
    monkeypatch.setattr(image, "CURRENT", "slopbench/never-built:latest")
    (fault,) = Docker().check()
    assert "slopbench/never-built" in fault.what
    assert "slopbench image build" in fault.mend


def test_image_of_another_dockerfile_is_not_used(monkeypatch):
    monkeypatch.setattr(image, "recipe", lambda **_: image.Recipe(b"FROM another", "base"))
    (fault,) = Docker().check()
    assert "another Dockerfile" in fault.what
    assert "slopbench image build" in fault.mend


class Relay:
    """A socket before the engine's, which can be cut like the cord of a machine."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "engine.sock"
        self.target = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        self.joined: list[socket.socket] = []
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(self.path))
        self.server.listen(32)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.target.removeprefix("unix://"))
                self.joined += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        for end in (self.server, *self.joined):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def relay(monkeypatch) -> Iterator[Relay]:
    folder = Path(tempfile.mkdtemp(prefix="slopbench-test-"))
    made = Relay(folder)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{made.path}")
    yield made
    made.cut()
    shutil.rmtree(folder)


def test_engine_that_dies_is_noticed_by_a_command(docker, relay, monkeypatch, run_id, becomes):
    sandbox = docker.create(SandboxSpec(Purpose.AGENT, LIMITS, run_id=run_id))
    sandbox.start()
    on = threading.Event()
    ended: list[Outcome] = []
    command = ["sh", "-c", "echo on; sleep 60"]
    waiting = threading.Thread(
        target=lambda: ended.append(
            sandbox.exec(command, cwd="/", env=ENV, on_output=lambda _: on.set())
        )
    )
    waiting.start()
    assert on.wait(30)
    assert docker.alive()
    relay.cut()
    waiting.join(30)
    assert [outcome.cause for outcome in ended] == ["sandbox_died"]
    assert not docker.alive()
    for use in (
        lambda: sandbox.exec(["true"], cwd="/", env=ENV),
        lambda: sandbox.get("/workspace"),
        lambda: docker.create(SandboxSpec(Purpose.AGENT, LIMITS)).start(),
        docker.reap,
        sandbox.stop,
    ):
        with pytest.raises(InfrastructureError):
            use()
    sandbox.stop()
    monkeypatch.setenv("DOCKER_HOST", relay.target)
    with contextlib.closing(docker_engine.connect()) as direct:
        assert becomes(lambda: containers_of(direct, run_id) == [])


# Ending a container whose output nobody reads


def test_stop_while_output_is_waiting_to_be_read(docker, engine, run_id):
    limits = replace(LIMITS, wall_seconds=600)
    sandbox = docker.create(SandboxSpec(Purpose.AGENT, limits, run_id=run_id))
    sandbox.start()
    first, reading = threading.Event(), threading.Event()

    def hold(_: bytes) -> None:
        first.set()
        reading.wait()

    ended: list[Outcome] = []
    waiting = threading.Thread(
        target=lambda: ended.append(sandbox.exec(["yes"], cwd="/", env=ENV, on_output=hold))
    )
    waiting.start()
    assert first.wait(30)
    sandbox.stop()
    assert containers_of(engine, run_id) == []
    reading.set()
    waiting.join(30)
    assert [outcome.cause for outcome in ended] == ["sandbox_died"]


def test_owner_killed_while_output_is_waiting_leaves_no_container(engine, run_id, becomes):
    program = f"""
import threading
from slopbench.sandbox.docker import Docker
from slopbench.sandbox.protocol import Purpose, SandboxSpec
with Docker().create(SandboxSpec(Purpose.AGENT, run_id={run_id!r})) as sandbox:
    def hold(data):
        print("on", flush=True)
        threading.Event().wait()
    sandbox.exec(["yes"], cwd="/", env={{"PATH": "/usr/bin"}}, on_output=hold)
"""
    path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    owner = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        assert owner.stdout.readline() == b"on\n"
        assert len(containers_of(engine, run_id)) == 1
    finally:
        owner.kill()
        owner.communicate()
    assert becomes(lambda: containers_of(engine, run_id) == [])


# Tools


def test_toolchain_is_the_image_and_the_versions_in_it(docker, agent):
    toolchain = docker.toolchain()
    assert toolchain.id == f"docker:{docker.image}"
    assert script(agent, "python3 --version") == f"Python {toolchain.tools['python3']}"
    assert script(agent, "node --version") == f"v{toolchain.tools['node']}"
    assert {"git", "make", "bash"} <= set(toolchain.tools)


def test_every_limit_is_held_by_something(docker):
    assert set(docker.enforcement()) == {
        "wall_time",
        "memory",
        "processes",
        "cpus",
        "disk",
        "files",
        "output",
    }
    assert "none" not in docker.enforcement().values()
