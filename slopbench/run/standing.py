"""How a run stands: its plan and its journal, read together."""

from slopbench.errors import InfrastructureError
from slopbench.run.directory import RunDirectory
from slopbench.run.failures import Status
from slopbench.run.journal import read_journal
from slopbench.run.plan import Plan
from slopbench.run.state import RunState


def counts(plan: Plan, state: RunState) -> dict[str, int]:
    """How many planned checkpoints have each status; they add up to `planned`."""
    statuses = [state.at(key).status for key in plan.planned()]
    return {"planned": len(statuses)} | {each.value: statuses.count(each) for each in Status}


def load_state(directory: RunDirectory, plan: Plan) -> RunState:
    """The state of a run that need not be open. Raises what reading the journal raises."""
    state = RunState.replayed(read_journal(directory.journal_file))
    refuse_strangers(directory, plan, state)
    return state


def refuse_strangers(directory: RunDirectory, plan: Plan, state: RunState) -> None:
    """Raise InfrastructureError if journal and plan don't belong together."""
    if state.plan_sha256 not in (None, directory.plan_sha256):
        raise InfrastructureError(
            "isn't the plan that the journal began with",
            where=str(directory.plan_file),
            mend="put run.json back from a copy",
        )
    if state.plan_sha256 is None and directory.snapshots.exists():
        raise InfrastructureError(
            "is empty, but there are snapshots",
            where=str(directory.journal_file),
            mend="put the journal back from a copy",
        )
    strangers = set(state.checkpoints) - set(plan.planned())
    if strangers:
        raise InfrastructureError(
            f"reports {min(strangers)}, which isn't planned", where=str(directory.journal_file)
        )
