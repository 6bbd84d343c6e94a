"""The house: which room may import from which, and what a module may be called."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "slopbench"
CHAIN = ["problem", "runner", "grade", "quality", "run", "report", "cli"]
LEAVES = {"sandbox", "snapshots", "stats", "errors", "config", "printable"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc", "util"}
INSIDE_SANDBOXES = sorted((PACKAGE / "sandbox" / "inside").rglob("*.py"))
MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if "template" not in path.parts and "_bench" not in path.parts
)


def imported_rooms(path: Path) -> set[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    rooms = (name.split(".")[1] for name in names if name.startswith("slopbench."))
    return {room for room in rooms if room != "__version__"}


@pytest.mark.parametrize("room", [*CHAIN, "sandbox", "snapshots", "stats"])
def test_a_room_imports_only_from_rooms_to_its_left_and_from_leaves(room):
    allowed = LEAVES | {room}
    allowed |= set(CHAIN[: CHAIN.index(room)]) if room in CHAIN else set()
    strangers = {
        f"{path.relative_to(PACKAGE)} imports {sorted(imported_rooms(path) - allowed)}"
        for path in (PACKAGE / room).rglob("*.py")
        if "template" not in path.parts and imported_rooms(path) - allowed
    }
    assert not strangers


def test_a_leaf_room_knows_no_other_room():
    for room in ("snapshots", "stats", "sandbox"):
        for path in (PACKAGE / room).rglob("*.py"):
            assert imported_rooms(path) <= {room, "errors", "config", "printable"}, path


def test_code_that_runs_inside_a_sandbox_imports_nothing_of_the_engine():
    for path in [*INSIDE_SANDBOXES, *(PACKAGE / "grade" / "kit").rglob("*.py")]:
        assert not imported_rooms(path), path


def test_no_module_has_a_name_that_says_nothing():
    assert not [path for path in MODULES if path.stem in FORBIDDEN_NAMES]


def test_modules_are_one_idea_long():
    longest = {
        str(path.relative_to(PACKAGE)): len(path.read_text().splitlines()) for path in MODULES
    }
    assert not {name: lines for name, lines in longest.items() if lines > 450}
