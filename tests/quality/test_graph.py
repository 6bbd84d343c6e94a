"""The module graph: what a file reaches, and what is tied in cycles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.quality.graph import module_graph, propagation_cost, tied_share

names = st.sampled_from("abcdefgh")
graphs = st.dictionaries(names, st.frozensets(names)).map(
    lambda graph: {file: others & graph.keys() - {file} for file, others in sorted(graph.items())}
)


def reached(graph, file):
    """What a file depends on, by walking until nothing new is found."""
    found, pending = set(), [file]
    while pending:
        found.add(at := pending.pop())
        pending += graph[at] - found
    return found


@given(graphs)
def test_propagation_cost_is_the_share_of_pairs_that_reach(graph):
    pairs = sum(len(reached(graph, file)) for file in graph)
    assert propagation_cost(graph) == (pairs / len(graph) ** 2 if graph else None)


@given(graphs)
def test_a_file_is_tied_when_another_one_reaches_it_back(graph):
    tied = [
        file
        for file in graph
        if any(file in reached(graph, other) for other in reached(graph, file) - {file})
    ]
    assert tied_share(graph) == (len(tied) / len(graph) if graph else None)


def test_a_long_chain_needs_no_recursion():
    chain = {str(n): frozenset({str(n + 1)}) for n in range(3000)} | {"3000": frozenset()}
    assert propagation_cost(chain) == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize(
    ("file", "code", "imports"),
    [
        ("a.py", "import b", {"b.py"}),
        ("a.py", "import p.c", {"p/c.py"}),
        ("a.py", "from p import c", {"p/c.py", "p/__init__.py"}),
        ("p/c.py", "from . import d", {"p/d.py", "p/__init__.py"}),
        ("p/c.py", "import b", {"b.py"}),
        ("q/x.py", "import near", {"q/near.py"}),
        ("a.py", "import os, json", set()),
        ("a.py", "open('b.py')", set()),
        ("a.py", "import a", set()),
    ],
)
def test_imports_lead_to_files(facts_of, file, code, imports):
    others = ["b.py", "p/__init__.py", "p/c.py", "p/d.py", "q/near.py", "r/near.py"]
    files = dict.fromkeys(others, "x = 1") | {file: code}
    graph = module_graph([facts_of(text, name) for name, text in files.items()])
    assert graph[file] == imports
