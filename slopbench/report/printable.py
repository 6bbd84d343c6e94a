"""Table cells of text that somebody else wrote."""

from rich.text import Text

from slopbench.printable import visible


def cell(text: object, style: str = "") -> Text:
    """A table cell; None is a dash. Never markup."""
    return Text("–" if text is None else visible(text), style)
