"""Laws of replaying: every prefix of a journal is a valid state."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_phases import ScriptedPhases, small_plan

from slopbench.errors import InfrastructureError
from slopbench.run.directory import RunDirectory
from slopbench.run.engine import Engine
from slopbench.run.failures import FAILURES
from slopbench.run.journal import Entry, Event, Key, read_journal
from slopbench.run.phase import PhaseResult
from slopbench.run.standing import counts
from slopbench.run.state import PHASES, RunState

PROBLEMS = {"alpha": 2, "beta": 2}
places = st.tuples(
    st.sampled_from(PHASES), st.sampled_from(sorted(PROBLEMS)), st.just(1), st.integers(1, 2)
)
scripts = st.dictionaries(places, st.sampled_from(sorted(FAILURES)).map(PhaseResult), max_size=3)


@settings(max_examples=25, deadline=None)
@given(first=scripts, second=scripts)
def test_every_prefix_of_a_journal_replays_to_a_valid_state(
    tmp_path_factory, first, second
) -> None:
    folder = tmp_path_factory.mktemp("prefix")
    plan = small_plan(PROBLEMS)
    directory = RunDirectory.create(folder / "run", plan)
    for script in (first, second, {}):
        Engine(directory, plan).run(ScriptedPhases(folder, script), jobs=2)
    entries = list(read_journal(directory.journal_file))
    done_before: dict[Key, set[str]] = {}
    for end in range(len(entries) + 1):
        state = RunState.replayed(entries[:end])
        found = counts(plan, state)
        assert found.pop("planned") == sum(found.values()) == 4
        for key in plan.planned():
            checkpoint = state.at(key)
            assert checkpoint.next_phase in (*PHASES, None)
            assert not (checkpoint.complete and checkpoint.status != "graded")
            assert [each.number for each in checkpoint.tries] == list(
                range(1, len(checkpoint.tries) + 1)
            )
    for entry in entries:
        if entry.event is Event.PHASE_FINISHED and entry.data["cause"] is None:
            done = done_before.setdefault(entry.key, set())
            assert (entry.attempt, entry.data["phase"]) not in done
            done.add((entry.attempt, entry.data["phase"]))


def entry(event: Event, attempt: int, phase: str) -> Entry:
    data = {"phase": phase, "cause": None, "seconds": 1.0}
    data = {"phase": phase} if event is Event.PHASE_STARTED else data
    return Entry(0, "2026-01-01T00:00:00Z", event, Key("alpha", 1, 1), attempt, data)


@pytest.mark.parametrize(
    "entries",
    [
        [entry(Event.PHASE_FINISHED, 1, "agent")],
        [entry(Event.PHASE_STARTED, 2, "agent")],
        [entry(Event.PHASE_STARTED, 1, "agent"), entry(Event.PHASE_FINISHED, 1, "grade")],
        [entry(Event.PHASE_STARTED, 1, "agent"), entry(Event.PHASE_FINISHED, 2, "agent")],
    ],
)
def test_an_entry_that_cannot_follow_is_refused(entries: list[Entry]) -> None:
    with pytest.raises(InfrastructureError, match="seq 0 reports the"):
        RunState.replayed(entries)


def test_wall_time_leaves_out_the_pause_between_two_sessions() -> None:
    def at(time: str, event: Event, session: int) -> Entry:
        return Entry(0, f"2026-01-01T{time}Z", event, None, None, {"session": session})

    state = RunState.replayed(
        [
            at("00:00:00", Event.ATTEMPT_STARTED, 1),
            at("00:00:10", Event.RUN_FINISHED, 1),
            at("05:00:00", Event.ATTEMPT_STARTED, 2),
            at("05:00:05", Event.RUN_FINISHED, 2),
        ]
    )
    assert state.wall_seconds == 15
