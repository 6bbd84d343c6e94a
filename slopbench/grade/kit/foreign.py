"""Runs a suite that starts the entry command itself, as its authors run it.

The suite gets the wrapper as the entry command. It works in the solution's folder, which the
program may change; nothing in that folder is ever imported, read as configuration or executed here.
"""

import os
import shlex
import sys
from collections.abc import Iterator
from importlib import metadata

from . import limits, reaping
from .launch.suite import swept
from .settings import DEFAULT_ENVIRONMENT, Foreign, Settings
from .view import command

GROUP = "pytest11"
KIT = os.path.dirname(os.path.abspath(__file__))
KIT_COMMAND = (sys.executable, "-I", "-S", KIT)
PASSABLE = 0o711


def run(settings: Settings, foreign: Foreign) -> int:
    """Run the suite; returns pytest's exit status."""
    limits.prepare(settings)
    _make_places(settings, foreign)
    os.environ.clear()
    os.environ.update(environment(foreign))
    sys.dont_write_bytecode = True
    sys.path[1:1] = [path for path in (settings.site, foreign.packages) if path]
    os.chdir(settings.root)
    import pytest

    from .commands import Commands
    from .guard import Guard
    from .results import Results
    from .suite_plugin import SuiteRecorder

    results = Results(settings.results)
    try:
        Guard(settings, entry_command(settings)).begin()
        reaping.begin(settings.running)
        Commands(settings, KIT_COMMAND).begin()
        recorder = SuiteRecorder(settings, foreign, results)
        return int(pytest.main(options(settings, foreign), plugins=[recorder]))
    finally:
        results.close()


def environment(foreign: Foreign) -> dict[str, str]:
    """The suite's variables, which its programs inherit.

    With PYTHONSAFEPATH an interpreter that a test starts in the solution's folder imports nothing
    from there; the wrapper keeps that variable, like pytest's, from the program.
    """
    given = {
        name: value for name, value in foreign.environment.items() if not name.startswith("PYTEST_")
    }
    own = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONSAFEPATH": "1"}
    return {**DEFAULT_ENVIRONMENT, **given, **own}


def options(settings: Settings, foreign: Foreign) -> list[str]:
    """pytest's arguments: those that the format prescribes, and none that others could add to."""
    assert settings.incidents is not None
    own = os.path.dirname(settings.incidents)
    return [
        *("-c", os.devnull, "--rootdir", foreign.tests, "--confcutdir", foreign.tests),
        *("--import-mode=prepend", "-o", f"cache_dir={own}/cache", f"--basetemp={foreign.cases}"),
        *("-q", "--no-header", "--tb=short", "--show-capture=no"),
        *("-p", "pytest_timeout", f"--timeout={foreign.seconds}"),
        *(option for name in plugins(foreign.packages) for option in ("-p", name)),
        f"--entrypoint={shlex.join(entry_command(settings))}",
        f"--checkpoint={foreign.checkpoint}",
        foreign.tests,
    ]


def entry_command(settings: Settings) -> list[str]:
    """The wrapper's words. The interpreter goes by its path: a test's PATH may begin anywhere."""
    return [*KIT_COMMAND, "start", settings.path]


def plugins(packages: str | None) -> Iterator[str]:
    """The names of the pytest plugins among the packages of the tests."""
    if packages is None:
        return
    for package in metadata.distributions(path=[packages]):
        for point in package.entry_points:
            if point.group == GROUP and point.module != "pytest_timeout":
                yield point.name


def _make_places(settings: Settings, foreign: Foreign) -> None:
    """Folders for temporary files, which programs may pass but not list; a solution without links
    that lead out of it."""
    assert settings.running is not None
    for folder in (foreign.cases, foreign.temporary, settings.running):
        os.makedirs(folder)
        os.chmod(folder, PASSABLE)
    swept(settings, command(settings, [], settings.root, {}))
    place = os.path.dirname(foreign.tests)
    os.chmod(place, 0o700)
    if settings.launcher == "uid" and settings.shown:
        _open_way(place)


def _open_way(folder: str) -> None:
    """Let programs pass a folder and those above it on their way to what they are always shown."""
    while not os.stat(folder).st_mode & 0o001:
        os.chmod(folder, PASSABLE)
        folder = os.path.dirname(folder)
