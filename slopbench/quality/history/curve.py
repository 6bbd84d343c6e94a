"""A curve of several rows of blocks, for a terminal."""

from collections.abc import Sequence

_BLOCKS = " ▁▂▃▄▅▆▇█"
_STEPS = len(_BLOCKS) - 1
_GAP = "·"


def curve(values: Sequence[float | None], top: float, width: int, height: int) -> list[str]:
    """The values as columns on a scale from 0 to a positive `top`, the uppermost row first.

    What is measured has at least the lowest block; where there is nothing, a dot stands at the
    bottom. Few values are wide; of more than `width` each column shows the last that it stands for.
    """
    wide = width // len(values)
    shown = [value for value in values for _ in range(wide)] if wide else _thinned(values, width)
    columns = [_column(value, top, height) for value in shown]
    return ["".join(column[row] for column in columns) for row in range(height)]


def _thinned(values: Sequence[float | None], width: int) -> list[float | None]:
    return [values[(place + 1) * len(values) // width - 1] for place in range(width)]


def _column(value: float | None, top: float, height: int) -> str:
    """One column, from its top to its bottom."""
    if value is None:
        return " " * (height - 1) + _GAP
    filled = max(1, round(min(1.0, value / top) * height * _STEPS))
    return "".join(
        _BLOCKS[min(_STEPS, max(0, filled - below * _STEPS))] for below in reversed(range(height))
    )
