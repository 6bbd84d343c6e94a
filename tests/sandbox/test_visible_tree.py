"""What can be seen inside: tools and nothing of the harness, its problems, its state or its host."""

import contextlib
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import slopbench
from slopbench.config import CANARY, state_folder
from slopbench.sandbox import toolchain
from slopbench.sandbox.bubblewrap import Bubblewrap
from slopbench.sandbox.protocol import Backend, Purpose, Sandbox, SandboxSpec, Share

PACKAGE = Path(slopbench.__file__).parent
CHECKOUT = PACKAGE.parent
WRITABLE = {
    Purpose.AGENT: {"/workspace", "/home/agent", "/task", "/tmp", "/dev/shm"},
    Purpose.BUILD: {"/workspace", "/home/agent", "/tmp", "/dev/shm"},
}

# A file that holds what was planted a moment ago was changed since then, wherever it is now.
SEARCH = """
find / -path /proc -prune -o -type f -newerct @$1 -print0 2>/dev/null | xargs -0 -r grep -lF "$2"
"""


class Plant:
    """A word that didn't exist before, and the files that hold it."""

    def __init__(self) -> None:
        self.word = f"planted-{uuid.uuid4()}"
        self.born = int(time.time()) - 1

    def put(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {CANARY}\n# {self.word}\n")
        return path

    def seen(self, sandbox: Sandbox) -> list[str]:
        """The files inside that hold the word."""
        done = sandbox.exec(
            ["sh", "-c", SEARCH, "sh", str(self.born), self.word],
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
        )
        assert done.cause is None
        return done.stdout.decode().splitlines()


@pytest.fixture
def plant() -> Plant:
    return Plant()


@pytest.fixture
def state(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of its own for the test."""
    monkeypatch.setenv("SLOPBENCH_STATE", str(open_folder / "state"))
    return open_folder / "state"


@contextlib.contextmanager
def planted_in(folder: Path, plant: Plant) -> Iterator[None]:
    """A file in a folder of the checkout while a test runs."""
    path = plant.put(folder / f".planted-{uuid.uuid4()}")
    try:
        yield
    finally:
        path.unlink()


@pytest.mark.parametrize("purpose", list(Purpose), ids=str)
def test_search_finds_what_is_shown(backend, small, open_folder, plant, purpose):
    """The search of the other tests does find things."""
    shown = plant.put(open_folder / "shown" / "file").parent
    spec = SandboxSpec(purpose, small, shares=(Share(shown, "/shown"),))
    with backend.create(spec) as sandbox:
        assert plant.seen(sandbox) == ["/shown/file"]


@pytest.mark.parametrize("purpose", list(Purpose), ids=str)
def test_no_harness_file_is_visible(backend, small, state, open_folder, plant, purpose):
    plant.put(state / "grader" / "tests" / "test_hidden.py")
    bench = plant.put(open_folder / "bench" / "problems" / "hidden" / "problem.toml")
    with (
        planted_in(PACKAGE, plant),
        planted_in(CHECKOUT / "problems", plant),
        backend.create(SandboxSpec(purpose, small, secrets=(bench.parents[2], state))) as sandbox,
    ):
        assert plant.seen(sandbox) == []


def test_no_harness_file_is_visible_from_a_copy_in_site_packages(backend, open_folder, plant):
    """As after `pip install` into an environment of its own."""
    packages = open_folder / "venv" / "lib" / "python3.11" / "site-packages"
    shutil.copytree(PACKAGE, packages / "slopbench", ignore=shutil.ignore_patterns("__pycache__"))
    bench = packages / "slopbench" / "_bench"
    plant.put(bench / "problems" / "hidden" / "spec.md")
    shutil.copy(CHECKOUT / "Dockerfile", bench)
    program = f"""
        from slopbench.sandbox.backends import pick_backend
        from slopbench.sandbox.protocol import Purpose, SandboxSpec
        import slopbench
        assert slopbench.__file__.startswith({str(packages)!r}), slopbench.__file__
        with pick_backend({backend.name!r}).create(SandboxSpec(Purpose.AGENT)) as sandbox:
            done = sandbox.exec(
                ["sh", "-c", {SEARCH!r}, "sh", {str(plant.born)!r}, {plant.word!r}],
                cwd="/",
                env={{"PATH": "/usr/bin:/bin"}},
            )
            print(done.cause, done.stdout)
    """
    others = [path for path in sys.path if path and Path(path) != CHECKOUT]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(packages), *others])},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("None b''\n", "")


@pytest.fixture
def embedded() -> Backend:
    return Bubblewrap()


@pytest.fixture
def tools_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[toolchain.Root], None]:
    def use(root: toolchain.Root) -> None:
        monkeypatch.setattr(toolchain, "find_root", lambda: root)

    return use


def linked_tools(folder: Path) -> toolchain.Root:
    """A tree of tools: the host's own, and a /usr/local of its own."""
    host = toolchain.find_root()
    for name in toolchain.shown_folders(host):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(f"/{name}")
    for name in toolchain.LINKS:
        if host.host(name).is_symlink():
            (folder / name).symlink_to(host.host(name).readlink())
    local = folder / "usr" / "local"
    if not local.exists():
        (local / "lib").mkdir(parents=True)
    return toolchain.Root(folder, (*host.folders, "usr/local/lib"), host.python)


@pytest.mark.parametrize("name", toolchain.PACKAGE_FOLDERS)
def test_system_install_is_masked(embedded, small, open_folder, plant, tools_at, name):
    root = linked_tools(open_folder / name)
    plant.put(root.path / f"usr/local/lib/python3.11/{name}/slopbench/_bench/problems/x.toml")
    seen = plant.put(root.path / "usr/local/lib/other/file")
    tools_at(root)
    with embedded.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
        assert plant.seen(sandbox) == [f"/{seen.relative_to(root.path)}"]


def shown_beside(folder: Path) -> toolchain.Root:
    """The host's tools, and a folder of the test among them."""
    host = toolchain.find_root()
    return toolchain.Root(Path("/"), (*host.folders, str(folder).lstrip("/")), host.python)


def test_secrets_among_the_tools_are_masked(embedded, small, open_folder, plant, tools_at):
    tools = open_folder / "tools"
    plant.put(tools / "share" / "bench" / "problems" / "hidden.toml")
    plant.put(tools / "share" / "bench" / "state" / "results.json")
    file = plant.put(tools / "share" / "answers.txt")
    seen = plant.put(tools / "share" / "manual.txt")
    secrets = (tools / "share" / "bench" / "state", tools / "share" / "bench", file)
    tools_at(shown_beside(tools))
    with embedded.create(SandboxSpec(Purpose.AGENT, small, secrets=secrets)) as sandbox:
        assert plant.seen(sandbox) == [str(seen)]


def test_secrets_are_masked_where_tools_are_reached_by_a_link(
    embedded, small, open_folder, plant, tools_at
):
    real = open_folder / "real-tools"
    secret = plant.put(real / "bench" / "hidden.toml").parent
    link = open_folder / "linked-tools"
    link.symlink_to(real)
    tools_at(shown_beside(link))
    with embedded.create(SandboxSpec(Purpose.AGENT, small, secrets=(secret,))) as sandbox:
        assert plant.seen(sandbox) == []


def test_secret_in_a_masked_folder_is_no_obstacle(embedded, small, open_folder, plant, tools_at):
    tools = open_folder / "masked-tools"
    tools_at(shown_beside(tools))
    secret = plant.put(tools / "outer" / "inner" / "hidden.toml").parent
    secrets = (secret, tools / "outer", tools / "not-there")
    with embedded.create(SandboxSpec(Purpose.AGENT, small, secrets=secrets)) as sandbox:
        assert plant.seen(sandbox) == []


def test_secret_that_holds_the_tools_is_an_error(embedded, small):
    with pytest.raises(slopbench.errors.InfrastructureError, match="can't be hidden"):
        embedded.create(SandboxSpec(Purpose.AGENT, small, secrets=(Path("/usr"),))).start()


def test_nothing_but_the_working_places_is_writable(untrusted, python, purpose):
    walk = """
        import os
        for folder, names, files in os.walk("/"):
            if folder in ("/proc", "/sys"):
                names.clear()
                continue
            try:
                os.close(os.open(folder + "/.touched", os.O_CREAT | os.O_WRONLY))
            except OSError:
                continue
            os.unlink(folder + "/.touched")
            print(folder)
            names.clear()
    """
    found = python(untrusted, walk).stdout.decode().split()
    assert set(found) <= WRITABLE[purpose]
    assert "/workspace" in found


def test_no_file_that_is_shown_can_be_changed(untrusted, python):
    attack = """
        import os
        for folder in ("/", "/usr", "/etc", "/usr/bin", "/usr/lib"):
            for entry in os.scandir(folder):
                path = entry.path
                for change in (
                    lambda: os.chmod(path, 0o777),
                    lambda: os.utime(path, (1, 1), follow_symlinks=False),
                    lambda: os.rename(path, path + "-moved"),
                    lambda: os.open(path, os.O_WRONLY | os.O_TRUNC) if entry.is_file() else 1 / 0,
                ):
                    try:
                        change()
                    except (OSError, ZeroDivisionError):
                        continue
                    print(path)
    """
    allowed = {"/tmp", "/workspace", "/task"}
    assert set(python(untrusted, attack).stdout.decode().split()) <= allowed


def test_devices_are_the_harmless_ones(untrusted, python):
    look = """
        import os, stat
        for folder, names, files in os.walk("/dev"):
            for name in files:
                found = os.lstat(os.path.join(folder, name))
                if stat.S_ISCHR(found.st_mode) or stat.S_ISBLK(found.st_mode):
                    print(name)
    """
    harmless = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "console"}
    assert set(python(untrusted, look).stdout.decode().split()) <= harmless


def test_paths_of_the_host_are_nowhere_in_proc(untrusted):
    done = untrusted.exec(
        ["sh", "-c", "cat /proc/1/cmdline /proc/self/mountinfo /proc/self/mounts"],
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
    )
    assert b" / " in done.stdout
    for path in (CHECKOUT, PACKAGE, Path.cwd(), Path.home(), state_folder()):
        assert f"{path}/".encode() not in done.stdout
        assert f"{path} ".encode() not in done.stdout


def test_accounts_of_the_host_are_unknown(untrusted, python):
    look = "import pwd; print(*(a.pw_name for a in pwd.getpwall() if 1000 <= a.pw_uid < 60000))"
    assert python(untrusted, look).stdout == b"agent\n"


def test_other_processes_of_the_host_are_invisible(untrusted, usable):
    assert usable(untrusted)


def test_socket_works_and_is_the_only_way_out(backend, small, open_folder, python):
    path = open_folder / "model.sock"
    ask = """
        import os, socket
        print(os.listdir("/run"))
        with socket.socket(socket.AF_UNIX) as model:
            model.connect("/run/model.sock")
            model.sendall(b"question")
            print(model.recv(100))
        for change in (os.unlink, os.rmdir, lambda path: os.rename(path, path + "x")):
            try:
                change("/run/model.sock")
                print("changed")
            except OSError:
                pass
        for folder, names, files in os.walk("/"):
            if folder == "/proc":
                names.clear()
            for name in files:
                path = os.path.join(folder, name)
                if os.path.exists(path) and os.stat(path).st_mode & 0o170000 == 0o140000:
                    print(path)
    """
    with answering(path):
        spec = SandboxSpec(Purpose.AGENT, small, socket=path)
        with backend.create(spec) as sandbox:
            lines = python(sandbox, ask).stdout.decode().splitlines()
    assert lines[0].startswith("[") and "model.sock" in lines[0]
    assert lines[1:] == ["b'answer'", "/run/model.sock"]


@contextlib.contextmanager
def answering(path: Path) -> Iterator[None]:
    """A unix socket of the host at which one question is answered."""
    import socket

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        path.chmod(0o777)
        server.listen()

        def answer() -> None:
            with server.accept()[0] as caller:
                caller.recv(100)
                caller.sendall(b"answer")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield
        thread.join(10)


def test_without_a_socket_there_is_none(untrusted):
    done = untrusted.exec(["ls", "/run/model.sock"], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert done.status != 0


def test_shares_cant_be_written(backend, small, open_folder, python):
    folder = open_folder / "share"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    (folder / "file").write_text("kept")
    (folder / "file").chmod(0o666)
    spec = SandboxSpec(Purpose.AGENT, small, shares=(Share(folder, "/shared"),))
    attack = """
        import os
        for change in (
            lambda: open("/shared/file", "a"),
            lambda: open("/shared/new", "w"),
            lambda: os.unlink("/shared/file"),
            lambda: os.chmod("/shared/file", 0o777),
        ):
            try:
                change()
                print("changed")
            except OSError:
                pass
        print(open("/shared/file").read())
    """
    with backend.create(spec) as sandbox:
        assert python(sandbox, attack).stdout == b"kept\n"
    assert [path.name for path in folder.iterdir()] == ["file"]
