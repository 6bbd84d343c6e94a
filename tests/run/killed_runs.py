"""Kills a scripted run with SIGKILL after each line of its journal, resumes it, prints the result.

Called with a folder; forks from this small process, so that a kill costs milliseconds.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path

from scripted_phases import ScriptedPhases, small_plan

from slopbench.run.directory import RunDirectory
from slopbench.run.engine import Engine
from slopbench.run.journal import Entry, Event, read_journal

PROBLEMS = {"alpha": 2, "beta": 1}


def session(root: Path, kill_after: int, torn: bool) -> None:
    directory = RunDirectory.open(root)
    engine = Engine(directory, directory.plan())
    left = [kill_after]

    def count_down(entry: Entry) -> None:
        left[0] -= 1
        if left[0] == 0:
            if torn:
                os.write(engine.journal._file, b'{"seq":999,"time":"2026')
            os.kill(os.getpid(), signal.SIGKILL)

    engine.listen(count_down)
    engine.run(ScriptedPhases(root.parent / f"{root.name}-work"), jobs=1)


def session_in_child(root: Path, kill_after: int = 0) -> int:
    """The exit status of a forked process that works on the run; negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            session(root, kill_after, torn=kill_after % 2 == 0)
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fresh(root: Path) -> None:
    RunDirectory.create(root, small_plan(PROBLEMS, run_id=root.name))
    (root.parent / f"{root.name}-work").mkdir()


def verdict(root: Path) -> dict[str, object]:
    """What the tests look at: who was started how often, and what each phase was reported as."""
    entries = list(read_journal(root / "journal.jsonl"))
    finished = [
        [entry.data["phase"], entry.key.problem, entry.key.checkpoint]
        for entry in entries
        if entry.event is Event.PHASE_FINISHED
    ]
    starts = (root.parent / f"{root.name}-work" / "starts").read_text().splitlines()
    state = Engine(RunDirectory.open(root), RunDirectory.open(root).plan())
    checkpoints = {
        f"{key.problem}/{key.checkpoint}": [found.status, found.snapshot, found.complete]
        for key, found in state.state.checkpoints.items()
    }
    state.journal.close()
    return {"finished": finished, "starts": starts, "checkpoints": checkpoints}


def main(folder: Path) -> None:
    undisturbed = folder / "undisturbed"
    fresh(undisturbed)
    ended = [session_in_child(undisturbed)]
    lines = sum(1 for _ in read_journal(undisturbed / "journal.jsonl"))
    results = {"undisturbed": verdict(undisturbed) | {"ended": ended}}
    for boundary in range(1, lines):
        root = folder / f"kill-{boundary}"
        fresh(root)
        ended = [session_in_child(root, boundary)]
        ended.append(session_in_child(root))
        results[root.name] = verdict(root) | {"ended": ended}
    print(json.dumps(results))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
