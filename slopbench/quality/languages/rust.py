"""The table of Rust, for the grammar tree-sitter-rust.

What stands in the brackets of a macro is tokens to the grammar: it counts as lines and for clones,
but no branch is seen there. A bare `?` is no decision. Tests in a module of the file that they
test belong to that file.
"""

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
from slopbench.quality.languages.rust_modules import declared_module, mentioned, used

_begins_run = begins_run("&&", "||")


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_rust

    return tree_sitter_rust.language()


def implementing_type(implementation: Node) -> Node | None:
    """The type of an `impl`, without its type arguments."""
    found = implementation.child_by_field_name("type")
    if found is not None and found.type == "generic_type":
        return found.child_by_field_name("type")
    return found


def is_counted_arm(arm: Node) -> bool:
    """Whether an arm is no catch-all: neither `_` nor a plain name, without guard.

    By custom a name that begins with a capital is a constant or variant, not a binding.
    """
    pattern = arm.child_by_field_name("pattern")
    if pattern is None or pattern.child_count != 1:
        return True
    only = pattern.children[0]
    is_binding = only.type == "identifier" and not (only.text or b"")[:1].isupper()
    return only.type != "_" and not is_binding


def count_links(chain: Node) -> int:
    """How many `&&` join the conditions of an `if let … && …`."""
    return sum(child.type == "&&" for child in chain.children)


def begins_run_outside_chain(operation: Node) -> bool:
    """Whether an operation begins a run of operators; a chain of `let` conditions is one itself."""
    around = operation.parent
    is_link = around is not None and around.type == "let_chain"
    return _begins_run(operation) and not (is_link and has_operator("&&")(operation))


def is_test(file: PurePosixPath) -> bool:
    """Whether a file is built for tests alone, by where cargo looks and by its name."""
    stem = file.stem
    named = stem in ("test", "tests") or stem.startswith("test_")
    return (
        named
        or stem.endswith(("_test", "_tests"))
        or not {"test", "tests"}.isdisjoint(file.parent.parts)
    )


WHOLE = frozenset({"raw_string_literal", "boolean_literal"})
"""Literals of several leaves, or of none, that are one token."""

RUST = Language(
    name="rust",
    suffixes=frozenset({".rs"}),
    interpreters=frozenset({"rust-script", "cargo"}),
    package="tree-sitter-rust",
    grammar=grammar,
    encoding=utf8,
    functions={"function_item": named_by_field},
    scopes={
        "impl_item": implementing_type,
        "trait_item": named_by_field,
        "mod_item": named_by_field,
    },
    decisions={
        "if_expression": always,
        "while_expression": always,
        "for_expression": always,
        "loop_expression": always,
        "match_arm": is_counted_arm,
        "let_declaration": has_alternative,
        "let_chain": count_links,
        "binary_expression": has_operator("&&", "||"),
    },
    uncounted=frozenset(),
    nesting={
        "if_expression": is_no_else_if,
        "while_expression": always,
        "for_expression": always,
        "loop_expression": always,
        "match_expression": always,
    },
    flat={
        "if_expression": has_alternative,
        "let_declaration": has_alternative,
        "let_chain": always,
        "binary_expression": begins_run_outside_chain,
        "break_expression": has_child("label"),
        "continue_expression": has_child("label"),
    },
    deepening=frozenset({"closure_expression"}),
    comments=frozenset({"line_comment", "block_comment", "shebang"}),
    ignored=WHOLE,
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset(
        {
            "identifier",
            "field_identifier",
            "shorthand_field_identifier",
            "type_identifier",
            "primitive_type",
            "metavariable",
            "fragment_specifier",
        }
    ),
    literals={
        "integer_literal": "number",
        "float_literal": "number",
        "char_literal": "character",
        "boolean_literal": "boolean",
        "raw_string_literal": "string",
    },
    literal_parts=frozenset({'"', "escape_sequence"}),
    literal_containers={
        "string_literal": "string",
        "negative_literal": "number",
        "unary_expression": "number",
        "reference_expression": "run",
        "tuple_expression": "run",
        "array_expression": "run",
        "token_tree": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", "-", "&"}),
    separator=",",
    texts=frozenset({"string_content"}),
    imports={
        "mod_item": declared_module,
        "use_declaration": used,
        "scoped_identifier": mentioned,
        "scoped_type_identifier": mentioned,
    },
    is_test=is_test,
)
