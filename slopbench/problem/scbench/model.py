"""A problem of SlopCodeBench, as every room uses it."""

import hashlib
import re
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path

from slopbench.problem.content import content_hash, entries
from slopbench.problem.markers import TestFunction, test_functions
from slopbench.problem.model import Asset, Problem, ProblemLimits
from slopbench.problem.scbench.config import GROUPS, CheckpointSettings, Config
from slopbench.problem.scbench.imports import bundled_libraries
from slopbench.problem.scbench.languages import command_in, file_in
from slopbench.problem.scbench.sidecar import Added

UNLIMITED_SECONDS = 300.0
"""What a test may take where the set sets no limit."""

LIMITS = ProblemLimits(
    test_timeout_s=UNLIMITED_SECONDS,
    suite_timeout_s=3600.0,
    memory_mb=2048,
    disk_mb=1024,
    processes=256,
)
"""The format knows the time of a test alone; this is room enough for compilers and servers."""

BUILT_IN_MARKERS = {"error": "error", "regression": "regression"}
"""Markers that come before those of the problem."""

LEADING_COMMENT = re.compile(r"\A\s*<!--.*?-->[ \t]*\n?", re.DOTALL)
ENTRY_FILE = "%%%ENTRYPOINT:entry_file%%%"
ENTRY_COMMAND = "%%%ENTRYPOINT:entry_command%%%"


class ScbenchProblem(Problem):
    """config.yaml and the folder around it.

    Attributes:
        config: what config.yaml says.
        added: what the user's slopbench.toml says of it.
        set_folders: the folders of the set, which hold its answers.
    """

    config: Config
    added: Added = Added()
    set_folders: tuple[Path, ...]

    def spec_file(self, n: int) -> Path:
        """Where the specification of checkpoint `n` lies, canary included."""
        return self.folder / f"{self.checkpoint_name(n)}.md"

    def raw_spec(self, n: int) -> str:
        """The specification of checkpoint `n` as it is written."""
        given = self.settings(n).spec_override
        return self.spec_file(n).read_text(encoding="utf-8-sig") if given is None else given

    def spec(self, n: int, language: str) -> str:
        """The specification of checkpoint `n` as an agent sees it.

        Without the comment at its beginning, which carries the canary; the placeholders become the
        entry file and the command of the language. Raises UsageError for an unknown checkpoint or
        language.
        """
        self.entry_for(language)
        text = LEADING_COMMENT.sub("", self.raw_spec(n), count=1)
        entry_file = self.config.entry_file
        text = text.replace(ENTRY_FILE, file_in(language, entry_file))
        return text.replace(ENTRY_COMMAND, command_in(language, entry_file))

    def settings(self, n: int) -> CheckpointSettings:
        """What config.yaml says of checkpoint `n`."""
        return self.config.steps[self.checkpoint(n).n - 1][1]

    def checkpoint_name(self, n: int) -> str:
        """The set's own name of checkpoint `n`, such as `checkpoint_1`."""
        return self.config.steps[self.checkpoint(n).n - 1][0]

    def include_prior(self, n: int) -> bool:
        """Whether the tests of earlier checkpoints run at checkpoint `n`."""
        return self.settings(n).include_prior_tests

    @property
    def tests(self) -> Path:
        """The folder of all tests."""
        return self.folder / "tests"

    def test_file(self, n: int) -> Path:
        """The file with the tests that are new at checkpoint `n`."""
        return self.tests / f"test_{self.checkpoint_name(n)}.py"

    def test_tree(self, n: int) -> dict[str, Path]:
        """What the tests folder holds at checkpoint `n`: relative paths and the files on the host.

        Of the files named test_*.py at its top, these are those of the checkpoints that are run;
        everything else is there at every checkpoint. Assets aren't among them.
        """
        first = 1 if self.include_prior(n) else n
        run = {self.test_file(number).name for number in range(first, n + 1)}
        files = {path.relative_to(self.tests).as_posix(): path for path in entries(self.tests)}
        return {
            name: path
            for name, path in files.items()
            if name in run or not re.fullmatch(r"test_[^/]*\.py", name)
        }

    @property
    def markers(self) -> dict[str, str]:
        """The problem's own markers, and the group of a test that carries one."""
        return {name: GROUPS[marker.group] for name, marker in self.config.markers.items()}

    @property
    def group_rules(self) -> dict[str, str]:
        """Each marker that decides on the group of a new test; the first one that it has wins."""
        rules = {**BUILT_IN_MARKERS, **self.markers, **BUILT_IN_MARKERS}
        rules.setdefault("functionality", "functionality")
        return rules

    def group_of(self, marks: Collection[str]) -> str:
        """The group of a test that is new at its checkpoint and carries these markers."""
        return next((group for mark, group in self.group_rules.items() if mark in marks), "core")

    def test_functions(self, n: int) -> list[TestFunction]:
        """The tests that are new at checkpoint `n`, each with its one group."""
        found = test_functions(self.test_file(n), n, self.group_rules)
        return [test.in_group(self.group_of(test.groups)) for test in found]

    def limits_at(self, n: int) -> ProblemLimits:
        """The limits at checkpoint `n`; `test_timeout_s` is the time of one test."""
        seconds = self.config.timeout_of(self.settings(n))
        return LIMITS.model_copy(update={"test_timeout_s": seconds or UNLIMITED_SECONDS})

    def environment_at(self, n: int) -> Mapping[str, str]:
        """The variables of the problem and of checkpoint `n`, which wins."""
        return {**self.environment, **self.settings(n).env}

    @property
    def secrets(self) -> tuple[Path, ...]:
        """The whole set: its tests, answers and later specifications."""
        return self.set_folders

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The static assets, in the order of config.yaml."""
        return tuple(
            Asset(name, self.folder / given.path, given.save_path or given.path)
            for name, given in self.config.static_assets.items()
        )

    @cached_property
    def test_dependencies(self) -> tuple[str, ...]:
        """What config.yaml names, and what sets may always use if the tests import it."""
        return (*self.config.test_dependencies, *bundled_libraries(self.tests))

    @property
    def installs_requirements(self) -> bool:
        """True: solutions name the packages that they need in requirements.txt."""
        return True

    @property
    def data_visible(self) -> bool:
        """Whether the user has allowed the program to see the files beside the tests."""
        return self.added.data == "visible"

    def solution(self, n: int) -> Path:
        """Where the set's own answer to checkpoint `n` lies, if it has one."""
        return self.folder / "solutions" / self.checkpoint_name(n)

    @cached_property
    def content_hash(self) -> str:
        """sha256 over the problem's folder and what the user's slopbench.toml says of it."""
        parts = f"{content_hash(self.folder)} {self.added.model_dump_json()}"
        return hashlib.sha256(parts.encode()).hexdigest()
