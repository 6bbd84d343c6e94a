"""Which files of a tree depend on which: how far a change may reach, and what is tied in cycles."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import PurePosixPath

from slopbench.quality.facts import FileFacts
from slopbench.quality.names import files_by_ending

Graph = Mapping[str, frozenset[str]]


def module_graph(files: Sequence[FileFacts]) -> Graph:
    """The files that each file imports. Where a reference could mean several, the nearest is taken:
    the one that shares most folders with the file that refers to it."""
    by_ending = files_by_ending(facts.file for facts in files)
    return {
        facts.file: frozenset(
            chain.from_iterable(
                _meant(facts.file, reference, by_ending[reference])
                for reference in facts.references
                if reference in by_ending
            )
        )
        - {facts.file}
        for facts in files
    }


def propagation_cost(graph: Graph) -> float | None:
    """Share of the pairs of files (a, b), a itself included, for which a depends on b, directly or
    not: the density of the visibility matrix (MacCormack, Rusnak, Baldwin 2006). None without files.
    """
    reach = _reachable(graph)
    return sum(each.bit_count() for each in reach.values()) / len(graph) ** 2 if graph else None


def tied_share(graph: Graph) -> float | None:
    """Share of the files that depend on themselves through others. None without files."""
    tied = sum(len(group) for group in _components(graph) if len(group) > 1)
    return tied / len(graph) if graph else None


def _meant(file: str, reference: str, candidates: Iterable[str]) -> Iterable[str]:
    """The file that a reference means, or all of a folder if it ends with a star."""
    nearest = _nearest(file, candidates)
    if not reference.endswith("*"):
        return [nearest]
    folder = PurePosixPath(nearest).parent
    return (each for each in candidates if PurePosixPath(each).parent == folder)


def _nearest(file: str, candidates: Iterable[str]) -> str:
    folders = PurePosixPath(file).parent.parts

    def distance(candidate: str) -> tuple[int, int, str]:
        other = PurePosixPath(candidate).parent.parts
        shared = next(
            (n for n, (a, b) in enumerate(zip(folders, other, strict=False)) if a != b),
            min(len(folders), len(other)),
        )
        return -shared, len(other), candidate

    return min(candidates, key=distance)


def _reachable(graph: Graph) -> dict[str, int]:
    """For each file the set of what it depends on, itself included, as the bits of a number.

    Components come after those that they depend on, so that each is looked at once.
    """
    bit = {file: 1 << number for number, file in enumerate(graph)}
    reach: dict[str, int] = {}
    for component in _components(graph):
        found = 0
        for file in component:
            found |= bit[file]
            for other in graph[file]:
                found |= reach.get(other, 0)
        reach |= dict.fromkeys(component, found)
    return reach


def _components(graph: Graph) -> list[list[str]]:
    """The strongly connected components, each after those that it depends on (Tarjan 1972)."""
    search = _Search(graph)
    for file in graph:
        if file not in search.low:
            search.run(file)
    return search.components


class _Search:
    """Tarjan's search without recursion, however long a chain of imports is."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._open: list[str] = []
        self._number: dict[str, int] = {}
        self._closed: set[str] = set()
        self.low: dict[str, int] = {}
        self.components: list[list[str]] = []

    def run(self, root: str) -> None:
        """Find the components of everything that the root depends on."""
        self._enter(root)
        path = [(root, iter(sorted(self._graph[root])))]
        while path:
            file, others = path[-1]
            other = next(others, None)
            if other is None:
                path.pop()
                self._leave(file, path[-1][0] if path else None)
            elif other not in self._number:
                self._enter(other)
                path.append((other, iter(sorted(self._graph[other]))))
            elif other not in self._closed:
                self.low[file] = min(self.low[file], self._number[other])

    def _enter(self, file: str) -> None:
        self._number[file] = self.low[file] = len(self._number)
        self._open.append(file)

    def _leave(self, file: str, parent: str | None) -> None:
        if self.low[file] == self._number[file]:
            begin = self._open.index(file)
            self.components.append(self._open[begin:])
            self._closed.update(self._open[begin:])
            del self._open[begin:]
        if parent is not None:
            self.low[parent] = min(self.low[parent], self.low[file])
