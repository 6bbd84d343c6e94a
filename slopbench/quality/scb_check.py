"""The figures that an installed scb-check gives for a tree, for comparison with published ones.

Two traps are known. The program ends with status 1 when it finds anything, which is no failure; and
some versions look for `sg` on the PATH and flag no redundancy where it is missing or another program.
So it first has to find what a probe holds; only then do its figures count.
"""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slopbench.errors import UsageError
from slopbench.printable import visible

NAME = "scb-check"
SHARES = ("erosion", "verbosity")
COUNTS = (
    "files_scanned",
    "total_loc",
    "verbosity_flagged_loc",
    "clone_loc",
    "ast_grep_flagged_loc",
    "total_functions",
    "high_cc_functions",
)
FIGURES = (*SHARES, *COUNTS)
"""What is taken from its report, under the names that it has there."""

NOT_INSTALLED, FAILED, WALL_TIME, OUTPUT = "not_installed", "failed", "wall_time", "output_limit"
NO_REPORT, NO_VERSION = "unreadable_report", "unknown_version"
PROBE_FAILED, RULES_FAILED = "probe_failed", "rules_failed"

WALL_SECONDS = 600.0
OUTPUT_BYTES = 16 << 20
_LIMITED = ("/bin/sh", "-c", f'ulimit -f {OUTPUT_BYTES // 512} && exec "$@"', "sh")
"""Before it starts, so that whatever it starts itself has the limit too."""
_SAID_LINES = 20

_BRANCHES = "".join(
    f"        if items[index] == {n}:\n            print(table.get({n}, None))\n" for n in range(12)
)
_PROBE = f"def {{}}(items, table):\n    for index in range(len(items)):\n{_BRANCHES}"
_PROBED = (*SHARES, "clone_loc", "ast_grep_flagged_loc", "high_cc_functions")
"""Two copies of a complex, redundant function: none of these figures can be 0 for them."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_RULE_ENGINE = re.compile(r"(?<![\w/.-])ast-grep(?![\w/.-])")
"""The word, not a part of a file's name."""
_VERSION = re.compile(r"\d+(\.\w+)+")


class _NoFigures(Exception):
    """There are none: the cause, and what the program said."""

    def __init__(self, cause: str, said: Sequence[str] = ()) -> None:
        super().__init__(cause)
        self.cause, self.said = cause, said


@dataclass(frozen=True)
class _Ended:
    """What a program that did its work has printed."""

    output: bytes
    said: tuple[str, ...]


def scb_figures(
    folder: Path, program: str | None = None, *, wall_seconds: float = WALL_SECONDS
) -> dict[str, object]:
    """`program`, its `version`, its FIGURES for the folder, and the last lines that it `said`.

    The program is the one that is named, by a path or a name on the PATH, or else `scb-check` on the
    PATH. It may take `wall_seconds` for each of version, probe and folder. The figures are its own
    and unchanged, so erosion without functions is 0; files that it can't parse count for nothing.
    Where they aren't to be had or not to be trusted, all are None and `cause` says why.

    Raises UsageError if the folder isn't there or a program that was named can't be run.
    """
    tree = folder.resolve()
    if not tree.is_dir():
        raise UsageError("is no folder", where=str(folder), mend="name a folder with code")
    place = _find(program)
    answer: dict[str, object] = {"program": NAME, "version": None, "cause": NOT_INSTALLED}
    answer |= {**dict.fromkeys(FIGURES), "said": []}
    if place is None:
        return answer
    answer |= {"program": str(place), "cause": None}
    with tempfile.TemporaryDirectory(prefix="slopbench-") as scratch:
        checker = _Checker(place, Path(scratch), wall_seconds)
        try:
            answer["version"] = checker.version()
            checker.probe()
            answer |= checker.figures(tree)
        except _NoFigures as error:
            answer |= {"cause": error.cause, "said": _last(error.said)}
    return answer


def _find(program: str | None) -> Path | None:
    """The program, None if none was named and none is installed."""
    found = shutil.which(program or NAME, path=os.pathsep.join(_path()))
    if found is None and program is not None:
        raise UsageError(
            "is no program that can be run",
            where=program,
            mend="name an installed scb-check by its path",
        )
    return None if found is None else Path(found).absolute()


def _path() -> list[str]:
    """The PATH without places relative to the working folder: the measured code may lie there."""
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [place for place in places if Path(place).is_absolute()]


def _last(lines: Sequence[str]) -> list[str]:
    return list(lines[-_SAID_LINES:])


@dataclass(frozen=True)
class _Checker:
    """An scb-check that runs in a scratch folder, away from the configuration of the measured code."""

    program: Path
    scratch: Path
    wall_seconds: float

    def version(self) -> str:
        """Figures of different versions can't be compared, so there are none without it."""
        ended = self._run("--version")
        found = _VERSION.search(ended.output.decode("utf-8", "replace"))
        if found is None:
            raise _NoFigures(NO_VERSION, ended.said)
        return visible(found.group())

    def probe(self) -> None:
        """Let it find what can't be overlooked."""
        folder = self.scratch / "probe"
        folder.mkdir()
        for name in ("first", "second"):
            (folder / f"{name}.py").write_text(_PROBE.format(name))
        ended = self._check(folder)
        found = _figures(ended)
        overlooked = [name for name in _PROBED if not found[name]]
        if overlooked:
            raise _NoFigures(PROBE_FAILED, [*ended.said, f"found none: {', '.join(overlooked)}"])

    def figures(self, folder: Path) -> dict[str, object]:
        """The figures of a folder's code, and what it said; some versions only warn of lost rules."""
        ended = self._check(folder)
        found = _figures(ended)
        if any(map(_RULE_ENGINE.search, ended.said)):
            raise _NoFigures(RULES_FAILED, ended.said)
        return {**found, "said": _last(ended.said)}

    def _check(self, folder: Path) -> _Ended:
        return self._run("check", "--report", "--include-all", str(folder), fine=(0, 1))

    def _run(self, *arguments: str, fine: Sequence[int] = (0,)) -> _Ended:
        (self.scratch / f"{NAME}.toml").touch()  # Ends its search for one in the folders above.
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                [*_LIMITED, self.program, *arguments],
                cwd=self.scratch,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
            status = _ended(process, self.wall_seconds)
            if max(os.fstat(each.fileno()).st_size for each in (output, errors)) >= OUTPUT_BYTES:
                raise _NoFigures(OUTPUT)
            if status is None:
                raise _NoFigures(WALL_TIME)
            output.seek(0)
            errors.seek(0)
            said = _lines(errors.read())
            if status not in fine:
                raise _NoFigures(FAILED, [*said, f"ended with status {status}"])
            return _Ended(output.read(), said)

    def _environment(self) -> Mapping[str, str]:
        """An `sg` that was installed with the program comes before any other."""
        own = (self.program.resolve().parent, self.program.parent)
        return {
            "PATH": os.pathsep.join([*map(str, own), *_path()]),
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "LC_ALL": "C.UTF-8",
        }


def _ended(process: subprocess.Popen[bytes], wall_seconds: float) -> int | None:
    """The exit status, None when the time was over; nothing of the process group is left.

    The group is killed before its leader is waited for: until then its id can't be another's.
    """
    with process:
        try:
            in_time = _ends(process.pid, wall_seconds)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode if in_time else None


def _ends(process_id: int, wall_seconds: float) -> bool:
    """Whether a child ends in time; it isn't waited for."""
    descriptor = os.pidfd_open(process_id)
    try:
        exits = select.poll()
        exits.register(descriptor, select.POLLIN)
        return bool(exits.poll(wall_seconds * 1000))
    finally:
        os.close(descriptor)


def _lines(said: bytes) -> tuple[str, ...]:
    text = _COLOUR.sub("", said.decode("utf-8", "replace"))
    return tuple(visible(line.strip()) for line in text.splitlines() if line.strip())


def _figures(ended: _Ended) -> dict[str, Any]:
    """The figures of a report, all of them, each within its bounds."""
    try:
        report = json.loads(ended.output)
    except (ValueError, RecursionError) as error:
        raise _NoFigures(NO_REPORT, ended.said) from error
    if not isinstance(report, dict):
        raise _NoFigures(NO_REPORT, ended.said)
    wrong = [name for name in SHARES if not _is_share(report.get(name))]
    wrong += [name for name in COUNTS if not _is_count(report.get(name))]
    if wrong:
        raise _NoFigures(NO_REPORT, [f"no number of its kind: {', '.join(wrong)}"])
    return {name: report[name] for name in FIGURES}


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
