"""The table of Go, for the grammar tree-sitter-go."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Language, always, utf8
from slopbench.quality.languages.conditions import (
    begins_run,
    has_alternative,
    has_child,
    has_operator,
    is_no_else_if,
    named_with_body,
)
from slopbench.quality.languages.paths import written

VALUES = frozenset(
    {
        "literal_element",
        "keyed_element",
        "literal_value",
        "composite_literal",
        "unary_expression",
        "parenthesized_expression",
        "expression_list",
    }
)
"""What may stand between a variable and a function that is, or is in, its value."""
PACKAGE_LEVEL = frozenset({"source_file", "var_spec_list", "var_declaration"})


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_go

    return tree_sitter_go.language()


def receiver(method: Node) -> Node | None:
    """The type that a method belongs to, without pointer and type parameters."""
    found = method.child_by_field_name("receiver")
    while found is not None and found.type != "type_identifier":
        found = next(
            (
                child
                for child in found.named_children
                if child.type not in ("identifier", "comment")
            ),
            None,
        )
    return found


def named_by_variable(literal: Node) -> Node | None:
    """The name of a function literal at package level, where no function encloses it.

    It is the key of the innermost literal that it stands in, otherwise the variable.
    """
    holder, key = literal.parent, None
    while holder is not None and holder.type in VALUES:
        if holder.type == "keyed_element":
            key = key or holder.child_by_field_name("key")
        holder = holder.parent
    if holder is None or holder.type != "var_spec" or not is_at_package_level(holder):
        return None
    return key or holder.child_by_field_name("name")


def is_at_package_level(variable: Node) -> bool:
    """Whether a variable is one of the package, not of a function."""
    around = variable.parent
    while around is not None and around.type in PACKAGE_LEVEL:
        around = around.parent
    return around is None


CONSTANTS = frozenset(
    {
        "interpreted_string_literal",
        "raw_string_literal",
        "int_literal",
        "float_literal",
        "rune_literal",
        "true",
        "false",
        "nil",
        "unary_expression",
        "literal_value",
    }
)


def is_key_of_constant(name: Node) -> bool:
    """Whether a name is the key of a value that is data, so that both belong to a table."""
    pair = name.parent.parent if name.parent else None
    if pair is None or pair.type != "keyed_element":
        return False
    key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    if key != name.parent or value is None or not value.children:
        return False
    return value.children[0].type in CONSTANTS


def imported(spec: Node, _: PurePosixPath) -> Iterator[str]:
    """The folders that an import path may mean: all of it, or what follows the module's name.

    `/*` at the end of a reference means the files in a folder.
    """
    path = spec.child_by_field_name("path")
    if path is None:
        return
    parts = written(path)[1:-1].split("/")
    yield "/".join([*parts, "*"])
    for begin in range(1, len(parts)):
        yield "/" + "/".join([*parts[begin:], "*"])


def is_test(file: PurePosixPath) -> bool:
    """Whether the compiler leaves the file out of the program: it goes by the name alone."""
    return file.stem.endswith("_test")


GO = Language(
    name="go",
    suffixes=frozenset({".go"}),
    interpreters=frozenset({"go", "gorun"}),
    package="tree-sitter-go",
    grammar=grammar,
    encoding=utf8,
    functions={
        "function_declaration": named_with_body,
        "method_declaration": named_with_body,
        "func_literal": named_by_variable,
    },
    scopes={"method_declaration": receiver},
    decisions={
        "if_statement": always,
        "for_statement": always,
        "expression_case": always,
        "type_case": always,
        "communication_case": always,
        "binary_expression": has_operator("&&", "||"),
    },
    uncounted=frozenset(),
    nesting={
        "if_statement": is_no_else_if,
        "for_statement": always,
        "expression_switch_statement": always,
        "type_switch_statement": always,
        "select_statement": always,
    },
    flat={
        "if_statement": has_alternative,
        "binary_expression": begins_run("&&", "||"),
        "break_statement": has_child("label_name"),
        "continue_statement": has_child("label_name"),
        "goto_statement": always,
    },
    deepening=frozenset(),
    comments=frozenset({"comment"}),
    ignored=frozenset(),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset(
        {
            "field_identifier",
            "type_identifier",
            "package_identifier",
            "label_name",
            "blank_identifier",
        }
    ),
    keys={"identifier": is_key_of_constant},
    literals={
        "int_literal": "number",
        "float_literal": "number",
        "imaginary_literal": "number",
        "rune_literal": "character",
        "true": "boolean",
        "false": "boolean",
        "nil": "nil",
    },
    literal_parts=frozenset({'"', "`", "escape_sequence"}),
    literal_containers={
        "interpreted_string_literal": "string",
        "raw_string_literal": "string",
        "unary_expression": "number",
        "keyed_element": "run",
        "literal_value": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", ":", "-", "+", "^"}),
    separator=",",
    texts=frozenset({"interpreted_string_literal_content", "raw_string_literal_content"}),
    imports={"import_spec": imported},
    is_test=is_test,
)
