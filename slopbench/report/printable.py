"""Text that somebody else wrote, made safe to show on a terminal."""

from rich.text import Text

LONGEST = 300


def visible(text: str, longest: int = LONGEST) -> str:
    """The text with unprintable characters (control, format, …) as escapes, cut if overlong."""
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text[:longest]
    )
    return shown + "…" if len(text) > longest else shown


def cell(text: object, style: str = "") -> Text:
    """A table cell; None is a dash. Never markup."""
    return Text("–" if text is None else visible(str(text)), style)
