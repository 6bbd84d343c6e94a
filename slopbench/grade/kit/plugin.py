"""The pytest plugin that selects the hidden tests and records their outcomes."""

import os
import signal
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

import pytest

from .failure import ProgramFailure
from .fixtures import PROGRAM
from .results import Results
from .selection import MARKERS, Selected, SelectionError, select
from .settings import Settings
from .transcript import cut, visible

REASON_CHARACTERS = 300
TRACE_CHARACTERS = 4000
DETAIL_CHARACTERS = 12_000
SECTION = "starts of the program"


@dataclass
class Verdict:
    """What is known of a running test; it passes when its call passed and nothing else failed."""

    called: bool = False
    seconds: float = 0.0
    reasons: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return "passed" if self.called and not self.reasons else "failed"

    def add(self, report: pytest.TestReport) -> None:
        """Take in the report of one phase. To skip isn't to pass."""
        self.seconds += report.duration
        if report.passed and not hasattr(report, "wasxfail"):
            self.called = self.called or report.when == "call"
            return
        self.reasons.append(_reason(report))
        self.details.append(_detail(report))


class Recorder:
    """Writes what was collected and how each test ended to the results file."""

    def __init__(self, settings: Settings, results: Results) -> None:
        self._settings = settings
        self._results = results
        self._begin = time.monotonic()
        self._tests: dict[pytest.Item, Selected] = {}
        self._broken: list[str] = []
        self._verdict = self.begin()
        self._counts = Counter({"passed": 0, "failed": 0})

    def pytest_configure(self, config: pytest.Config) -> None:
        """Modules that tests share get pytest's comparisons too."""
        names = [name.removesuffix(".py") for name in os.listdir(self._settings.problem)]
        pytest.register_assert_rewrite(*names)
        for name, meaning in MARKERS.items():
            config.addinivalue_line("markers", f"{name}: {meaning}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self._broken.append(f"{report.nodeid}: {report.longreprtext}")

    def choose(self, items: list[pytest.Item]) -> dict[pytest.Item, Selected]:
        """The tests to run, in their order. Raises SelectionError."""
        return select(items, self._settings)

    def begin(self) -> Verdict:
        """What is known of a test before it runs."""
        return Verdict()

    def conclude(self, verdict: Verdict) -> None:
        """Take in what only shows when a test has been torn down."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        try:
            if self._broken:
                raise SelectionError("\n".join(self._broken))
            self._tests = self.choose(items)
        except SelectionError as error:
            self._results.write("error", message=visible(str(error)))
            raise pytest.UsageError(str(error)) from None
        items[:] = list(self._tests)
        tests = [
            {"id": t.id, "checkpoint": t.checkpoint, "marker": t.marker, "group": t.group}
            for t in self._tests.values()
        ]
        self._results.write("collected", checkpoint=self._settings.checkpoint, tests=tests)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._verdict = self.begin()
        answer = yield
        self.conclude(self._verdict)
        self._record(item)
        return answer

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        program = item.stash.get(PROGRAM, None)
        if program is not None and not report.passed:
            report.sections.append((SECTION, program.transcript.text()))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._verdict.add(report)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """A run that was broken off leaves the results without their last line."""
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        not_run = len(self._tests) - sum(self._counts.values())
        seconds = time.monotonic() - self._begin
        self._results.write("finished", **self._counts, not_run=not_run, seconds=seconds)

    def _record(self, item: pytest.Item) -> None:
        verdict = self._verdict
        self._counts[verdict.outcome] += 1
        self._results.write(
            "result",
            id=self._tests[item].id,
            outcome=verdict.outcome,
            reason=cut("; ".join(verdict.reasons), REASON_CHARACTERS) or None,
            seconds=round(verdict.seconds, 4),
            detail=cut("\n\n".join(verdict.details), DETAIL_CHARACTERS) or None,
        )
        if verdict.outcome == "failed" and self._settings.stop_at_first_failure:
            item.session.shouldfail = "stopped at the first failure"


class Timekeeper:
    """Ends a test that takes too long, and fails one during which something was noted."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.limits.test_seconds
        self._incidents = Incidents(settings.incidents)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        self._incidents.new()
        signal.signal(signal.SIGALRM, _too_long)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        try:
            answer = yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        new = self._incidents.new()
        if new:
            raise ProgramFailure(new)
        return answer


class Incidents:
    """What wrappers note of programs that did what they must not do."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._read = 0

    def new(self) -> str:
        """What has come since this was asked last."""
        if self._path is None or not os.path.exists(self._path):
            return ""
        with open(self._path, "rb") as file:
            file.seek(self._read)
            found = file.read()
        self._read += len(found)
        return found.decode("utf-8", "replace").strip()


def _too_long(_: int, __: FrameType | None) -> NoReturn:
    raise ProgramFailure("the test's time limit is over")


def _reason(report: pytest.TestReport) -> str:
    """One line: the first line of the exception's message."""
    if hasattr(report, "wasxfail"):
        return "expected to fail: a hidden test has to pass"
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    crash = getattr(report.longrepr, "reprcrash", None)
    message = crash.message if crash is not None else report.longreprtext
    first = visible(message.strip().split("\n")[0])
    prefix = "" if report.when == "call" else f"{report.when}: "
    return prefix + first.removeprefix(f"{ProgramFailure.__module__}.ProgramFailure: ")


def _detail(report: pytest.TestReport) -> str:
    """The traceback with pytest's comparison, and what the program was given and gave."""
    parts = [cut(visible(report.longreprtext), TRACE_CHARACTERS)]
    parts += [text for title, text in report.sections if title == SECTION]
    return "\n\n".join(parts)
