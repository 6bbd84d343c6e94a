"""Dead code of Python files, as vulture finds it with a confidence of at least 80 %.

Vulture looks for the uses of a name in all files. Here it reads a file at a time, so that what it
found can be stored, and names are matched afterwards; the answer is that of one run over all files.
"""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr
from io import StringIO

from slopbench.quality.facts import DeadCode, FileFacts
from slopbench.quality.tokens import Ints

CONFIDENCE = 80


def look(code: str, file: str) -> DeadCode | None:
    """What one file says; None when vulture can't read it. Comments must be blanked already.

    The name of the file counts: an `__init__.py` imports for others.
    """
    from vulture import Vulture
    from vulture.utils import ExitCode

    vulture = Vulture()
    try:
        with warnings.catch_warnings(), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            vulture.scan(code, file)
    except (RecursionError, MemoryError):
        return None
    if vulture.exit_code == ExitCode.InvalidInput:
        return None
    found = vulture.get_unused_code(CONFIDENCE)
    return DeadCode(
        unreachable=tuple(
            (item.first_lineno - 1, item.last_lineno - 1)
            for item in found
            if item.typ == "unreachable_code"
        ),
        unused=tuple(
            (item.name, item.first_lineno - 1, item.last_lineno - 1)
            for item in found
            if item.typ != "unreachable_code"
        ),
        used_names=frozenset(vulture.used_names),
    )


def dead_lines(files: Iterable[FileFacts]) -> int | None:
    """Lines of code that are dead in these files together; None if none of them could be read."""
    read = [(facts, facts.dead_code) for facts in files if facts.dead_code]
    if not read:
        return None
    used = frozenset().union(*(dead.used_names for _, dead in read))
    return sum(len(_covered(facts.sloc_rows, dead, used)) for facts, dead in read)


def _covered(sloc_rows: Ints, dead: DeadCode, used: frozenset[str]) -> set[int]:
    rows = {row for first, last in _pieces(dead, used) for row in range(first, last + 1)}
    return rows.intersection(sloc_rows.tolist())


def _pieces(dead: DeadCode, used: frozenset[str]) -> Iterator[tuple[int, int]]:
    yield from dead.unreachable
    yield from ((first, last) for name, first, last in dead.unused if name not in used)
