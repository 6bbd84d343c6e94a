"""The one file that tells the kit what to grade and how: a JSON object, one key a field."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

LAUNCHERS = ("bubblewrap", "uid", "bare")
ORDERS = ("forward", "reverse")
GROUPS = ("core", "functionality", "error", "regression")
DEFAULT_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp/home",
}


class SettingsError(Exception):
    """The settings file is missing, isn't JSON, or has a key that is unknown, missing or wrong."""


@dataclass(frozen=True)
class Limits:
    """What one start of the program may use; one test for `test_seconds`."""

    start_seconds: float = 10.0
    test_seconds: float = 60.0
    memory_mb: int = 1024
    processes: int = 64
    disk_mb: int = 512
    files: int = 20_000
    output_mb: int = 64


@dataclass(frozen=True)
class Foreign:
    """A test suite that starts the entry command itself, in the layout of SlopCodeBench.

    `tests` is its folder, `checkpoint` what `--checkpoint` gets, `checkpoints` the numbers of the
    checkpoints up to it by their names. `markers` gives the groups of markers, the first of which
    that a test has decides.
    A test may take `seconds`. `environment` is that of the suite and of the programs it starts.
    `packages` is a folder with what the tests import. `cases` is where pytest makes temporary
    folders, `temporary` where everything else makes them; the program may write to entries of both.
    """

    tests: str
    checkpoint: str
    checkpoints: dict[str, int]
    cases: str
    temporary: str
    seconds: int
    markers: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    packages: str | None = None


@dataclass(frozen=True)
class Settings:
    """What the grader is told. Paths are absolute and as seen inside the grading sandbox.

    `entry` is the program's argv, in which `{root}` stands for `root`, the solution's folder.
    `problem` holds `<n>/tests/` of the checkpoints up to `checkpoint`, and modules that they share.
    `retired` are ids of test functions, `<n>/test_x.py::test_y`, that aren't run.
    `work` is where test folders are made: neutral by name, and a file system of its own with a
    size limit, because `disk_mb` and `files` are measured on it.
    `bwrap`, `toolchain` (bwrap arguments that show the tools) and `seccomp` (path of a compiled
    filter) are for the bubblewrap launcher. `shared` are folders that any user may write to; the
    uid launcher clears them of what the program left.
    The rest is for the wrapper. Each entry of a `writable` folder is one that a program may write
    to when its command names something there; `open` folders it may always write to, `shown` paths
    it may always read. Of `hidden` folders it sees nothing but what its command names, and nothing
    at all of `sealed` paths and of folders that hold one. `incidents` is a file in which the wrapper
    says what the program must not have done. `current` is a file with what belongs to the running
    test, `lent` one in which wrappers tell each other what they lend to their programs, and `running` a
    folder in which they note which process will be the last of theirs. `path` is the file itself.
    """

    entry: tuple[str, ...]
    launcher: Literal["bubblewrap", "uid", "bare"]
    root: str = "/workspace"
    work: str = "/tmp/run"
    environment: dict[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    problem: str = ""
    checkpoint: int = 0
    retired: tuple[str, ...] = ()
    results: str = ""
    site: str | None = None
    order: Literal["forward", "reverse"] = "forward"
    stop_at_first_failure: bool = False

    bwrap: str = ""
    toolchain: tuple[str, ...] = ()
    seccomp: str | None = None
    shared: tuple[str, ...] = ()

    writable: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    incidents: str | None = None
    current: str | None = None
    lent: str | None = None
    running: str | None = None
    foreign: Foreign | None = None
    path: str = ""

    @property
    def program(self) -> tuple[str, ...]:
        """The entry command with the solution's folder filled in."""
        return tuple(part.replace("{root}", self.root) for part in self.entry)


def load(path: str) -> Settings:
    """Read the settings file. Raises SettingsError."""
    try:
        with open(path, encoding="utf-8") as file:
            return from_json({**json.load(file), "path": path})
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(f"{path}: {error}") from error


def from_json(data: Any) -> Settings:
    """Settings from the parsed object. Raises TypeError or ValueError that names the key."""
    if not isinstance(data, dict):
        raise TypeError("not a JSON object")
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
    }
    fields["limits"] = Limits(**data.get("limits", {}))
    if data.get("foreign") is not None:
        fields["foreign"] = Foreign(**data["foreign"])
    fields["environment"] = {**DEFAULT_ENVIRONMENT, **data.get("environment", {})}
    settings = Settings(**fields)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if not settings.entry:
        raise ValueError("entry: the command is empty")
    if settings.launcher not in LAUNCHERS:
        raise ValueError(f"launcher: {settings.launcher!r} is none of {', '.join(LAUNCHERS)}")
    if settings.order not in ORDERS:
        raise ValueError(f"order: {settings.order!r} is none of {', '.join(ORDERS)}")
    if settings.launcher == "bubblewrap" and not settings.bwrap:
        raise ValueError("bwrap: the bubblewrap launcher needs the path of bwrap")
    if settings.foreign is not None:
        _check_foreign(settings.foreign)


def _check_foreign(foreign: Foreign) -> None:
    if foreign.checkpoint not in foreign.checkpoints:
        raise ValueError(f"checkpoint: {foreign.checkpoint!r} isn't among checkpoints")
    strange = sorted(set(foreign.markers.values()) - set(GROUPS))
    if strange:
        raise ValueError(f"markers: {strange[0]!r} is none of {', '.join(GROUPS)}")
    if type(foreign.seconds) is not int or foreign.seconds < 1:
        raise ValueError(f"seconds: {foreign.seconds!r} isn't a whole number from 1 on")
