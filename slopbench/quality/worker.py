"""Scores one agent's folder as a process of its own: `python -m slopbench.quality.worker FOLDER`.

Prints one JSON object, the score. When there can be none, it holds nulls and a cause, stderr says
what was wrong, and the exit status is that of the error.
"""

import json
import sys
from pathlib import Path

from slopbench.errors import ExitCode, InfrastructureError, LimitError, SlopbenchError, UsageError
from slopbench.quality.files import Scope
from slopbench.quality.score import empty_score, score_tree

MEMORY = "memory"
CAUSES: dict[type[Exception], str] = {
    InfrastructureError: "unreadable",
    LimitError: "file_too_large",
    MemoryError: MEMORY,
}


def main(arguments: list[str]) -> int:
    """Score the folder that is the only argument; returns the exit status."""
    try:
        if len(arguments) != 1:
            raise UsageError("one folder is needed", where="slopbench.quality.worker")
        score = score_tree(Path(arguments[0]), Scope.RUN).to_json()
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except tuple(CAUSES) as error:
        print(f"error: {error!r}", file=sys.stderr)
        cause = next(cause for kind, cause in CAUSES.items() if isinstance(error, kind))
        print(json.dumps(empty_score(cause)))
        return error.exit_code if isinstance(error, SlopbenchError) else ExitCode.LIMIT
    print(json.dumps(score))
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
