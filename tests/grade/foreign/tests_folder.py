"""Where the synthetic set lies, and a copy of it without what its user has allowed."""

import shutil
from pathlib import Path

SET = Path(__file__).parents[2] / "fixtures" / "scbench"


def copied_set(folder: Path) -> Path:
    """A copy without slopbench.toml."""
    copy = folder / "copied"
    shutil.copytree(SET, copy)
    (copy / "slopbench.toml").unlink()
    return copy
