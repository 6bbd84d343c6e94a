"""Runs the hidden tests: fixes the import path, sets the limits and hands over to pytest."""

import os
import sys

from . import foreign, limits
from .launch import pick
from .settings import Settings, SettingsError, load

USAGE_STATUS = 2


def main(argv: list[str]) -> int:
    """Grade as the settings file `argv[0]` says; returns pytest's exit status.

    The verdict is the results file alone. Exit status 2 means that there is none.
    """
    try:
        settings = load(argv[0])
        if settings.foreign is not None:
            return foreign.run(settings, settings.foreign)
        folders = _test_folders(settings)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_STATUS
    limits.prepare(settings)
    sys.path[1:1] = [settings.problem, *([settings.site] if settings.site else [])]
    return _run_pytest(settings, folders)


def _test_folders(settings: Settings) -> list[str]:
    """The tests of every checkpoint up to the one that is graded; each must be there."""
    numbers = range(1, settings.checkpoint + 1)
    folders = [os.path.join(settings.problem, str(n), "tests") for n in numbers]
    missing = [folder for folder in folders if not os.path.isdir(folder)]
    if missing or not folders:
        raise SettingsError(f"checkpoint {settings.checkpoint}: no folder {missing[:1]}")
    return folders


def _run_pytest(settings: Settings, folders: list[str]) -> int:
    """pytest is imported here, when its folder is on the path.

    It works in a folder that anybody knows: a planted link may lead through /proc/self/cwd.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir("/")
    import pytest

    from .fixtures import Fixtures
    from .plugin import Recorder, Timekeeper
    from .results import Results

    results = Results(settings.results)
    try:
        plugins = [
            Fixtures(settings, pick(settings)),
            Recorder(settings, results),
            Timekeeper(settings),
        ]
        return int(pytest.main([*_options(settings), *folders], plugins=plugins))
    finally:
        results.close()


def _options(settings: Settings) -> list[str]:
    """Nothing but these options and the problem's own folder has a say."""
    return [
        *("-c", os.devnull, "--rootdir", settings.problem, "--confcutdir", settings.problem),
        *("--import-mode=importlib", "-p", "no:cacheprovider", "--strict-markers"),
        *("-q", "--no-header", "--tb=short", "--show-capture=no"),
    ]
