"""The table of Kotlin, for the grammar tree-sitter-kotlin.

Lambdas belong to the function around them. Accessors with a body and `init` blocks are functions.
The operator `?:` decides; `?.` doesn't.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Language, Namer, always, named_by_field, utf8
from slopbench.quality.languages.conditions import begins_run, has_child, has_operator
from slopbench.quality.languages.paths import named_type, qualified, tests_named, written

SHORT_CIRCUIT = ("&&", "||", "?:")
JUMPS = frozenset({b"break@", b"continue@"})

has_else = has_child("else")


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_kotlin

    return tree_sitter_kotlin.language()


def first_of(*types: str) -> Namer:
    """What is named by its first child of one of these types."""
    return lambda node: next((child for child in node.children if child.type in types), None)


def with_body(name: Namer) -> Namer:
    """What is a function only with a body."""
    has_body = has_child("function_body", "block")
    return lambda node: name(node) if has_body(node) else None


def named_property(declaration: Node) -> Node | None:
    """The name of a property."""
    variable = next(
        (child for child in declaration.children if child.type == "variable_declaration"), None
    )
    return variable.child(0) if variable else None


def named_companion(companion: Node) -> Node | None:
    """The name of a companion object, or the word itself."""
    return companion.child_by_field_name("name") or first_of("companion")(companion)


def is_no_else_if(branch: Node) -> bool:
    """Whether a branch isn't what another one does otherwise."""
    around = branch.parent
    if around is None or around.type != "if_expression" or not has_else(around):
        return True
    return around.children[-1] != branch


def is_counted_arm(entry: Node) -> bool:
    """Whether an entry of a `when` isn't its `else`."""
    return not has_else(entry)


def is_jump(labeled: Node) -> bool:
    """Whether an expression is a `break` or `continue` to a label."""
    label = labeled.child(0)
    return label is not None and label.text in JUMPS


def imported(header: Node, _: PurePosixPath) -> Iterator[str]:
    """What an import names, and the package of it."""
    for name in header.named_children:
        if name.type == "qualified_identifier":
            yield from qualified([part.strip(" `") for part in written(name).split(".")])


_is_test = tests_named(r".*(Tests?|Specs?|[a-z0-9]IT)", ("test", "tests"))


def is_test(file: PurePosixPath) -> bool:
    """Whether a class is named as a test, or the file lies in a source set of tests."""
    return _is_test(file) or any(
        folder.endswith("Test") or folder == "testFixtures" for folder in file.parent.parts
    )


KOTLIN = Language(
    name="kotlin",
    suffixes=frozenset({".kt", ".kts"}),
    interpreters=frozenset({"kotlin", "kotlinc", "kscript"}),
    package="tree-sitter-kotlin",
    grammar=grammar,
    encoding=utf8,
    functions={
        "function_declaration": with_body(named_by_field),
        "secondary_constructor": with_body(first_of("constructor")),
        "anonymous_initializer": first_of("init"),
        "getter": with_body(first_of("get")),
        "setter": with_body(first_of("set")),
    },
    scopes={
        "class_declaration": named_by_field,
        "object_declaration": named_by_field,
        "companion_object": named_companion,
        "enum_entry": first_of("identifier"),
        "property_declaration": named_property,
    },
    decisions={
        "if_expression": always,
        "for_statement": always,
        "while_statement": always,
        "do_while_statement": always,
        "catch_block": always,
        "when_entry": is_counted_arm,
        "binary_expression": has_operator(*SHORT_CIRCUIT),
    },
    uncounted=frozenset(),
    nesting={
        "if_expression": is_no_else_if,
        "for_statement": always,
        "while_statement": always,
        "do_while_statement": always,
        "catch_block": always,
        "when_expression": always,
    },
    flat={
        "if_expression": has_else,
        "binary_expression": begins_run(*SHORT_CIRCUIT),
        "labeled_expression": is_jump,
    },
    deepening=frozenset({"lambda_literal", "anonymous_function"}),
    comments=frozenset({"line_comment", "block_comment", "shebang"}),
    ignored=frozenset({"character_literal"}),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset({"identifier", "label"}),
    literals={
        "number_literal": "number",
        "float_literal": "number",
        "character_literal": "character",
    },
    literal_parts=frozenset({'"', '"""', "escape_sequence"}),
    literal_containers={
        "string_literal": "string",
        "multiline_string_literal": "string",
        "unary_expression": "number",
        "collection_literal": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", "-", "+"}),
    separator=",",
    texts=frozenset({"string_content"}),
    imports={"import": imported, "identifier": named_type},
    is_test=is_test,
)
