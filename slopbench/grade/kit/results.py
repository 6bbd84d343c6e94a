"""The results file: one JSON object a line, flushed to disk before the next test starts.

    {"event": "collected", "checkpoint": n, "tests": [{"id", "checkpoint", "marker", "group"}]}
    {"event": "result", "id", "outcome", "reason", "seconds", "detail"}        one a test
    {"event": "finished", "passed", "failed", "not_run", "seconds"}

or, instead of "collected", {"event": "error", "message"} when the tests can't be collected. A file
without "finished" is that of a grader which died.
"""

import json
import os
from typing import Any


class Results:
    """Writes the file; it must not exist yet."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "x", encoding="utf-8")  # noqa: SIM115 - open until `close`

    def write(self, event: str, **data: Any) -> None:
        """Add one line and bring it to the disk."""
        self._file.write(json.dumps({"event": event, **data}) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()
