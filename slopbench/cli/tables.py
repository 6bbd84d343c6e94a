"""Tables for people, on stdout."""

from collections.abc import Iterable
from typing import Any


def show_table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print rows as a table; lists are shown with commas, and nothing is read as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        cells = (", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row)
        table.add_row(*map(Text, cells))
    Console().print(table)
