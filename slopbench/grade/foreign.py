"""What the grader is given of a foreign problem: its suite as it is, and how to run it."""

import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from slopbench.config import WORKSPACE
from slopbench.grade.model import GradeOptions
from slopbench.grade.suite import GRADER, SITE, WORK, kit_settings
from slopbench.problem.content import entries
from slopbench.problem.scbench.model import ScbenchProblem

CASES, TEMPORARY = f"{WORK}/cases", f"{WORK}/temp"
MOST_FILES = 100_000
MODULE = re.compile(r"conftest\.py|test_.*\.py|.*_test\.py", re.DOTALL)
"""Files of tests, wherever they lie; at the top of the folder every Python file is one."""
WRITES = "programs may change the copy of the solution that the suite works in"
VISIBLE = "WEAKER: programs can read all files of the tests that aren't Python"


@dataclass(frozen=True)
class ForeignPlace:
    """The grader's own files and the suite lie in different folders: of the suite some is shown."""

    folder: str

    @property
    def own(self) -> str:
        return f"{self.folder}/own"

    @property
    def tests(self) -> str:
        return f"{self.folder}/tests"

    @property
    def problem(self) -> str:
        return self.tests

    @property
    def settings(self) -> str:
        return f"{self.own}/settings.json"

    @property
    def results(self) -> str:
        return f"{self.own}/results.jsonl"

    @property
    def assets(self) -> str:
        return f"{self.tests}/assets"


@dataclass(frozen=True)
class ForeignSuite:
    """A suite in the format of SlopCodeBench at one checkpoint."""

    problem: ScbenchProblem
    n: int
    place: ForeignPlace

    @property
    def weaknesses(self) -> tuple[str, ...]:
        return (WRITES, VISIBLE) if self.problem.data_visible else (WRITES,)

    def settings(
        self,
        language: str,
        nesting: Mapping[str, Any],
        options: GradeOptions,
        path: Callable[[str], str],
    ) -> dict[str, Any]:
        place = self.place
        common = kit_settings(
            self.problem,
            self.n,
            language=language,
            place=place,
            site=SITE,
            nesting=nesting,
            options=options,
            path=path,
        )
        closed = [place.own, SITE, f"{GRADER}/packages", f"{GRADER}/program", *self._modules()]
        return {
            **common,
            "limits": {**common["limits"], "files": MOST_FILES},
            "open": [path(WORKSPACE)],
            "writable": [path(CASES), path(TEMPORARY)],
            "shown": [path(each) for each in self._shown()],
            "hidden": [path(GRADER)],
            "sealed": [path(each) for each in closed],
            "incidents": path(f"{place.own}/incidents"),
            "current": path(f"{place.own}/current"),
            "lent": path(f"{place.own}/lent"),
            "running": path(f"{place.own}/running"),
            "foreign": self._foreign(common["environment"], path),
        }

    def tar(self, settings: Mapping[str, Any]) -> io.BytesIO:
        """A tar stream with own/settings.json and tests/, closed but for what is always shown."""
        stream = io.BytesIO()
        visible = 0o755 if self.problem.data_visible else 0o700
        passable = 0o711 if self.problem.assets else 0o700
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
            add_folder(archive, "own", 0o700)
            add_data(archive, "own/settings.json", json.dumps(settings).encode())
            add_folder(archive, "tests", visible | passable)
            tree = self.problem.test_tree(self.n)
            for folder in sorted(folders_of(tree)):
                add_folder(archive, f"tests/{folder}", visible)
            for name, path in tree.items():
                shown = self.problem.data_visible and not name.endswith(".py")
                add_file(archive, f"tests/{name}", path, 0o055 if shown else 0)
            add_folder(archive, "tests/assets", 0o755)
            for asset in self.problem.assets:
                add_tree(archive, f"tests/assets/{asset.id}", asset.path)
        stream.seek(0)
        return stream

    def _foreign(
        self, environment: Mapping[str, str], path: Callable[[str], str]
    ) -> dict[str, Any]:
        problem, n = self.problem, self.n
        numbers = {problem.checkpoint_name(each): each for each in range(1, n + 1)}
        return {
            "tests": path(self.place.tests),
            "checkpoint": problem.checkpoint_name(n),
            "checkpoints": numbers,
            "cases": path(CASES),
            "temporary": path(TEMPORARY),
            "seconds": max(1, int(problem.limits_at(n).test_timeout_s)),
            "markers": problem.group_rules,
            "environment": {**environment, **self._asset_variables(path)},
            "packages": path(f"{GRADER}/packages"),
        }

    def _asset_variables(self, path: Callable[[str], str]) -> dict[str, str]:
        if not self.problem.assets:
            return {}
        variables = {
            f"SCBENCH_ASSET_{asset.id.upper()}": path(f"{self.place.assets}/{asset.id}")
            for asset in self.problem.assets
        }
        return {"SCBENCH_ASSETS_DIR": path(self.place.assets), **variables}

    def _modules(self) -> Iterator[str]:
        """The files that hold tests, or what tests import from beside them."""
        for name in self.problem.test_tree(self.n):
            if MODULE.fullmatch(PurePosixPath(name).name) or re.fullmatch(r"[^/]*\.py", name):
                yield f"{self.place.tests}/{name}"

    def _shown(self) -> Iterator[str]:
        """What every program sees: assets, and where it is allowed all that isn't Python."""
        if self.problem.assets:
            yield self.place.assets
        if self.problem.data_visible:
            for name in data_of(self.problem.test_tree(self.n)):
                yield f"{self.place.tests}/{name}"


def data_of(tree: Mapping[str, Path]) -> set[str]:
    """The files that aren't Python; of a folder without any Python its own name alone."""
    mixed = folders_of({name: path for name, path in tree.items() if name.endswith(".py")})
    found: set[str] = set()
    for name in tree:
        if not name.endswith(".py"):
            above = [str(parent) for parent in PurePosixPath(name).parents][-2::-1]
            found.add(next((folder for folder in above if folder not in mixed), name))
    return found


def folders_of(tree: Mapping[str, Path]) -> set[str]:
    """All folders that the files of a tree lie in, the top one left out."""
    return {str(parent) for name in tree for parent in list(PurePosixPath(name).parents)[:-1]}


def add_folder(archive: tarfile.TarFile, name: str, mode: int) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.mode = tarfile.DIRTYPE, mode
    archive.addfile(info)


def add_data(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


def add_file(archive: tarfile.TarFile, name: str, path: Path, others: int) -> None:
    """Add a file for its owner, executable if it is one, and the rights of `others` on it."""
    found = path.stat()
    allowed = 0o777 if found.st_mode & 0o100 else 0o666
    info = tarfile.TarInfo(name)
    info.size, info.mtime = found.st_size, int(found.st_mtime)
    info.mode = (0o700 | others) & allowed
    with path.open("rb") as file:
        archive.addfile(info, file)


def add_tree(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Add an asset, a file or a folder, for everybody to read."""
    if not path.is_dir():
        add_file(archive, name, path, 0o055)
        return
    tree = {each.relative_to(path).as_posix(): each for each in entries(path)}
    for folder in ("", *sorted(folders_of(tree))):
        add_folder(archive, f"{name}/{folder}", 0o755)
    for inner, file in tree.items():
        add_file(archive, f"{name}/{inner}", file, 0o055)
