"""Text that somebody else wrote, made safe to show on a terminal."""

LONGEST = 300


def visible(text: object, longest: int = LONGEST) -> str:
    """The text with unprintable characters (control, format, …) as escapes, cut if overlong."""
    words = str(text)
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in words[:longest])
    return shown + "…" if len(words) > longest else shown
