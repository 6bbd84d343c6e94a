"""Fixtures that several rooms use, and what happens to tests that need a Docker engine.

A test marked `docker` is deselected where no engine answers, and the summary says how many were; with
SLOPBENCH_REQUIRE=docker in the environment it runs, and a missing engine makes it fail.
"""

import os
from functools import cache

import pytest

from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Backend

DESELECTED = pytest.StashKey[int]()
WORKER_KEY = "docker_tests_deselected"


@pytest.fixture(
    scope="session", params=["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)]
)
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend in turn; it works, or the test fails with what it lacks."""
    return pick_backend(request.param)


@cache
def engine_answers() -> bool:
    from slopbench.sandbox.docker_engine import alive

    return alive()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needing = [item for item in items if item.get_closest_marker("docker")]
    if not needing or "docker" in required() or engine_answers():
        return
    config.stash[DESELECTED] = len(needing)
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


def required() -> list[str]:
    return os.environ.get("SLOPBENCH_REQUIRE", "").split(",")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells its master, which collects nothing itself."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[WORKER_KEY] = session.config.stash.get(DESELECTED, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    config = node.config  # type: ignore[attr-defined]
    config.stash[DESELECTED] = getattr(node, "workeroutput", {}).get(WORKER_KEY, 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    count = config.stash.get(DESELECTED, 0)
    if count:
        terminalreporter.write_line(
            f"docker: {count} tests deselected, no engine answers (SLOPBENCH_REQUIRE=docker runs them)"
        )
