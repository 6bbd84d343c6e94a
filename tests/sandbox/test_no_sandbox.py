"""`--sandbox none`: only with leave, and every result says so."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Limits, Purpose, SandboxDied, SandboxSpec

BENCH = Path(__file__).parents[1] / "fixtures" / "bench"
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


@pytest.fixture
def place():
    limits = Limits(wall_seconds=20, output_mb=1)
    with pick_backend("none").create(SandboxSpec(Purpose.AGENT, limits)) as sandbox:
        yield sandbox


def run(*options, cwd):
    command = [sys.executable, "-m", "slopbench", "run", "--bench", str(BENCH), *options]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_without_leave_it_is_refused(tmp_path):
    done = run("--problem", "echoes", "--sandbox", "none", cwd=tmp_path)
    assert done.returncode == 2
    assert "--unsafe" in done.stderr
    assert not list(tmp_path.iterdir())


def test_with_leave_every_result_says_so(tmp_path):
    options = ("--problem", "echoes", "--sandbox", "none", "--unsafe", "--out", "out", "--json")
    result = json.loads(run(*options, cwd=tmp_path).stdout)
    assert result["sandbox"] == "none"
    assert result["strict"] == 1.0
    assert result["measure"]["toolchain"].startswith("none:")
    for stored in (tmp_path / "out").rglob("tests.*.json"):
        assert "UNSAFE" in json.loads(stored.read_text())["isolation"]


def test_auto_never_picks_it():
    assert pick_backend("auto").name != "none"


def test_commands_end_with_their_status_and_leave_nothing(place):
    done = place.exec(
        ["sh", "-c", "cat; sleep 60 & exit 3"], cwd="/workspace", env=ENV, stdin=b"in"
    )
    assert (done.status, done.cause, done.stdout) == (3, None, b"in")


def test_time_and_output_are_limited(place):
    late = place.exec(["sleep", "60"], cwd="/", env=ENV, wall_seconds=0.2)
    assert (late.status, late.cause) == (None, "wall_time")
    loud = place.exec(["yes"], cwd="/", env=ENV)
    assert (loud.cause, len(loud.stdout) <= 1 << 20) == ("output", True)


def test_files_come_back_as_they_went_in(place):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("a/b")
        info.size, info.mode = 3, 0o755
        archive.addfile(info, io.BytesIO(b"abc"))
    stream.seek(0)
    place.put(stream, "/workspace")
    with tarfile.open(fileobj=place.get("/workspace")) as archive:
        assert archive.extractfile("a/b").read() == b"abc"
        assert archive.getmember("a/b").mode == 0o755
    place.clear("/workspace")
    with tarfile.open(fileobj=place.get("/workspace")) as archive:
        assert archive.getnames() == []


def test_it_is_gone_when_it_is_stopped(place):
    root = Path(place.path("/"))
    place.stop()
    assert not root.exists()
    with pytest.raises(SandboxDied):
        place.get("/workspace")
