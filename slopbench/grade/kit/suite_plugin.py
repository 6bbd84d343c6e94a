"""The pytest plugin for a suite that starts the program itself: groups, outcomes, its folders."""

import json
import os
import tempfile

import pytest

from .grouping import place
from .plugin import Incidents, Recorder, Verdict
from .results import Results
from .selection import Selected, SelectionError
from .settings import Foreign, Settings

PASSABLE = 0o711
BROKEN = {
    pytest.ExitCode.INTERRUPTED,
    pytest.ExitCode.INTERNAL_ERROR,
    pytest.ExitCode.USAGE_ERROR,
    pytest.ExitCode.NO_TESTS_COLLECTED,
}


class SuiteVerdict(Verdict):
    """To be skipped, or to fail as expected, isn't to fail; nor is it to pass."""

    skipped = False

    @property
    def outcome(self) -> str:
        if self.skipped and not self.failed:
            return "skipped"
        return super().outcome

    failed = False

    def add(self, report: pytest.TestReport) -> None:
        if report.passed:
            self.seconds += report.duration
            self.called = self.called or report.when == "call"
            return
        super().add(report)
        if report.skipped and hasattr(report, "wasxfail"):
            self.reasons[-1] = f"Skipped: expected to fail ({report.wasxfail or 'no reason'})"
        self.skipped = self.skipped or report.skipped
        self.failed = self.failed or report.failed

    def blame(self, reason: str) -> None:
        """Fail the test for what its own code can't see."""
        self.failed = True
        self.reasons.append(reason)


class SuiteRecorder(Recorder):
    """Records what a suite gives that knows nothing of the kit."""

    def __init__(self, settings: Settings, foreign: Foreign, results: Results) -> None:
        super().__init__(settings, results)
        self._foreign = foreign
        self._incidents = Incidents(settings.incidents)
        self._count = 0

    def pytest_configure(self, config: pytest.Config) -> None:
        for name in self._foreign.markers:
            config.addinivalue_line("markers", f"{name}: a group of tests")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """pytest makes its folder anew, and keeps everybody else out of it."""
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        os.chmod(self._foreign.cases, PASSABLE)

    def choose(self, items: list[pytest.Item]) -> dict[pytest.Item, Selected]:
        if not items:
            raise SelectionError("no test was collected")
        ordered = reversed(items) if self._settings.order == "reverse" else items
        return {item: place(item, self._foreign) for item in ordered}

    def begin(self) -> Verdict:
        return SuiteVerdict()

    def conclude(self, verdict: Verdict) -> None:
        new = self._incidents.new()
        if new and isinstance(verdict, SuiteVerdict):
            verdict.blame(new)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Give the test a place for temporary files, and say which folders aren't its own."""
        foreign = self._foreign
        older = {folder: os.listdir(folder) for folder in (foreign.cases, foreign.temporary)}
        self._count += 1
        tempfile.tempdir = os.path.join(foreign.temporary, str(self._count))
        os.mkdir(tempfile.tempdir)
        current = self._settings.current
        assert current is not None
        with open(f"{current}.new", "w", encoding="utf-8") as file:
            json.dump(older, file)
        os.replace(f"{current}.new", current)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus in BROKEN:
            name = pytest.ExitCode(exitstatus).name.lower().replace("_", " ")
            self._results.write("error", message=f"pytest ended with {int(exitstatus)}: {name}")
        super().pytest_sessionfinish(exitstatus)
