"""Level A for the kit's tests: a place with kit, tests and results, one for each launcher.

`bubblewrap` and `docker` are grading sandboxes. `bare` and `uid` run on the host itself, in a
temporary folder; `uid` only for root, who alone can change users.
"""

import io
import itertools
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest

import slopbench.grade.kit
from slopbench.grade.grading import SITE as SITE_INSIDE
from slopbench.grade.site import grader_site
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Limits, Purpose, SandboxSpec, Share

KIT = Path(slopbench.grade.kit.__file__).parent
SITE = Path(pytest.__file__).parents[1]
PLACE = "/grader/place"
PATH = "/usr/local/bin:/usr/bin:/bin"
DOCKER = pytest.param("docker", marks=pytest.mark.docker)
ISOLATING = ["bubblewrap", *(["uid"] if os.geteuid() == 0 else []), DOCKER]
Files = Mapping[str, str]


@dataclass(frozen=True)
class Ran:
    status: int | None
    stdout: str
    stderr: str


class Room(Protocol):
    """Level A. `place` is the grader's folder; everything in it is hidden from the program."""

    place: str
    kit: str
    settings: dict[str, Any]

    def put(self, files: Files, folder: str) -> None: ...

    def run(self, argv: list[str]) -> Ran: ...

    def read(self, path: str) -> str: ...


class HostRoom:
    def __init__(self, base: Path, launcher: str) -> None:
        base.chmod(0o711)
        work, secret, shared = base / "run", base / "secret", base / "shared"
        secret.mkdir(mode=0o700)
        shared.mkdir()
        shared.chmod(0o1777)
        self.place, self.kit = str(secret), str(KIT)
        self.settings = {
            "launcher": launcher,
            "work": str(work),
            "root": str(base / "workspace"),
            "site": str(SITE),
            "shared": [str(shared)],
        }

    def put(self, files: Files, folder: str) -> None:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    def run(self, argv: list[str]) -> Ran:
        done = subprocess.run(
            argv, capture_output=True, text=True, env={"PATH": PATH}, cwd="/", timeout=120
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def read(self, path: str) -> str:
        return Path(path).read_text() if Path(path).exists() else ""


class SandboxRoom:
    def __init__(self, name: str, stack: ExitStack) -> None:
        backend = pick_backend(name)
        nesting = backend.nesting()
        limits = Limits(wall_seconds=120, memory_mb=1024, processes=128, disk_mb=256)
        spec = SandboxSpec(Purpose.GRADE, limits, (Share(grader_site(backend), SITE_INSIDE),))
        self._sandbox = stack.enter_context(backend.create(spec))
        self.place, self.kit = PLACE, f"{SITE_INSIDE}/kit"
        self.settings = {
            "launcher": nesting["launcher"],
            "site": SITE_INSIDE,
            "bwrap": nesting.get("bwrap", ""),
            "toolchain": nesting.get("binds", []),
            "seccomp": nesting.get("seccomp"),
            "shared": nesting.get("shared", []),
        }

    def put(self, files: Files, folder: str) -> None:
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as archive:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(content.encode()), 0o644
                archive.addfile(info, io.BytesIO(content.encode()))
        stream.seek(0)
        self._sandbox.put(stream, folder)

    def run(self, argv: list[str]) -> Ran:
        done = self._sandbox.exec(argv, cwd="/", env={"PATH": PATH, "LC_ALL": "C.UTF-8"})
        return Ran(done.status, done.stdout.decode(), done.stderr.decode())

    def read(self, path: str) -> str:
        return self.run(["cat", path]).stdout


@dataclass
class Graded:
    """What grading wrote: the lines of the results file, and pytest's own words."""

    lines: list[dict[str, Any]]
    ran: Ran

    def __post_init__(self) -> None:
        self.results = {line["id"]: line for line in self.lines if line["event"] == "result"}

    def one(self, name: str) -> dict[str, Any]:
        """The result of the one test of that name."""
        [found] = [line for test, line in self.results.items() if test.endswith(f"::{name}")]
        return found

    @property
    def outcomes(self) -> dict[str, str]:
        return {test.split("::")[-1]: line["outcome"] for test, line in self.results.items()}

    def event(self, name: str) -> dict[str, Any] | None:
        return next((line for line in self.lines if line["event"] == name), None)


class Grader:
    """Grades a program with tests given as source, in one room. Tests are core where unmarked."""

    numbers = itertools.count(1)

    def __init__(self, room: Room) -> None:
        self.room = room
        self.problem = f"{room.place}/problem-{next(self.numbers)}"

    def write_settings(self, **more: Any) -> str:
        number = next(self.numbers)
        settings = {
            "entry": ["python3", "{root}/main.py"],
            "problem": self.problem,
            "results": f"{self.room.place}/results-{number}.jsonl",
            "incidents": f"{self.room.place}/incidents",
            "checkpoint": 1,
            **self.room.settings,
            **more,
        }
        settings["limits"] = {
            "processes": 24,
            "memory_mb": 512,
            "disk_mb": 1024,
            **more.get("limits", {}),
        }
        name = f"settings-{number}.json"
        self.room.put({name: json.dumps(settings)}, self.room.place)
        return f"{self.room.place}/{name}"

    def program(self, source: str) -> None:
        root = self.room.settings.get("root", "/workspace")
        self.room.put({"main.py": textwrap.dedent(source)}, root)

    def __call__(self, tests: str | Files, program: str, **settings: Any) -> Graded:
        self.program(program)
        if isinstance(tests, str):
            tests = {"1/tests/test_it.py": core(tests)}
        self.room.put(tests, self.problem)
        path = self.write_settings(**settings)
        results = path.replace("settings", "results").replace(".json", ".jsonl")
        ran = self.room.run(["python3", "-I", "-S", self.room.kit, "grade", path])
        lines = [json.loads(line) for line in self.room.read(results).splitlines()]
        return Graded(lines, ran)


def core(source: str) -> str:
    return "import pytest\npytestmark = pytest.mark.core\n" + textwrap.dedent(source)


@pytest.fixture(scope="module")
def rooms() -> Iterator[Callable[[str], Room]]:
    """The room of a launcher; the tests of a module share it."""
    with ExitStack() as stack:

        @cache
        def make(launcher: str) -> Room:
            if launcher in ("bare", "uid"):
                base = tempfile.mkdtemp(prefix="room-", dir="/dev/shm")
                stack.callback(shutil.rmtree, base)
                return HostRoom(Path(base), launcher)
            return SandboxRoom(launcher, stack)

        yield make


@pytest.fixture
def bare(rooms: Callable[[str], Room]) -> Grader:
    """Grading without isolation, for what doesn't depend on it."""
    return Grader(rooms("bare"))


@pytest.fixture
def nested(rooms: Callable[[str], Room]) -> Grader:
    """Grading with a sandbox for each start."""
    return Grader(rooms("bubblewrap"))


@pytest.fixture(params=["bubblewrap", DOCKER])
def boxed(request: pytest.FixtureRequest, rooms: Callable[[str], Room]) -> Grader:
    """Grading in a sandbox, as it is done for real."""
    return Grader(rooms(request.param))


@pytest.fixture(params=ISOLATING)
def isolated(request: pytest.FixtureRequest, rooms: Callable[[str], Room]) -> Grader:
    """Grading under each launcher that isolates."""
    return Grader(rooms(request.param))


@pytest.fixture(params=["bare", *ISOLATING])
def grading(request: pytest.FixtureRequest, rooms: Callable[[str], Room]) -> Grader:
    """Grading under every launcher."""
    return Grader(rooms(request.param))
