"""The table of Python, for the grammar tree-sitter-python."""

import io
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import tree_sitter_python
from tree_sitter import Node

from slopbench.quality.language import Language, always, named_by_field


def declared_encoding(data: bytes) -> str:
    """By byte order mark or PEP 263 cookie, else UTF-8; raises SyntaxError if it is unknown."""
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def is_counted_arm(arm: Node) -> bool:
    """Whether a `case` adds a decision itself: not the default, and not one whose guard does.

    The default is a bare `_` or a bare name without guard; a guarded arm is counted once, by the
    `if` of its guard.
    """
    if arm.child_by_field_name("guard") is not None:
        return False
    patterns = [child for child in arm.children if child.type in ("case_pattern", ",")]
    return len(patterns) > 1 or not is_catch_all(patterns[0])


def is_catch_all(pattern: Node) -> bool:
    """Whether a pattern is `_` or one plain name."""
    if pattern.child_count != 1:
        return False
    only = pattern.children[0]
    return only.type == "_" or (only.type == "dotted_name" and only.child_count == 1)


def is_alternative(clause: Node) -> bool:
    """Whether an `else` is that of a branch or loop; that of a `try` goes on with what was tried."""
    return clause.parent is not None and clause.parent.type != "try_statement"


def begins_run_of_operators(operation: Node) -> bool:
    """Whether an `and` or `or` isn't just one more of those around it."""
    around = operation.parent
    while around is not None and around.type == "parenthesized_expression":
        around = around.parent
    return around is None or _operator(around) != _operator(operation)


def _operator(node: Node) -> str | None:
    operator = node.child_by_field_name("operator")
    return operator.type if operator and node.type == "boolean_operator" else None


def is_docstring(statement: Node) -> bool:
    """Whether an expression statement is a bare string, which does nothing wherever it stands."""
    if statement.child_count != 1:
        return False
    only = statement.children[0]
    if only.type == "concatenated_string":
        return all(is_plain_string(part) for part in only.named_children if part.type == "string")
    return is_plain_string(only)


def is_plain_string(node: Node) -> bool:
    """Whether a node is a string without `b`, `f` or `t` prefix: only such can be a docstring."""
    if node.type != "string" or not node.children:
        return False
    prefix = node.children[0].text or b""
    return not set(prefix.lower()) & set(b"bft")


def plain_import(statement: Node, _: PurePosixPath) -> Iterator[str]:
    """The modules of `import a.b, c as d`."""
    for name in statement.children_by_field_name("name"):
        yield from dotted_path(name)


def from_import(statement: Node, file: PurePosixPath) -> Iterator[str]:
    """The module of `from a.b import c, d`, and c and d in it, for they may be modules as well."""
    module = statement.child_by_field_name("module_name")
    if module is None:
        return
    base = "".join(dotted_path(module))
    if module.type == "relative_import":
        base = "/" + "/".join(relative_base(module, file))
    yield base
    for name in statement.children_by_field_name("name"):
        yield from (f"{base.rstrip('/')}/{path}" for path in dotted_path(name))


def relative_base(module: Node, file: PurePosixPath) -> Iterable[str]:
    """The parts of the path that `..a.b` in `file` names."""
    dots = 0
    named: list[str] = []
    for child in module.named_children:
        if child.type == "import_prefix":
            dots = (child.text or b"").count(b".")
        else:
            named.extend(dotted_path(child))
    folders = file.parent.parts
    return [*folders[: max(0, len(folders) - (dots - 1))], *named]


def dotted_path(node: Node) -> Iterator[str]:
    """The name `a.b` as the path `a/b`; what is renamed by `as` by its first name."""
    if node.type == "aliased_import":
        named = node.child_by_field_name("name")
        yield from dotted_path(named) if named else ()
    elif node.type == "dotted_name":
        text = (node.text or b"").decode("utf-8", "replace")
        yield "/".join(part.strip() for part in text.split("."))


def is_test(file: PurePosixPath) -> bool:
    """Whether pytest or unittest would take the file for tests, or it lies in a folder of tests."""
    stem = file.stem
    named = (
        stem.startswith("test_") or stem.endswith("_test") or stem in ("conftest", "tests", "test")
    )
    return named or not {"test", "tests"}.isdisjoint(file.parent.parts)


PYTHON = Language(
    name="python",
    suffixes=frozenset({".py", ".pyw"}),
    interpreters=frozenset({"python", "pypy"}),
    package="tree-sitter-python",
    grammar=tree_sitter_python.language,
    encoding=declared_encoding,
    functions={"function_definition": named_by_field},
    scopes={"class_definition": named_by_field},
    decisions={
        "if_statement": always,
        "elif_clause": always,
        "for_statement": always,
        "while_statement": always,
        "except_clause": always,
        "case_clause": is_counted_arm,
        "if_clause": always,
        "for_in_clause": always,
        "boolean_operator": always,
        "conditional_expression": always,
    },
    uncounted=frozenset({"assert_statement"}),
    nesting={
        "if_statement": always,
        "for_statement": always,
        "while_statement": always,
        "except_clause": always,
        "match_statement": always,
        "conditional_expression": always,
    },
    flat={
        "elif_clause": always,
        "else_clause": is_alternative,
        "boolean_operator": begins_run_of_operators,
    },
    deepening=frozenset({"lambda"}),
    comments=frozenset({"comment"}),
    ignored=frozenset({"line_continuation"}),
    docstrings={"expression_statement": is_docstring},
    blocks=frozenset({"block"}),
    identifiers=frozenset({"identifier"}),
    literals={
        "integer": "number",
        "float": "number",
        "true": "boolean",
        "false": "boolean",
        "none": "none",
    },
    literal_parts=frozenset({"string_start", "string_end"}),
    literal_containers={
        "string": "string",
        "concatenated_string": "string",
        "unary_operator": "number",
        "pair": "run",
        "list": "run",
        "tuple": "run",
        "set": "run",
        "dictionary": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", ":", "-", "+", "~"}),
    separator=",",
    texts=frozenset({"string_content"}),
    imports={"import_statement": plain_import, "import_from_statement": from_import},
    is_test=is_test,
)
