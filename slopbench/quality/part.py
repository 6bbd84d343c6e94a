"""The numbers of one part of a tree: its production code, or its tests."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import ceil

from slopbench.quality.clone_lines import Clones, clones_of
from slopbench.quality.erosion import erosion, excess, sensitivity_grid
from slopbench.quality.facts import FileFacts, Function

LONG_FUNCTION = 60
"""Lines of code above which a function is called long."""


@dataclass(frozen=True)
class Part:
    """Files that are scored together. What can't be measured is None, never 0."""

    files: tuple[FileFacts, ...]

    @cached_property
    def by_language(self) -> dict[str, list[FileFacts]]:
        """The files of each language, in the order of its name."""
        ordered = sorted(self.files, key=lambda facts: (facts.language, facts.file))
        return {name: list(files) for name, files in groupby(ordered, lambda facts: facts.language)}

    @cached_property
    def clones(self) -> dict[str, Clones]:
        """The clones of each language."""
        return {name: clones_of(files) for name, files in self.by_language.items()}

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """The named functions of all files."""
        return tuple(function for facts in self.files for function in facts.functions)

    @cached_property
    def lines_of_code(self) -> int:
        """SLOC of all files."""
        return sum(facts.sloc for facts in self.files)

    @property
    def unparsed(self) -> list[dict[str, object]]:
        """The files that the grammar couldn't read whole, and where it failed first."""
        return [
            {"file": facts.file, "line": facts.error_line}
            for facts in self.files
            if facts.error_line is not None
        ]

    def numbers(self) -> dict[str, object]:
        """The headline and what it is made of."""
        clone_sloc = self._sum_of_clones(lambda clones: clones.sloc)
        return {
            "sloc": self.lines_of_code if self.files else None,
            "files": len(self.files),
            "functions": len(self.functions) if self.files else None,
            "erosion": erosion(self.functions),
            "excess": excess(self.functions),
            "clone_sloc": clone_sloc,
            "clone_share": share(clone_sloc, self.lines_of_code),
            "clone_sloc_verbatim": self._sum_of_clones(lambda clones: clones.verbatim_sloc),
            "parse_errors": len(self.unparsed),
            "unparsed": self.unparsed,
        }

    def details(self) -> dict[str, object]:
        """What stands beside the headline."""
        return {
            "languages": {name: _totals(files) for name, files in self.by_language.items()},
            "encodings": dict(sorted(Counter(facts.encoding for facts in self.files).items())),
            "grid": sensitivity_grid(self.functions),
            "signals": self.signals(),
        }

    def signals(self) -> dict[str, float | None]:
        """One number each about the shape of the code; docs/metrics.md defines them."""
        complexities = sorted(function.cc for function in self.functions)
        long = [f.sloc for f in self.functions if f.sloc > LONG_FUNCTION]
        comments = sum(facts.comment_lines for facts in self.files)
        modules = [facts.module for facts in self.files]
        return {
            "max_cc": max(complexities, default=None),
            "p95_cc": percentile(complexities, 0.95),
            "long_function_share": share(sum(long), self.lines_of_code),
            "module_share": share(sum(module.sloc for module in modules), self.lines_of_code),
            "max_module_cc": max((module.cc for module in modules), default=None),
            "comment_share": share(comments, comments + self.lines_of_code),
        }

    def _sum_of_clones(self, count: Callable[[Clones], int]) -> int | None:
        return sum(map(count, self.clones.values())) if self.files else None


def _totals(files: Sequence[FileFacts]) -> dict[str, int]:
    return {
        "files": len(files),
        "sloc": sum(facts.sloc for facts in files),
        "functions": sum(len(facts.functions) for facts in files),
    }


def share(part: float | None, whole: float) -> float | None:
    """part / whole, None where there is nothing to take a share of."""
    return part / whole if whole and part is not None else None


def percentile(ascending: Sequence[int], fraction: float) -> int | None:
    """The smallest value that at least this fraction of the values doesn't exceed."""
    return ascending[ceil(fraction * len(ascending)) - 1] if ascending else None
