"""Which collected tests count, and as what."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from .settings import Settings

MARKERS = {
    "core": "the theme of the checkpoint",
    "functionality": "details, interplay and boundaries of the checkpoint",
    "error": "faults that the specification names",
}
NODE = re.compile(r"(?P<checkpoint>[1-9][0-9]*)/tests/(?P<rest>[^/].*)", re.DOTALL)


class SelectionError(Exception):
    """A collected test can't be placed."""


@dataclass(frozen=True)
class Selected:
    """One test. `id` is `<n>/test_file.py::name[row]`, `function` the id without the row."""

    id: str
    function: str
    checkpoint: int
    marker: str
    group: str


def select(items: Sequence[pytest.Item], settings: Settings) -> dict[pytest.Item, Selected]:
    """The tests to run, in the order of the settings; retired ones are left out.

    Raises SelectionError for a test outside `<n>/tests/`, without exactly one marker, with the id
    of another one, for a retired id that no test has, and when there is no test at all.
    """
    placed = {item: place(item, settings.checkpoint) for item in items}
    _check_ids([test.id for test in placed.values()])
    _check_retired(settings.retired, {test.function for test in placed.values()})
    kept = [item for item, test in placed.items() if test.function not in settings.retired]
    if not kept:
        raise SelectionError("no test is left to run")
    if settings.order == "reverse":
        kept.reverse()
    return {item: placed[item] for item in kept}


def place(item: pytest.Item, checkpoint: int) -> Selected:
    """Id and group of one test; tests of earlier checkpoints are regression tests."""
    match = NODE.fullmatch(item.nodeid)
    if match is None:
        raise SelectionError(f"{item.nodeid}: not in <n>/tests/")
    own = int(match["checkpoint"])
    identity = f"{own}/{match['rest']}"
    row = f"[{item.callspec.id}]" if hasattr(item, "callspec") else ""
    marker = _marker(item)
    return Selected(
        id=identity,
        function=identity.removesuffix(row),
        checkpoint=own,
        marker=marker,
        group=marker if own == checkpoint else "regression",
    )


def _marker(item: pytest.Item) -> str:
    found = [name for name in MARKERS for _ in item.iter_markers(name)]
    if len(found) != 1:
        has = ", ".join(found) or "none"
        raise SelectionError(f"{item.nodeid}: needs one of {', '.join(MARKERS)}, has {has}")
    return found[0]


def _check_ids(ids: list[str]) -> None:
    double = [identity for identity, times in Counter(ids).items() if times > 1]
    if double:
        raise SelectionError(f"{double[0]}: two tests have this id")


def _check_retired(retired: tuple[str, ...], functions: set[str]) -> None:
    unknown = [identity for identity in retired if identity not in functions]
    if unknown:
        raise SelectionError(f"{unknown[0]}: is retired but no test has this id")
