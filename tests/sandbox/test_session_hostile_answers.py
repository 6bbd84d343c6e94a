"""Whatever the first process answers, a call ends: in time, with bounded memory, in words of ours."""

import contextlib
import io
import itertools
import json
import math
import struct
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopbench.sandbox import session as session_module
from slopbench.sandbox.protocol import Limits, SandboxDied
from slopbench.sandbox.session import Session

HELLO = {"ready": 1, "version": "3.11"}
ENDED = {"status": 0, "cause": None, "seconds": 0.1}
LIMITS = Limits(wall_seconds=0.05, disk_mb=1, files=1, output_mb=1)


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    return struct.pack(">cI", kind, len(payload)) + payload


def answer(**fields: object) -> bytes:
    return frame(b"J", json.dumps(fields).encode())


class Script:
    """A channel that answers with prepared pieces of bytes, then says that the other side is gone."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = iter(pieces)
        self.sent = bytearray()
        self.received = 0

    def send(self, data: bytes) -> None:
        self.sent += data

    def receive(self, size: int, deadline: float) -> bytes:
        piece = next(self.pieces, b"")
        self.received += len(piece)
        return piece


class Endless(Script):
    """Says the same again and again, for ever."""

    def __init__(self, piece: bytes) -> None:
        super().__init__()
        self.pieces = itertools.repeat(piece)


class Gone(Script):
    """A channel whose other side was closed."""

    def send(self, data: bytes) -> None:
        raise BrokenPipeError


class Silent(Script):
    """Never answers; it waits for the deadline as real channels do."""

    def receive(self, size: int, deadline: float) -> bytes:
        time.sleep(max(0.0, deadline - time.monotonic()))
        raise SandboxDied("didn't answer in time")


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    for name in ("START_SECONDS", "MOVE_SECONDS", "GRACE_SECONDS"):
        monkeypatch.setattr(session_module, name, 0.2)


def speaking(channel) -> Session:
    return Session(channel, LIMITS, ["/workspace"])


def run(session: Session):
    return session.exec(["true"], cwd="/", env={}, rlimits={})


CALLS = {
    "start": lambda session: session.start(),
    "put": lambda session: session.put(io.BytesIO(b"x"), "/workspace"),
    "get": lambda session: session.get("/workspace"),
    "clear": lambda session: session.clear("/workspace"),
}
OVERSIZE = struct.pack(">cI", b"J", 0xFFFFFFFF)
HOSTILE = {
    "nothing": Script(),
    "half a head": Script(b"J\0"),
    "half a frame": Script(answer(**ENDED)[:-3]),
    "an oversize frame": Script(OVERSIZE, b"x" * 1000),
    "an oversize frame of data": Script(struct.pack(">cI", b"D", 0x7FFFFFFF)),
    "no JSON": Script(frame(b"J", b"{")),
    "no text": Script(frame(b"J", b"\xff\xfe\0")),
    "no object": Script(frame(b"J", b"[1]")),
    "deep JSON": Script(frame(b"J", b"[" * 100_000)),
    "a long number": Script(frame(b"J", b"9" * 100_000)),
    "an unknown kind": Script(frame(b"Z", b"{}")),
    "output out of turn": Script(frame(b"O", b"x") * 2 + frame(b"D")),
    "data without an end": Endless(frame(b"D", b"x" * 1000)),
    "empty data without an end": Endless(frame(b"D")),
    "empty output without an end": Endless(frame(b"O")),
    "output without an end": Endless(frame(b"R", b"x" * 4096)),
    "single bytes": Endless(b"\0"),
    "silence": Silent(),
    "a closed pipe": Gone(),
}


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE.keys())
def hostile(request):
    """Scripts are used up by one test: each gets a copy."""
    kind = type(request.param)
    if kind is Script:
        request.param.pieces, pieces = itertools.tee(request.param.pieces)
        return Script(*pieces)
    return Endless(next(request.param.pieces)) if kind is Endless else kind()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_call_ends_with_a_dead_sandbox(hostile, call):
    session = speaking(hostile)
    with pytest.raises(SandboxDied):
        call(session)


def test_command_ends_with_a_dead_sandbox(hostile):
    outcome = run(speaking(hostile))
    assert (outcome.status, outcome.cause) == (None, "sandbox_died")
    assert len(outcome.stdout) + len(outcome.stderr) <= 2 << 20


def test_endless_data_isnt_kept():
    channel = Endless(frame(b"D", b"x" * 100_000))
    with pytest.raises(SandboxDied, match="more than its disk"):
        speaking(channel).get("/workspace")
    assert channel.received <= 4 << 20


def test_endless_output_isnt_kept():
    channel = Endless(frame(b"O", b"x" * 100_000))
    assert run(speaking(channel)).cause == "sandbox_died"
    assert channel.received <= 4 << 20


FALSE_ENDS = [
    {},
    {"status": "0"},
    {"status": 0.5},
    {"status": [0]},
    {"cause": "fine"},
    {"cause": ["memory"]},
    {"cause": {}},
    {"cause": 0},
    {"cause": "sandbox_died\n"},
    {"seconds": None},
    {"seconds": "1"},
    {"seconds": -1},
    {"seconds": math.nan},
    {"seconds": math.inf},
]


@pytest.mark.parametrize("change", FALSE_ENDS, ids=map(str, FALSE_ENDS))
def test_end_that_cant_be_is_a_dead_sandbox(change):
    fields = ENDED | change if change else {}
    assert run(speaking(Script(answer(**fields)))).cause == "sandbox_died"


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pieces=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.builds(
                frame,
                st.sampled_from([b"J", b"D", b"E", b"O", b"R", b"Z"]),
                st.one_of(
                    st.binary(max_size=20),
                    st.dictionaries(
                        st.sampled_from(["status", "cause", "seconds", "error", "x"]),
                        st.recursive(
                            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                            lambda inner: st.lists(inner, max_size=3),
                            max_leaves=4,
                        ),
                    ).map(lambda fields: json.dumps(fields).encode()),
                ),
            ),
        ),
        max_size=6,
    )
)
def test_random_answers_never_raise_anything_else(pieces):
    outcome = run(speaking(Script(*pieces)))
    assert outcome.cause in session_module.CAUSES or outcome.cause == "sandbox_died"
    assert outcome.status is None or isinstance(outcome.status, int)
    for call in CALLS.values():
        with contextlib.suppress(SandboxDied):
            call(speaking(Script(*pieces)))


def test_after_a_broken_answer_no_other_is_believed():
    """A late answer to the first command must not pass for one to the second."""
    session = speaking(Script(frame(b"Z"), answer(**ENDED), answer(**ENDED)))
    assert run(session).cause == "sandbox_died"
    assert run(session).cause == "sandbox_died"
    for call in CALLS.values():
        with pytest.raises(SandboxDied):
            call(session)


def test_after_an_error_of_the_caller_no_answer_is_believed():
    def fail(piece):
        raise KeyboardInterrupt

    session = speaking(Script(frame(b"O", b"x"), answer(**ENDED), answer(**ENDED)))
    with pytest.raises(KeyboardInterrupt):
        session.exec(["true"], cwd="/", env={}, rlimits={}, on_output=fail)
    assert run(session).cause == "sandbox_died"


def test_refused_move_is_an_error_and_the_next_call_works():
    refusal = answer(error="No space left on device")
    session = speaking(Script(refusal, frame(b"E"), refusal, refusal, answer(**ENDED)))
    for name in ("put", "get", "clear"):
        with pytest.raises(SandboxDied, match="No space left"):
            CALLS[name](session)
    assert (run(session).status, run(session).cause) == (0, "sandbox_died")


def test_honest_answers_arrive_in_any_pieces():
    """However the bytes are cut, the meaning is the same."""
    stream = answer(**HELLO) + frame(b"O", b"out") + frame(b"R", b"err") + answer(**ENDED)
    for size in (1, 2, 3, 7, 1000):
        pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
        session = speaking(Script(*pieces))
        assert session.start() == "3.11"
        outcome = run(session)
        assert (outcome.status, outcome.stdout, outcome.stderr) == (0, b"out", b"err")
        assert outcome.seconds == 0.1
