"""checkpoint_results.jsonl: their own figures, a line a checkpoint, looked up without keeping them."""

from collections import defaultdict
from typing import Any, BinaryIO

from slopbench.run.imported.parsing import Unusable, parsed_row
from slopbench.run.imported.source import SourceFolder

FILE = "checkpoint_results.jsonl"
LINE_BYTES = 4 << 20
MOST_LINES = 100_000
MOST_A_CHECKPOINT = 10
"""Further lines of the same checkpoint are only counted."""


class RecordedRows:
    """Where in the file the lines of each checkpoint stand. `notes` tells of lines that are no rows."""

    def __init__(self, run: SourceFolder) -> None:
        self._places: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self.notes: list[str] = []
        self._file = run.stream(FILE)
        if self._file is not None:
            self._index(self._file)

    def of(self, slug: str, checkpoint: str) -> list[dict[str, Any]]:
        """The rows of a checkpoint in the order of the file; more than one if it was run again."""
        places = self._places.get((slug, checkpoint), [])[:MOST_A_CHECKPOINT]
        return [self._read(place) for place in places]

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _index(self, file: BinaryIO) -> None:
        for n in range(1, MOST_LINES + 2):
            start, line = file.tell(), file.readline(LINE_BYTES + 1)
            if not line:
                return
            if len(line) > LINE_BYTES or n > MOST_LINES:
                self.notes.append(f"{FILE}: not read from line {n} on, it is too large")
                return
            self._take(n, start, line)

    def _take(self, n: int, start: int, line: bytes) -> None:
        try:
            row = parsed_row(line)
        except Unusable as error:
            self.notes.append(f"{FILE}: line {n} {error}")
            return
        key = (str(row.get("problem")), str(row.get("checkpoint")))
        self._places[key].append((start, len(line)))

    def _read(self, place: tuple[int, int]) -> dict[str, Any]:
        assert self._file is not None
        self._file.seek(place[0])
        return parsed_row(self._file.read(place[1]))
