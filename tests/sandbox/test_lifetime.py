"""However a sandbox ends, nothing of it stays: no process, no group, no mount, no container."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from slopbench.errors import InfrastructureError
from slopbench.sandbox.protocol import Purpose, SandboxDied, SandboxSpec

ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
CHECKOUT = Path(__file__).parents[2]


def marked_sleep(token: str) -> list[str]:
    """A command that the host can find by the token on its command line."""
    return ["python3", "-I", "-c", "import time; time.sleep(600)", token]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def groups_of(pid: int) -> list[Path]:
    return list(Path("/sys/fs/cgroup").glob(f"**/slopbench-{pid}-*"))


def containers_of(pid: int) -> list[str]:
    from slopbench.sandbox.docker_engine import connect

    with contextlib.closing(connect()) as client:
        listed = client.containers(all=True, filters={"label": "slopbench=1"})
        owner = f"{pid}-"
        return [
            made["Id"] for made in listed if made["Labels"]["slopbench.owner"].startswith(owner)
        ]


def remains_of(backend, pid: int) -> list:
    """What sandboxes of a process have left on this machine."""
    return groups_of(pid) if backend.name == "bubblewrap" else containers_of(pid)


@pytest.fixture
def token() -> str:
    return f"token-{uuid.uuid4()}"


OWNER = """
import sys, threading
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Purpose, SandboxSpec
backend, token = pick_backend(sys.argv[1]), sys.argv[2]
boxes = [backend.create(SandboxSpec(purpose)) for purpose in (Purpose.AGENT, Purpose.GRADE)]
for box in boxes:
    box.start()
code = "import os, time\\nif os.fork() == 0: os.setsid()\\nprint('on', flush=True)\\ntime.sleep(600)"
def work(box):
    box.exec(["python3", "-I", "-c", code, token], cwd="/", env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
             on_output=lambda piece: print(piece.decode(), end="", flush=True))
for box in boxes:
    threading.Thread(target=work, args=(box,), daemon=True).start()
threading.Event().wait(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_death_of_the_owner_ends_everything(backend, on_host, becomes, token, number):
    mounts = mounts_of_host()
    with owning(backend.name, token) as owner:
        for _ in range(4):
            assert owner.stdout.readline() == b"on\n"
        assert len(on_host(token)) >= 5
        assert remains_of(backend, owner.pid) or backend.enforcement()["memory"] == "watchdog"
        owner.send_signal(number)
        owner.wait()
        assert becomes(lambda: not on_host(token))
        backend.reap()
        assert becomes(lambda: not remains_of(backend, owner.pid))
    assert mounts_of_host() - mounts == set()


@contextlib.contextmanager
def owning(name: str, token: str) -> Iterator[subprocess.Popen]:
    """A process that has two sandboxes, in each of which two processes run."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, name, token],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *sys.path])},
    )
    try:
        yield owner
    finally:
        owner.kill()
        owner.wait()
        owner.stdout.close()


def mounts_of_host() -> set[str]:
    """Mounts outside of any sandbox that look like a sandbox's own."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return {line for line in lines if any(word in line for word in ("slopbench", "newroot"))}


def test_reaping_spares_the_living(backend, usable, small):
    with backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
        backend.reap()
        assert usable(sandbox)


def test_kill_by_another_thread_ends_what_runs(backend, on_host, becomes, token, small):
    with backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
        outcomes = []
        thread = threading.Thread(
            target=lambda: outcomes.append(sandbox.exec(marked_sleep(token), cwd="/", env=ENV))
        )
        thread.start()
        assert becomes(lambda: bool(on_host(token)))
        sandbox.kill()
        thread.join(30)
        assert becomes(lambda: not on_host(token))
        assert [(each.status, each.cause) for each in outcomes] == [(None, "sandbox_died")]
        sandbox.kill()
        assert sandbox.exec(["true"], cwd="/", env=ENV).cause == "sandbox_died"
    sandbox.kill()


def test_stop_twice_and_without_a_start(backend, small):
    sandbox = backend.create(SandboxSpec(Purpose.AGENT, small))
    sandbox.stop()
    sandbox.start()
    sandbox.stop()
    sandbox.stop()


def test_use_outside_of_its_life_is_an_error(backend, small):
    sandbox = backend.create(SandboxSpec(Purpose.AGENT, small))
    for _ in range(2):
        for use in (
            sandbox.get,
            sandbox.clear,
            lambda path: sandbox.exec(["true"], cwd=path, env={}),
        ):
            with pytest.raises(SandboxDied):
                use("/workspace")
        with sandbox:
            pass


def test_nothing_stays_after_many_sandboxes(backend, small):
    before = open_files()
    threads = threading.active_count()
    for _ in range(3):
        with backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
            sandbox.exec(["true"], cwd="/", env=ENV)
    assert open_files() <= before
    assert threading.active_count() <= threads
    assert remains_of(backend, os.getpid()) == [] or backend.name == "bubblewrap"


def test_many_start_side_by_side(backend, small):
    def one(number: int) -> bytes:
        with backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
            sandbox.exec(["sh", "-c", f"echo {number} > own"], cwd="/workspace", env=ENV)
            return sandbox.exec(["cat", "own"], cwd="/workspace", env=ENV).stdout

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(16))) == [b"%d\n" % number for number in range(16)]


def test_exception_in_the_block_stops_it(backend, small, on_host, becomes, token):
    with (
        pytest.raises(ZeroDivisionError),
        backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox,
    ):
        sandbox.exec(marked_sleep(token), cwd="/", env=ENV, on_output=None, wall_seconds=0.1)
        raise ZeroDivisionError
    assert becomes(lambda: not on_host(token))
    with pytest.raises(SandboxDied):
        sandbox.get("/workspace")


def first_process_above(pid: int) -> int:
    """The parent of a process, as the host numbers it."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_death_of_the_first_process_is_told(backend, on_host, becomes, token, small):
    with backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
        outcomes = []
        thread = threading.Thread(
            target=lambda: outcomes.append(sandbox.exec(marked_sleep(token), cwd="/", env=ENV))
        )
        thread.start()
        assert becomes(lambda: bool(on_host(token)))
        os.kill(first_process_above(min(on_host(token))), signal.SIGKILL)
        thread.join(30)
        assert [(outcome.status, outcome.cause) for outcome in outcomes] == [(None, "sandbox_died")]
        assert becomes(lambda: not on_host(token))
        assert sandbox.exec(["true"], cwd="/", env=ENV).cause == "sandbox_died"
        for use in (sandbox.get, sandbox.clear):
            with pytest.raises(SandboxDied):
                use("/workspace")
    assert backend.alive()


def test_owner_with_many_open_files_can_start_one(backend, small):
    """Descriptors above 1023 are nothing special."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    try:
        with contextlib.ExitStack() as files:
            for _ in range(1100):
                files.enter_context(Path(os.devnull).open())
            with backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
                assert sandbox.exec(["true"], cwd="/", env=ENV).status == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_lower_limits_of_the_owner_stay(small):
    """As on hosts whose administrator allows less than a sandbox would."""
    program = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))\n"
        "from slopbench.sandbox.bubblewrap import Bubblewrap\n"
        "from slopbench.sandbox.protocol import Purpose, SandboxSpec\n"
        "with Bubblewrap().create(SandboxSpec(Purpose.AGENT)) as sandbox:\n"
        "    print(sandbox.exec(['sh', '-c', 'ulimit -Hn'], cwd='/', env={}).stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("b'200\\n'\n", "")


def test_start_that_fails_leaves_nothing(backend, small, tmp_path):
    before = open_files()
    spec = SandboxSpec(Purpose.AGENT, small, socket=tmp_path / "no" / "such.sock")
    sandbox = backend.create(spec)
    with pytest.raises(InfrastructureError):
        sandbox.start()
    assert open_files() <= before
    with pytest.raises(SandboxDied):
        sandbox.get("/workspace")
    sandbox.stop()


def test_backend_that_works_says_so(backend):
    assert backend.check() == []
    assert backend.alive()
    made = backend.toolchain()
    assert made.id.startswith(f"{backend.name}:")
    assert {"python3", "sh"} & set(made.tools)
    assert made == backend.toolchain()
