"""The table of Scala 2 and 3, for the grammar tree-sitter-scala.

Function literals belong to the function around them. Each generator and each `if` of a `for` counts.
Operators are names, as they are to the language.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Language, always, named_by_field, utf8
from slopbench.quality.languages.conditions import (
    enclosing,
    has_alternative,
    has_child,
    is_no_else_if,
)
from slopbench.quality.languages.paths import named_type, qualified, tests_named, written

LOGICAL = frozenset({b"&&", b"||"})


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_scala

    return tree_sitter_scala.language()


def operator_text(node: Node | None) -> bytes | None:
    """The operator of an operation, None for other nodes."""
    operator = node.child_by_field_name("operator") if node else None
    return operator.text if operator else None


def is_logical(operation: Node) -> bool:
    """Whether an operation may skip its right side."""
    return operator_text(operation) in LOGICAL


def begins_run(operation: Node) -> bool:
    """Whether such an operation isn't just one more of those around it."""
    operator = operator_text(operation)
    return operator in LOGICAL and operator_text(enclosing(operation)) != operator


def is_counted_arm(arm: Node) -> bool:
    """Whether a `case` handles an exception, or is no catch-all: it has a guard or may not match."""
    if any(child.type == "guard" for child in arm.children) or in_handler(arm):
        return True
    pattern = arm.child_by_field_name("pattern")
    return pattern is None or not binds_all(pattern)


def in_handler(arm: Node) -> bool:
    """Whether a `case` is that of a `catch`."""
    around = arm.parent.parent if arm.parent else None
    return around is not None and around.type == "catch_clause"


def binds_all(pattern: Node) -> bool:
    """Whether a pattern is `_`, a name that it binds, or a tuple of such; a name with a capital or in
    backquotes is a value."""
    if pattern.type == "tuple_pattern":
        return all(map(binds_all, pattern.named_children))
    text = pattern.text or b""
    is_value = text[:1].isupper() or text.startswith(b"`")
    return pattern.type == "wildcard" or (pattern.type == "identifier" and not is_value)


def is_filter(guard: Node) -> bool:
    """Whether an `if` belongs to a `for`; an arm with a guard counts once."""
    return guard.parent is not None and guard.parent.type != "case_clause"


def imported(statement: Node, _: PurePosixPath) -> Iterator[str]:
    """What an import names: a class, several of a package, or all of it."""
    parts = map(written, statement.children_by_field_name("path"))
    package = [part for part in parts if part != "."]
    selected = [[*package, name] for name in selected_names(statement)]
    for path in selected or [package]:
        yield from qualified(path)


def selected_names(statement: Node) -> Iterator[str]:
    """The names in the braces of an import, as they are called where they come from."""
    for group in statement.named_children:
        if group.type == "namespace_selectors":
            for name in group.named_children:
                yield written(name.child_by_field_name("name") or name)


is_test = tests_named(r".*(Tests?|Specs?|Suite)", ("test", "tests", "it", "testFixtures"))

SCALA = Language(
    name="scala",
    suffixes=frozenset({".scala", ".sc", ".sbt"}),
    interpreters=frozenset({"scala", "scala-cli", "amm"}),
    package="tree-sitter-scala",
    grammar=grammar,
    encoding=utf8,
    functions={"function_definition": named_by_field},
    scopes={
        "class_definition": named_by_field,
        "object_definition": named_by_field,
        "trait_definition": named_by_field,
        "enum_definition": named_by_field,
        "given_definition": named_by_field,
        "package_object": named_by_field,
    },
    decisions={
        "if_expression": always,
        "enumerator": has_child("<-", "←"),
        "guard": is_filter,
        "while_expression": always,
        "do_while_expression": always,
        "case_clause": is_counted_arm,
        "infix_expression": is_logical,
    },
    uncounted=frozenset(),
    nesting={
        "if_expression": is_no_else_if,
        "for_expression": always,
        "while_expression": always,
        "do_while_expression": always,
        "match_expression": always,
        "catch_clause": always,
    },
    flat={"if_expression": has_alternative, "infix_expression": begins_run},
    deepening=frozenset({"lambda_expression"}),
    comments=frozenset({"comment", "block_comment"}),
    ignored=frozenset({"string"}),
    docstrings={},
    blocks=frozenset({"indented_block", "indented_cases"}),
    identifiers=frozenset({"identifier", "operator_identifier", "type_identifier", "_end_ident"}),
    literals={
        "integer_literal": "number",
        "floating_point_literal": "number",
        "character_literal": "character",
        "string": "string",
        "true": "boolean",
        "false": "boolean",
        "null_literal": "null",
    },
    literal_parts=frozenset({'"', '"""', "escape_sequence", "interpolated_string"}),
    literal_containers={"prefix_expression": "number", "tuple_expression": "run"},
    brackets=frozenset({"[", "]", "(", ")", "{", "}", "-", "+", "~"}),
    separator=",",
    texts=frozenset(),
    imports={
        "import_declaration": imported,
        "identifier": named_type,
        "type_identifier": named_type,
    },
    is_test=is_test,
)
