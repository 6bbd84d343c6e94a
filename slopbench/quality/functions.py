"""The functions of a file while it is read: which one a node belongs to, and how complex each is."""

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from slopbench.quality.facts import MODULE, Function
from slopbench.quality.tokens import text_code

State = tuple[int, int]


@dataclass
class _Frame:
    name: str
    first_row: int
    last_row: int
    digest: int
    decisions: int = 0
    cognitive: int = 0


class FunctionStack:
    """Counts for the innermost named function; the first one is the module."""

    def __init__(self, text: bytes, lines: int) -> None:
        self._text = text
        self._frames = [_Frame(MODULE, 0, max(0, lines - 1), text_code(text))]
        self._depth = 0  # nodes around that nest, within the innermost function
        self._uncounted = 0
        self.owner = 0
        """The number of the innermost function."""

    def enter(self, name: str, node: Node) -> State:
        """Begin of a function; its end wants the result back."""
        state = self.owner, self._depth
        digest = text_code(self._text[node.start_byte : node.end_byte])
        rows = node.start_point.row, node.end_point.row
        self._frames.append(_Frame(name, *rows, digest))
        self.owner, self._depth = len(self._frames) - 1, 0
        return state

    def leave(self, state: State) -> None:
        """End of a function."""
        self.owner, self._depth = state

    def uncount(self) -> None:
        """Begin of what counts nothing."""
        self._uncounted += 1

    def count_again(self) -> None:
        """End of what counts nothing."""
        self._uncounted -= 1

    def decide(self, decisions: int) -> None:
        """Add to the cyclomatic complexity."""
        if not self._uncounted:
            self._frames[self.owner].decisions += decisions

    def break_flow(self, depth_counts: int) -> None:
        """Add 1 to the cognitive complexity, and the depth times `depth_counts`."""
        if not self._uncounted:
            self._frames[self.owner].cognitive += 1 + self._depth * depth_counts

    def nest(self) -> None:
        """Begin of what makes the code inside harder to read."""
        self._depth += 1

    def unnest(self) -> None:
        """End of it."""
        self._depth -= 1

    def __len__(self) -> int:
        return len(self._frames)

    def results(self, file: str, sloc: Sequence[int]) -> tuple[Function, ...]:
        """The module and the functions in the order of their begin, each with its own SLOC."""
        return tuple(
            Function(
                file=file,
                name=frame.name,
                line=frame.first_row + 1,
                last_line=frame.last_row + 1,
                cc=frame.decisions + 1,
                cognitive=frame.cognitive,
                sloc=count,
                digest=frame.digest,
            )
            for frame, count in zip(self._frames, sloc, strict=True)
        )
