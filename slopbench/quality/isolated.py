"""Scores what an agent wrote in a place apart, under limits: numbers, or nulls with a cause."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import IO

import slopbench
from slopbench.quality.confinement import BUBBLEWRAP, confined, isolation
from slopbench.quality.limited import OUT_OF_MEMORY
from slopbench.quality.worker import CAUSES, MEMORY, unscored

WALL_TIME, CRASH = "wall_time", "crash"

_OUTPUT_BYTES = 64 * 2**20

_BOOTSTRAP = """
import json, sys
sys.path[:], arguments = json.loads(sys.argv[1])
from slopbench.quality import limited
sys.exit(limited.main(*arguments))
"""
"""The interpreter is started isolated and gets our own search path, so that neither the folder nor
the environment can add a module."""


def score_isolated(
    folder: Path, *earlier: Path, wall_seconds: float, memory_mb: int
) -> dict[str, object]:
    """The score of a folder as `Score.to_json` gives it, made by a worker under limits.

    `earlier` are folders with the states of the code before, the newest first; `change` tells what
    became different since them.

    When the worker hangs, crashes or runs out of memory, or something can't be read or is too
    large, every number is None, and `cause` and `verbosity_reason` say why. `isolation` says how
    the worker was kept apart.
    """
    folders = [each.resolve() for each in (folder, *earlier)]
    limits = (memory_mb << 20, ceil(wall_seconds) + 1, _OUTPUT_BYTES)
    places = _search_path(folders)
    setting = json.dumps([places, [*limits, *map(str, folders)]])
    command = [sys.executable, "-I", "-c", _BOOTSTRAP, setting]
    if isolation() == BUBBLEWRAP:
        command = confined(command, places, folders)
    with tempfile.TemporaryFile() as output:
        status = _run(command, output, wall_seconds)
        if status is None:
            return {**unscored(WALL_TIME), "isolation": isolation()}
        output.seek(0)
        return {**_result(status, output.read()), "isolation": isolation()}


def _run(command: Sequence[str], output: IO[bytes], wall_seconds: float) -> int | None:
    """The worker's exit status, None when its time was over."""
    with subprocess.Popen(
        command,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as worker:
        try:
            return worker.wait(wall_seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)


def _search_path(folders: Sequence[Path]) -> list[str]:
    """Where this process finds modules, our own first, without places that the agent could fill."""
    own = Path(slopbench.__file__).parent.parent
    places = (Path(place).resolve() for place in (str(own), *sys.path) if place)
    return [str(place) for place in places if not any(map(place.is_relative_to, folders))]


def _result(status: int, output: bytes) -> dict[str, object]:
    """The printed score if there is a whole one, otherwise nulls with the printed cause."""
    try:
        score: dict[str, object] = json.loads(output)
        cause = score["cause"]
    except (ValueError, KeyError, TypeError):
        return unscored(MEMORY if status == OUT_OF_MEMORY else CRASH)
    if status == 0:
        return score
    return unscored(str(cause) if cause in CAUSES.values() else CRASH)
