"""Which checkpoint and group a test of a foreign suite belongs to."""

import os
import re

import pytest

from .selection import Selected
from .settings import Foreign

FILE = re.compile(r"test_(?P<checkpoint>.+)\.py", re.DOTALL)


def place(item: pytest.Item, foreign: Foreign) -> Selected:
    """Id and group of one test.

    Its file tells the checkpoint; a file that is named after none belongs to the one that is
    graded, but counts as regression if it looks like that of another one.
    """
    file = item.nodeid.partition("::")[0]
    match = FILE.fullmatch(os.path.basename(file))
    name = match["checkpoint"] if match else foreign.checkpoint
    own = foreign.checkpoints.get(name, foreign.checkpoints[foreign.checkpoint])
    identity = f"{own}/{item.nodeid}"
    row = f"[{item.callspec.id}]" if hasattr(item, "callspec") else ""
    marker, group = _marked(item, foreign)
    return Selected(
        id=identity,
        function=identity.removesuffix(row),
        checkpoint=own,
        marker=marker,
        group=group if name == foreign.checkpoint else "regression",
    )


def _marked(item: pytest.Item, foreign: Foreign) -> tuple[str, str]:
    """The marker that decides, and its group. Any keyword of the test may be a marker's name."""
    for marker, group in foreign.markers.items():
        if marker in item.keywords:
            return marker, group
    return "core", "core"
