"""What the results of a run were measured with, now that some may have been measured anew."""

from collections.abc import Mapping
from typing import Any

from slopbench.run.journal import Key
from slopbench.run.plan import Plan
from slopbench.run.state import CheckpointState, RunState

MEASURED = {
    "grade": ("problem_set_hash", "grading_schema", "toolchain", "dependencies"),
    "quality": ("quality_fingerprint",),
}
"""By phase: the members of the measure that its results depend on."""


def measured_with(
    plan: Plan, key: Key, state: CheckpointState, phase: str
) -> Mapping[str, Any] | None:
    """What the newest result of a phase was measured with; None if it has none.

    For `grade`, `problem_hash` is there too: the content hash of the problem alone.
    """
    if state.current is None or state.current.last(phase) is None:
        return None
    frozen = plan.measure.model_dump()
    planned = {name: frozen[name] for name in MEASURED[phase]}
    if phase == "grade":
        planned["problem_hash"] = _content_hash(plan, key)
    return {**planned, **state.current.measures.get(phase, {})}


def measure_in_force(plan: Plan, state: RunState) -> dict[str, Any]:
    """The measure of a run, with each member as the results have it that count now.

    Where they differ from checkpoint to checkpoint, the member says `mixed` and all of them.
    """
    measure = plan.measure.model_dump()
    for phase in MEASURED:
        found = [measured_with(plan, key, state.at(key), phase) for key in plan.planned()]
        existing = [each for each in found if each is not None]
        for name in {name for each in existing for name in each} & set(measure):
            values = {str(each.get(name)): each.get(name) for each in existing}
            measure[name] = (
                next(iter(values.values()))
                if len(values) == 1
                else f"mixed: {', '.join(sorted(values))}"
            )
    return measure


def _content_hash(plan: Plan, key: Key) -> str:
    return next(each.content_hash for each in plan.problems if each.slug == key.problem)
