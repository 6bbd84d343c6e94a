"""Erosion: how much of the mass of functions sits in complex ones (arXiv 2603.24755)."""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt

from slopbench.quality.facts import Function

CUT = 10
"""A function is complex when its cyclomatic complexity is greater."""

_CUTS = (8, 10, 12)
_WEIGHTS: dict[str, Callable[[float], float]] = {
    "none": lambda _: 1.0,
    "sqrt": sqrt,
    "linear": float,
}


def erosion(functions: Sequence[Function]) -> float | None:
    """Mass of the functions above CUT / mass of all; None without functions."""
    return _concentration(functions, CUT, sqrt)


def excess(functions: Sequence[Function]) -> float | None:
    """Sum of max(0, CC - CUT) * sqrt(SLOC) / mass of all: no step that splitting a function could
    use. None without functions."""
    return _share((max(0, each.cc - CUT) * sqrt(each.sloc), each.mass) for each in functions)


def sensitivity_grid(functions: Sequence[Function]) -> dict[str, dict[str, float | None]]:
    """Erosion for other cuts and other weights of SLOC in the mass: cut -> weight -> share."""
    return {
        str(cut): {
            name: _concentration(functions, cut, weight) for name, weight in _WEIGHTS.items()
        }
        for cut in _CUTS
    }


def _concentration(
    functions: Sequence[Function], cut: int, weight: Callable[[float], float]
) -> float | None:
    """The share of the sum of CC * weight(SLOC) that functions with CC > cut hold."""
    masses = [(each.cc * weight(each.sloc), each.cc > cut) for each in functions]
    return _share((mass * above, mass) for mass, above in masses)


def _share(parts: Iterable[tuple[float, float]]) -> float | None:
    """Sum of the first of each pair / sum of the second; None if that is nothing."""
    pairs = list(parts)
    whole = sum(all_of_it for _, all_of_it in pairs)
    return sum(part for part, _ in pairs) / whole if whole else None
