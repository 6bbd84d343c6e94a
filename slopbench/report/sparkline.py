"""Small curves in one line of text."""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"


def sparkline(values: Sequence[float | None], top: float) -> str:
    """One block a value, on a scale from 0 to a positive `top`; a dot where there is none."""
    return "".join(GAP if value is None else _block(value / top) for value in values)


def _block(share: float) -> str:
    return BLOCKS[min(len(BLOCKS) - 1, max(0, int(share * len(BLOCKS))))]
