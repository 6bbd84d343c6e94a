"""The table of PHP, for the grammar tree-sitter-php.

Text outside the tags is no code, and neither are the tags. Closures belong to what encloses them. A
heredoc is taken whole as well as in parts, for the grammar loses some of its lines.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Language, always, named_by_field, utf8
from slopbench.quality.languages.conditions import (
    begins_run,
    has_child,
    has_operator,
    is_no_else_if,
    named_with_body,
)
from slopbench.quality.languages.paths import named_type, qualified, tests_named, written

SHORT_CIRCUIT = ("&&", "||", "and", "or", "??")


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_php

    return tree_sitter_php.language_php()


def named_by_property(hooks: Node) -> Node | None:
    """The hooks of a property, or of a parameter that is one, are called by it."""
    around = hooks.parent
    if around is None:
        return None
    parts = [part for part in around.children if part.type == "property_element"]
    variable = (parts[0] if parts else around).child_by_field_name("name")
    return variable.child(variable.child_count - 1) if variable else None


def named_hook(hook: Node) -> Node | None:
    """The name of a hook with a body: `get` or `set`."""
    names = (child for child in hook.named_children if child.type == "name")
    return next(names, None) if hook.child_by_field_name("body") else None


def used(clause: Node, _: PurePosixPath) -> Iterator[str]:
    """The class or function of a `use`, also of a group's."""
    name = clause.named_children[0]
    group = clause.parent
    prefix = group.prev_named_sibling if group and group.type == "namespace_use_group" else None
    base = f"{written(prefix)}\\" if prefix else ""
    yield from qualified((base + written(name)).strip("\\").split("\\"))


is_test = tests_named(
    r".*Test(s|Case)?|test[-_].*|.*[-_]tests?",
    ("test", "tests", "Test", "Tests", "spec"),
)

PHP = Language(
    name="php",
    suffixes=frozenset({".php", ".phtml", ".php3", ".php4", ".php5", ".phps", ".inc"}),
    interpreters=frozenset({"php"}),
    package="tree-sitter-php",
    grammar=grammar,
    encoding=utf8,
    functions={
        "function_definition": named_by_field,
        "method_declaration": named_with_body,
        "property_hook": named_hook,
    },
    scopes={
        "class_declaration": named_by_field,
        "interface_declaration": named_by_field,
        "trait_declaration": named_by_field,
        "enum_declaration": named_by_field,
        "property_hook_list": named_by_property,
    },
    decisions={
        "if_statement": always,
        "else_if_clause": always,
        "for_statement": always,
        "foreach_statement": always,
        "while_statement": always,
        "do_statement": always,
        "catch_clause": always,
        "case_statement": always,
        "match_conditional_expression": always,
        "conditional_expression": always,
        "binary_expression": has_operator(*SHORT_CIRCUIT),
        "augmented_assignment_expression": has_operator("??="),
    },
    uncounted=frozenset(),
    nesting={
        "if_statement": is_no_else_if,
        "for_statement": always,
        "foreach_statement": always,
        "while_statement": always,
        "do_statement": always,
        "catch_clause": always,
        "switch_statement": always,
        "match_expression": always,
        "conditional_expression": always,
    },
    flat={
        "else_if_clause": always,
        "else_clause": always,
        "binary_expression": begins_run(*SHORT_CIRCUIT),
        "goto_statement": always,
        "break_statement": has_child("integer"),
        "continue_statement": has_child("integer"),
    },
    deepening=frozenset({"anonymous_function", "arrow_function"}),
    comments=frozenset({"comment"}),
    ignored=frozenset({"text", "php_tag", "php_end_tag", "primitive_type"}),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset({"name", "cast_type", "primitive_type"}),
    literals={
        "integer": "number",
        "float": "number",
        "boolean": "boolean",
        "null": "null",
    },
    literal_parts=frozenset(
        {
            "'",
            '"',
            "`",
            "<<<",
            "escape_sequence",
            "heredoc",
            "nowdoc",
            "heredoc_start",
            "heredoc_end",
        }
    ),
    literal_containers={
        "string": "string",
        "encapsed_string": "string",
        "heredoc": "string",
        "nowdoc": "string",
        "unary_op_expression": "number",
        "array_element_initializer": "run",
        "array_creation_expression": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", "array", "=>", "-", "+", "~"}),
    separator=",",
    texts=frozenset({"string_content", "nowdoc_string"}),
    imports={"namespace_use_clause": used, "name": named_type},
    is_test=is_test,
)
