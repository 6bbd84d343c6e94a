"""The table of Java, for the grammar tree-sitter-java."""

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
    named_with_body,
)
from slopbench.quality.languages.paths import qualified, written

_TEST_CLASS = re.compile(r"Test([A-Z0-9_].*)?|.*(Tests?|TestCase|ITCase)|.*[a-z]IT")
_TEST_SOURCES = re.compile(r"(^|/)src/(test|it|integrationTest|testFixtures)/|^tests?/")


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_java

    return tree_sitter_java.language()


def named_by_constant(function: Node) -> Node | None:
    """The name of a lambda that is the value of a field, where no method encloses it."""
    variable = function.parent
    if variable is None or variable.type != "variable_declarator" or variable.parent is None:
        return None
    is_field = variable.parent.type in ("field_declaration", "constant_declaration")
    return variable.child_by_field_name("name") if is_field else None


def is_case(label: Node) -> bool:
    """Whether a label is no default; `case null, default` is one."""
    return all(child.text != b"default" for child in label.children)


def imported(statement: Node, _: PurePosixPath) -> Iterator[str]:
    """The class of an import, or the one that a static import takes a member of."""
    for name in statement.named_children[:1]:
        parts = written(name).replace(" ", "").split(".")
        yield from qualified(parts)
        if has_child("static")(statement):
            yield from qualified(parts[:-1])


def named_type(name: Node, _: PurePosixPath) -> Iterator[str]:
    """A type by its name: one of the same package, or of a whole imported one, has no import."""
    yield written(name)


def named_object(access: Node, _: PurePosixPath) -> Iterator[str]:
    """What a member is taken of, as it may be a class and the member static."""
    holder = access.child_by_field_name("object") or access.child(0)
    if holder is not None and holder.type == "identifier":
        yield written(holder)


def is_test(file: PurePosixPath) -> bool:
    """Whether the usual builders take the class for a test, or the file lies among test sources."""
    return bool(_TEST_CLASS.fullmatch(file.stem) or _TEST_SOURCES.search(file.as_posix()))


JAVA = Language(
    name="java",
    suffixes=frozenset({".java"}),
    interpreters=frozenset({"java", "jbang"}),
    package="tree-sitter-java",
    grammar=grammar,
    encoding=utf8,
    functions={
        "method_declaration": named_with_body,
        "constructor_declaration": named_by_field,
        "compact_constructor_declaration": named_by_field,
        "lambda_expression": named_by_constant,
    },
    scopes={
        "class_declaration": named_by_field,
        "record_declaration": named_by_field,
        "enum_declaration": named_by_field,
        "enum_constant": named_by_field,
        "interface_declaration": named_by_field,
        "annotation_type_declaration": named_by_field,
    },
    decisions={
        "if_statement": always,
        "for_statement": always,
        "enhanced_for_statement": always,
        "while_statement": always,
        "do_statement": always,
        "catch_clause": always,
        "switch_label": is_case,
        "ternary_expression": always,
        "binary_expression": has_operator("&&", "||"),
    },
    uncounted=frozenset({"assert_statement"}),
    nesting={
        "if_statement": is_no_else_if,
        "for_statement": always,
        "enhanced_for_statement": always,
        "while_statement": always,
        "do_statement": always,
        "catch_clause": always,
        "switch_expression": always,
        "ternary_expression": always,
    },
    flat={
        "if_statement": has_alternative,
        "binary_expression": begins_run("&&", "||"),
        "break_statement": has_child("identifier"),
        "continue_statement": has_child("identifier"),
    },
    deepening=frozenset(),
    comments=frozenset({"line_comment", "block_comment"}),
    ignored=frozenset(),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset({"identifier", "type_identifier"}),
    literals={
        "decimal_integer_literal": "number",
        "hex_integer_literal": "number",
        "octal_integer_literal": "number",
        "binary_integer_literal": "number",
        "decimal_floating_point_literal": "number",
        "hex_floating_point_literal": "number",
        "character_literal": "character",
        "true": "boolean",
        "false": "boolean",
        "null_literal": "null",
    },
    literal_parts=frozenset({'"', '"""', "escape_sequence"}),
    literal_containers={
        "string_literal": "string",
        "unary_expression": "number",
        "array_initializer": "run",
        "element_value_array_initializer": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", "-", "+", "~"}),
    separator=",",
    texts=frozenset({"string_fragment", "multiline_string_fragment"}),
    imports={
        "import_declaration": imported,
        "type_identifier": named_type,
        "method_invocation": named_object,
        "field_access": named_object,
        "method_reference": named_object,
    },
    is_test=is_test,
)
