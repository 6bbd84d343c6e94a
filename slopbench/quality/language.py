"""What the engine must know of a programming language: a table of node types of its grammar."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tree_sitter import Node

Condition = Callable[[Node], bool]
Count = Callable[[Node], int]
Namer = Callable[[Node], Node | None]
Referrer = Callable[[Node, PurePosixPath], Iterable[str]]


def always(_: Node) -> bool:
    """The condition of a node type that counts wherever it stands."""
    return True


def named_by_field(node: Node) -> Node | None:
    """The usual place of a function's name; None makes the function part of what encloses it."""
    return node.child_by_field_name("name")


def utf8(_: bytes) -> str:
    """The encoding of languages whose files can't declare one."""
    return "utf-8"


@dataclass(frozen=True, eq=False)
class Language:
    """One dialect as data; everything that differs between languages is here.

    Node types are the grammar's own names, of named and anonymous nodes alike.
    """

    name: str
    """Dialects of one name, such as TypeScript with and without JSX, are scored as one language."""
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
    scopes: Mapping[str, Namer]
    """Classes and the like: they lend their name to the functions inside."""
    decisions: Mapping[str, Count]
    """Nodes that add to the cyclomatic complexity, each with how much; True is 1."""
    uncounted: frozenset[str]
    """Statements in which nothing is a decision."""
    nesting: Mapping[str, Condition]
    """Nodes that break the flow and make what is inside harder to read: for the cognitive complexity
    they count 1 and 1 more for each such node around them."""
    flat: Mapping[str, Condition]
    """Nodes that count 1 for the cognitive complexity wherever they stand: `else`, a run of the same
    logical operator, a jump to a label."""
    deepening: frozenset[str]
    """Nodes that count nothing and nest what is inside: functions without a name."""

    comments: frozenset[str]
    ignored: frozenset[str]
    """Leaves that are neither token nor comment."""
    docstrings: Mapping[str, Condition]

    blocks: frozenset[str]
    """Nodes that are a block without a token of their own to open and close it."""
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
    keys: Mapping[str, Condition] = field(default_factory=dict)
    """Identifiers that are data where the condition holds: what a table of literals is keyed by."""
    dialect: str | None = None
    """What the rules call it where that isn't its name."""
