"""Scores one agent's folder as a process: `python -m slopbench.quality.worker FOLDER [EARLIER …]`.

The folders after the first hold the states of the code before, the newest first. Prints one JSON
object, the score. When there can be none, it holds nulls and a cause, stderr says what was wrong, and
the exit status is that of the error.
"""

import json
import sys
from pathlib import Path

from slopbench.errors import ExitCode, InfrastructureError, LimitError, SlopbenchError, UsageError
from slopbench.quality.files import Scope
from slopbench.quality.score import empty_score, score_tree
from slopbench.quality.trajectory import change_signals

MEMORY = "memory"
CAUSES: dict[type[Exception], str] = {
    InfrastructureError: "unreadable",
    LimitError: "file_too_large",
    MemoryError: MEMORY,
}


def unscored(cause: str) -> dict[str, object]:
    """What stands for the score of a checkpoint that couldn't be made."""
    return {**empty_score(cause), "change": None}


def main(arguments: list[str]) -> int:
    """Score the first folder, and its change since the others; returns the exit status."""
    try:
        if not arguments:
            raise UsageError("a folder is needed", where="slopbench.quality.worker")
        folder, *earlier = map(Path, arguments)
        score = score_tree(folder, Scope.RUN)
        answer = {**score.to_json(), "change": change_signals(score.production, earlier)}
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except tuple(CAUSES) as error:
        print(f"error: {error!r}", file=sys.stderr)
        cause = next(cause for kind, cause in CAUSES.items() if isinstance(error, kind))
        print(json.dumps(unscored(cause)))
        return error.exit_code if isinstance(error, SlopbenchError) else ExitCode.LIMIT
    print(json.dumps(answer))
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
