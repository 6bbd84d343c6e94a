"""Makes the wheel maker importable, and keeps what these tests install in a state folder of their own."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def own_state() -> Iterator[Path]:
    """A state folder that sandboxes, which run under other users, can read."""
    folder = Path(tempfile.mkdtemp(prefix="slopbench-packages-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _in_own_state(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOPBENCH_STATE", str(own_state))


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """An empty folder for wheels."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder
