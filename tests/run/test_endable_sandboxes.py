"""Sandboxes that another thread ends: whoever is in one comes back, and no new one starts."""

import threading
from collections.abc import Iterator

import pytest

from slopbench.run.sandboxes import EndableBackend
from slopbench.sandbox.protocol import Backend, Purpose, SandboxDied, SandboxSpec

SPEC = SandboxSpec(Purpose.BUILD)
HOME = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin"}}


@pytest.fixture
def endable(backend: Backend) -> Iterator[EndableBackend]:
    made = EndableBackend(backend)
    yield made
    made.end()


def test_a_command_that_runs_comes_back_when_its_sandbox_is_ended(endable) -> None:
    outcomes = []
    running = threading.Event()

    def use() -> None:
        with endable.create(SPEC) as sandbox:
            outcomes.append(
                sandbox.exec(
                    ["sh", "-c", "echo on; sleep 600"], on_output=lambda _: running.set(), **HOME
                )
            )

    user = threading.Thread(target=use)
    user.start()
    assert running.wait(30)
    endable.end()
    endable.end()
    user.join(30)
    assert not user.is_alive()
    assert [outcome.cause for outcome in outcomes] == ["sandbox_died"]


def test_a_sandbox_that_was_made_before_the_end_does_not_start_after_it(endable) -> None:
    sandbox = endable.create(SPEC)
    endable.end()
    with pytest.raises(SandboxDied, match="being interrupted"):
        sandbox.start()


def test_no_sandbox_is_made_after_the_end(endable) -> None:
    endable.end()
    with pytest.raises(SandboxDied, match="being interrupted"):
        endable.create(SPEC)


def test_the_rest_of_a_backend_is_as_it_was(endable) -> None:
    assert endable.name in ("bubblewrap", "docker")
    assert endable.check() == []
