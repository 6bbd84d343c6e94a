"""The report as an SVG file, for a README."""

import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from slopbench.errors import UsageError
from slopbench.report.rows import RunReport
from slopbench.report.terminal import PLAIN_WIDTH, rendered
from slopbench.run.artefacts import write_atomically

FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""What rich writes to load fonts from a foreign host; a picture of ours asks nobody."""


def write_svg(report: RunReport, path: Path) -> None:
    """Write the terminal report as a picture. Raises UsageError where it can't."""
    console = Console(record=True, width=PLAIN_WIDTH, file=io.StringIO(), highlight=False)
    console.print(rendered(report))
    svg = console.export_svg(title="slopbench report", theme=MONOKAI)
    try:
        write_atomically(path.absolute(), FONT_FACE.sub("", svg).encode())
    except OSError as error:
        raise UsageError(
            f"can't be written: {error.strerror}", where=str(path), mend="choose another file"
        ) from error
