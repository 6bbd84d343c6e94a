"""What the engine must know of a programming language: a table of node types of its grammar."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from tree_sitter import Node

Condition = Callable[[Node], bool]
Namer = Callable[[Node], Node | None]
Referrer = Callable[[Node, PurePosixPath], Iterable[str]]


def always(_: Node) -> bool:
    """The condition of a node type that counts wherever it stands."""
    return True


def named_by_field(node: Node) -> Node | None:
    """The usual place of a function's name; None makes the function part of what encloses it."""
    return node.child_by_field_name("name")


@dataclass(frozen=True, eq=False)
class Language:
    """One language as data; everything that differs between languages is here.

    Node types are the grammar's own names, of named and anonymous nodes alike.
    """

    name: str
    suffixes: frozenset[str]
    """Endings of source files, with their dot."""
    interpreters: frozenset[str]
    """Programs that a `#!` line may name, without their version."""
    package: str
    """The distribution that carries the grammar; its version is part of the fingerprint."""
    grammar: Callable[[], object]
    encoding: Callable[[bytes], str]
    """The encoding that the file declares; may raise SyntaxError, else it is UTF-8."""

    functions: Mapping[str, Namer]
    scopes: frozenset[str]
    """Classes and the like: they lend their name to the functions inside."""
    decisions: Mapping[str, Condition]
    """Nodes that add one to the cyclomatic complexity, each with the condition for it."""
    uncounted: frozenset[str]
    """Statements in which nothing is a decision."""

    comments: frozenset[str]
    ignored: frozenset[str]
    """Leaves that are neither token nor comment."""
    docstrings: Mapping[str, Condition]

    blocks: frozenset[str]
    identifiers: frozenset[str]
    literals: Mapping[str, str]
    """Literals and their class."""
    literal_parts: frozenset[str]
    """Leaves out of which a literal is made, such as its quotes."""
    literal_containers: Mapping[str, str]
    """Nodes that are a literal of the named class when they hold nothing but literals."""
    brackets: frozenset[str]
    """Punctuation that may stand in such a container."""
    separator: str
    texts: frozenset[str]
    """The raw text of string literals; taken whole, never looked into."""

    imports: Mapping[str, Referrer]
    """How to read references to other files of the tree: paths without ending, from the tree's root
    when they begin with a slash, otherwise the end of a path."""
    is_test: Callable[[PurePosixPath], bool]
