"""The trees of the runners that need no model."""

from slopbench.problem.bench import Bench
from slopbench.runner.model import PlayedRunner
from slopbench.runner.sloppy import sloppy_tree
from slopbench.runner.trees import Tree, read_tree


def played_tree(
    runner: PlayedRunner, bench: Bench, slug: str, language: str, n: int
) -> Tree | None:
    """What the workspace holds after checkpoint `n`; None if it stays as it is.

    Raises UsageError if there is no reference in that language, or `sloppy` doesn't know it.
    """
    if runner.plays == "nothing" or (runner.plays == "previous" and n > 1):
        return None
    reference = read_tree(bench.reference(slug, language, n))
    if runner.plays == "sloppy":
        return sloppy_tree(reference, language, n)
    return reference
