"""The table of JavaScript with JSX, for the grammar tree-sitter-javascript."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Language, always, named_by_field, utf8
from slopbench.quality.languages.conditions import (
    begins_run,
    has_alternative,
    has_child,
    has_operator,
    is_no_else_if,
)
from slopbench.quality.languages.paths import written

SHORT_CIRCUIT = ("&&", "||", "??")
NAMED_VALUES = {
    "variable_declarator": "name",
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "pair": "key",
    "field_definition": "property",
    "public_field_definition": "name",
}
"""Nodes that give a function a name, and the field that holds it."""
CASTS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression"})
MODULE_SUFFIXES = frozenset({".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"})
TEST_FOLDERS = frozenset({"test", "tests", "__tests__", "spec", "specs"})
TEST_WORDS = ("test", "spec")


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_javascript

    return tree_sitter_javascript.language()


def named_by_place(node: Node) -> Node | None:
    """The name of a function or class: its own, or that of what it is the value of.

    The default export of a module is named `default`. A callback has no name.
    """
    own = node.child_by_field_name("name")
    holder = node.parent
    while holder is not None and holder.type in CASTS:
        holder = holder.parent
    if own is not None or holder is None:
        return own
    if holder.type == "export_statement":
        return next((child for child in holder.children if child.type == "default"), None)
    field = NAMED_VALUES.get(holder.type)
    return holder.child_by_field_name(field) if field else None


def imported(statement: Node, file: PurePosixPath) -> Iterator[str]:
    """The module of `import … from`, `export … from` and `import … = require(…)`."""
    source = statement.child_by_field_name("source")
    if source is not None:
        yield from module_paths(source, file)


def required(call: Node, file: PurePosixPath) -> Iterator[str]:
    """The module of `require(…)` and `import(…)`, if it is a plain string."""
    function = call.child_by_field_name("function")
    arguments = call.child_by_field_name("arguments")
    if function is None or arguments is None or function.text not in (b"require", b"import"):
        return
    for first in arguments.named_children[:1]:
        yield from module_paths(first, file)


def module_paths(literal: Node, file: PurePosixPath) -> Iterator[str]:
    """The path that the name of a module may mean; none for that of an installed package."""
    name = written(literal)[1:-1]
    if literal.type not in ("string", "template_string") or not {"/", "."} & set(name):
        return
    stem, suffix = posixpath.splitext(name)
    if suffix in MODULE_SUFFIXES:
        name = stem
    if name.split("/")[0] in (".", ".."):
        yield posixpath.normpath(f"/{file.parent}/{name}")
    else:
        yield name.lstrip("@~#/")


CONSTANTS = frozenset(
    {"string", "number", "true", "false", "null", "unary_expression", "array", "object"}
)


def is_key_of_constant(name: Node) -> bool:
    """Whether a name is the key of a value that is data, so that both belong to a table."""
    pair = name.parent
    if pair is None or pair.type != "pair":
        return False
    value = pair.child_by_field_name("value")
    return value is not None and value.type in CONSTANTS and pair.child(0) == name


def is_test(file: PurePosixPath) -> bool:
    """Whether a usual runner would take the file for tests, or it lies in a folder of tests."""
    stem = file.stem.lower()
    named = stem.startswith(("test-", "test_")) or re.split("[._-]", stem)[-1] in TEST_WORDS
    return named or not TEST_FOLDERS.isdisjoint(file.parent.parts)


WHOLE = frozenset({"regex"})
"""Literals of several leaves that are one token."""

JAVASCRIPT = Language(
    name="javascript",
    suffixes=frozenset({".js", ".mjs", ".cjs", ".jsx"}),
    interpreters=frozenset({"node", "nodejs", "bun"}),
    package="tree-sitter-javascript",
    grammar=grammar,
    encoding=utf8,
    functions={
        "function_declaration": named_by_place,
        "generator_function_declaration": named_by_place,
        "function_expression": named_by_place,
        "generator_function": named_by_place,
        "arrow_function": named_by_place,
        "method_definition": named_by_field,
    },
    scopes={"class_declaration": named_by_place, "class": named_by_place},
    decisions={
        "if_statement": always,
        "for_statement": always,
        "for_in_statement": always,
        "while_statement": always,
        "do_statement": always,
        "catch_clause": always,
        "switch_case": always,
        "ternary_expression": always,
        "binary_expression": has_operator(*SHORT_CIRCUIT),
        "augmented_assignment_expression": has_operator("&&=", "||=", "??="),
    },
    uncounted=frozenset(),
    nesting={
        "if_statement": is_no_else_if,
        "for_statement": always,
        "for_in_statement": always,
        "while_statement": always,
        "do_statement": always,
        "catch_clause": always,
        "switch_statement": always,
        "ternary_expression": always,
    },
    flat={
        "if_statement": has_alternative,
        "binary_expression": begins_run(*SHORT_CIRCUIT),
        "break_statement": has_child("statement_identifier"),
        "continue_statement": has_child("statement_identifier"),
    },
    deepening=frozenset(),
    comments=frozenset({"comment", "html_comment", "hash_bang_line"}),
    ignored=WHOLE,
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset(
        {
            "identifier",
            "private_property_identifier",
            "shorthand_property_identifier",
            "shorthand_property_identifier_pattern",
            "statement_identifier",
        }
    ),
    keys={"property_identifier": is_key_of_constant},
    literals={
        "number": "number",
        "true": "boolean",
        "false": "boolean",
        "null": "null",
        "undefined": "null",
        "regex": "regex",
    },
    literal_parts=frozenset({'"', "'", "`", "escape_sequence"}),
    literal_containers={
        "string": "string",
        "template_string": "string",
        "unary_expression": "number",
        "pair": "run",
        "array": "run",
        "object": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", ":", "-", "+", "~"}),
    separator=",",
    texts=frozenset({"string_fragment", "jsx_text", "html_character_reference"}),
    imports={
        "import_statement": imported,
        "export_statement": imported,
        "call_expression": required,
    },
    is_test=is_test,
)
