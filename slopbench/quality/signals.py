"""One number each about the shape of the code, beside the headline; docs/metrics.md defines them."""

from collections.abc import Sequence
from math import ceil

from slopbench.quality.dead import dead_lines
from slopbench.quality.facts import FileFacts, Function
from slopbench.quality.graph import module_graph, propagation_cost, tied_share

LONG_FUNCTION = 60
"""Lines of code above which a function is called long."""
HARD_TO_READ = 15
"""The cognitive complexity above which a function is called hard to read."""

Signals = dict[str, float | None]


def signals(files: Sequence[FileFacts]) -> Signals:
    """The signals of files that are scored together; None where there is nothing to measure."""
    functions = [function for facts in files for function in facts.functions]
    graph = module_graph(files)
    return {
        **_of_functions(functions, sum(facts.sloc for facts in files)),
        **_of_lines(files),
        "propagation_cost": propagation_cost(graph),
        "tied_share": tied_share(graph),
    }


def share(part: float | None, whole: float) -> float | None:
    """part / whole, None where there is nothing to take a share of."""
    return part / whole if whole and part is not None else None


def percentile(ascending: Sequence[int], fraction: float) -> int | None:
    """The smallest value that at least this fraction of the values doesn't exceed."""
    return ascending[ceil(fraction * len(ascending)) - 1] if ascending else None


def _of_functions(functions: Sequence[Function], sloc: int) -> Signals:
    complexities = sorted(function.cc for function in functions)
    cognitive = [function.cognitive for function in functions]
    return {
        "max_cc": max(complexities, default=None),
        "p95_cc": percentile(complexities, 0.95),
        "max_cognitive": max(cognitive, default=None),
        "cognitive_share": share(
            sum(each for each in cognitive if each > HARD_TO_READ), sum(cognitive)
        ),
        "long_function_share": share(
            sum(each.sloc for each in functions if each.sloc > LONG_FUNCTION), sloc
        ),
    }


def _of_lines(files: Sequence[FileFacts]) -> Signals:
    sloc = sum(facts.sloc for facts in files)
    comments = sum(facts.comment_lines for facts in files)
    modules = [facts.module for facts in files]
    readable = sum(facts.sloc for facts in files if facts.dead_code)
    return {
        "module_share": share(sum(module.sloc for module in modules), sloc),
        "max_module_cc": max((module.cc for module in modules), default=None),
        "main_file_share": share(max((facts.sloc for facts in files), default=0), sloc),
        "comment_share": share(comments, comments + sloc),
        "dead_code_share": share(dead_lines(files), readable),
    }
