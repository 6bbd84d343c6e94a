"""The signals of a checkpoint that need the states of the code before it."""

from collections.abc import Sequence
from pathlib import Path

from slopbench.quality.change import change, survival
from slopbench.quality.facts import FileFacts
from slopbench.quality.files import Scope, find_files
from slopbench.quality.new_clones import NewClones, new_clones
from slopbench.quality.part import Part
from slopbench.quality.reading import read_plainly
from slopbench.quality.score import divided
from slopbench.quality.signals import Signals


def change_signals(now: Part, earlier: Sequence[Path]) -> Signals:
    """How the production code changed since the folders of the states before, the newest first.

    At the first checkpoint, which has none before, everything was added, and nothing can survive.
    """
    states = [_production(folder) for folder in earlier]
    before = states[0] if states else ()
    return {
        **change(before, now.files).to_json(),
        "first_lines_survival": survival(states[-1], now.files) if states else None,
        "new_clone_share": _new_clones(before, now).share,
    }


def _production(folder: Path) -> tuple[FileFacts, ...]:
    files = find_files(folder, Scope.RUN).measured
    return divided(files, read_plainly(files)).production


def _new_clones(before: Sequence[FileFacts], now: Part) -> NewClones:
    """The new clones of all languages together."""
    total = NewClones(0, 0)
    for clones in now.clones:
        language = clones.files[0].language
        total += new_clones([facts for facts in before if facts.language == language], clones)
    return total
