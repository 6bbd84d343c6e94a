"""Fixtures that several rooms use, and what happens to tests that need more than every machine has.

A test marked `docker` needs an engine, one marked `language("go", …)` those tools of the host, one marked
`full_image` the image variant of that name. Where it is missing they are deselected, and the summary says how
many were; with SLOPBENCH_REQUIRE=docker,languages,full-image in the environment they run, and fail.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Backend

DESELECTED = pytest.StashKey[dict[str, int]]()
WORKER_KEY = "slopbench_tests_deselected"


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


@cache
def host_has(tool: str) -> bool:
    """Whether bubblewrap sandboxes show a tool."""
    from slopbench.sandbox.toolchain import find_root, find_tool

    return find_tool(find_root(), tool) is not None


@cache
def full_image_is_there() -> bool:
    from slopbench.errors import InfrastructureError
    from slopbench.sandbox import image
    from slopbench.sandbox.docker_engine import connect

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(image.IMAGE_VARIABLE, image.VARIANTS[image.FULL])
        try:
            return bool(image.find_image(connect()))
        except InfrastructureError:
            return False


@dataclass(frozen=True)
class Need:
    """What tests with a marker need; `lacking` says in a few words what a test with it lacks here."""

    name: str
    marker: str
    lacking: Callable[[pytest.Mark], str]


def lacking_tools(mark: pytest.Mark) -> str:
    missing = [tool for tool in mark.args if not host_has(tool)]
    return f"sandboxes have no {', '.join(missing)}" if missing else ""


NEEDS = (
    Need("docker", "docker", lambda _: "" if engine_answers() else "no engine answers"),
    Need("languages", "language", lacking_tools),
    Need(
        "full-image",
        "full_image",
        lambda _: "" if full_image_is_there() else "there is no image of the variant full",
    ),
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "language(tool, …): needs these tools of the host")
    config.addinivalue_line("markers", "full_image: needs the image of the variant full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons = {item: lacking(item) for item in items}
    left_out = [item for item in items if reasons[item]]
    if not left_out:
        return
    config.stash[DESELECTED] = dict(Counter(reasons[item] for item in left_out))
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not reasons[item]]


def lacking(item: pytest.Item) -> str:
    """Why a test is deselected, for the summary; empty if it runs."""
    for need in NEEDS:
        mark = item.get_closest_marker(need.marker)
        reason = need.lacking(mark) if mark and need.name not in required() else ""
        if reason:
            return f"{need.name}: {{}} tests deselected, {reason} (SLOPBENCH_REQUIRE={need.name} runs them)"
    return ""


def required() -> list[str]:
    return os.environ.get("SLOPBENCH_REQUIRE", "").split(",")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells its master, which collects nothing itself."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[WORKER_KEY] = session.config.stash.get(DESELECTED, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    config = node.config  # type: ignore[attr-defined]
    config.stash[DESELECTED] = getattr(node, "workeroutput", {}).get(WORKER_KEY, {})


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for reason, count in config.stash.get(DESELECTED, {}).items():
        terminalreporter.write_line(reason.format(count))
