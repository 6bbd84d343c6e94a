"""The table of C#, for the grammar tree-sitter-c-sharp.

An accessor with a body is a function. An arm or handler with a `when` counts once. `and` and `or`
are operators where an `is` tests a pattern; in an arm they are alternatives of one case. `#region`
is a comment. The conditions of `#if` are no decisions.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Language, always, named_by_field, utf8
from slopbench.quality.languages.conditions import (
    begins_run,
    has_alternative,
    has_operator,
    is_no_else_if,
    named_with_body,
)
from slopbench.quality.languages.paths import named_type, qualified, tests_named, written

SHORT_CIRCUIT = ("&&", "||", "??")
CATCH_ALL = frozenset({"discard", "var_pattern", "default"})
PATTERNS = frozenset({"and_pattern", "or_pattern", "negated_pattern", "parenthesized_pattern"})


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_c_sharp

    return tree_sitter_c_sharp.language()


def named_by_arrow(member: Node) -> Node | None:
    """The name of a property or indexer that is one expression, and thus a function."""
    value = member.child_by_field_name("value")
    is_function = value is not None and value.type == "arrow_expression_clause"
    return member_name(member) if is_function else None


def member_name(member: Node) -> Node | None:
    """The name of a property or event; that of an indexer is `this`."""
    named = member.child_by_field_name("name")
    return named or next((child for child in member.children if child.type == "this"), None)


def named_by_member(accessors: Node) -> Node | None:
    """Accessors are called by what they give access to."""
    return member_name(accessors.parent) if accessors.parent else None


def named_by_operator(function: Node) -> Node | None:
    """The operator that is defined."""
    return function.child_by_field_name("operator")


def named_by_type(function: Node) -> Node | None:
    """The type to which a conversion leads."""
    return function.child_by_field_name("type")


def is_counted_arm(arm: Node) -> bool:
    """Whether an arm is no catch-all: neither default nor a discard or `var` without guard."""
    if any(child.type == "when_clause" for child in arm.children):
        return True
    return not any(is_catch_all(child) for child in arm.children[:2])


def is_catch_all(pattern: Node) -> bool:
    """Whether a pattern of an arm takes whatever comes; `_` is a constant to the grammar in places."""
    if pattern.type == "declaration_pattern":
        kind = pattern.child_by_field_name("type")
        return kind is not None and kind.type == "implicit_type"
    return pattern.type in CATCH_ALL or (
        pattern.type == "constant_pattern" and pattern.text == b"_"
    )


def count_patterns(test: Node) -> int:
    """How many `and` and `or` join the patterns of an `is`."""
    pattern = test.child_by_field_name("pattern")
    pending, found = [pattern] if pattern else [], 0
    while pending:
        each = pending.pop()
        if each.type in PATTERNS:
            found += each.type in ("and_pattern", "or_pattern")
            pending += each.named_children
    return found


def joins_patterns(test: Node) -> bool:
    """Whether an `is` has such operators; all of them are one run."""
    return count_patterns(test) > 0


def used(directive: Node, _: PurePosixPath) -> Iterator[str]:
    """The namespace or class of a `using`."""
    names = [child for child in directive.named_children if child.type == "qualified_name"]
    for name in names[-1:]:
        yield from qualified([part.strip() for part in written(name).split(".")])


_is_test = tests_named(r".*(Tests?|Specs?)", ("test", "tests", "Test", "Tests"))


def is_test(file: PurePosixPath) -> bool:
    """Whether a class is named as a test, or the file lies in a folder or project of tests."""
    projects = (folder.rpartition(".")[2] for folder in file.parent.parts)
    return _is_test(file) or any(each in ("Test", "Tests", "UnitTests") for each in projects)


CSHARP = Language(
    name="csharp",
    suffixes=frozenset({".cs", ".csx"}),
    interpreters=frozenset({"dotnet-script"}),
    package="tree-sitter-c-sharp",
    grammar=grammar,
    encoding=utf8,
    functions={
        "method_declaration": named_with_body,
        "constructor_declaration": named_with_body,
        "destructor_declaration": named_with_body,
        "local_function_statement": named_with_body,
        "operator_declaration": named_by_operator,
        "conversion_operator_declaration": named_by_type,
        "accessor_declaration": named_with_body,
        "property_declaration": named_by_arrow,
        "indexer_declaration": named_by_arrow,
    },
    scopes={
        "namespace_declaration": named_by_field,
        "class_declaration": named_by_field,
        "struct_declaration": named_by_field,
        "record_declaration": named_by_field,
        "interface_declaration": named_by_field,
        "enum_declaration": named_by_field,
        "accessor_list": named_by_member,
    },
    decisions={
        "if_statement": always,
        "for_statement": always,
        "foreach_statement": always,
        "while_statement": always,
        "do_statement": always,
        "catch_clause": always,
        "switch_section": is_counted_arm,
        "switch_expression_arm": is_counted_arm,
        "conditional_expression": always,
        "binary_expression": has_operator(*SHORT_CIRCUIT),
        "assignment_expression": has_operator("??="),
        "is_pattern_expression": count_patterns,
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
        "switch_expression": always,
        "conditional_expression": always,
    },
    flat={
        "if_statement": has_alternative,
        "binary_expression": begins_run(*SHORT_CIRCUIT),
        "is_pattern_expression": joins_patterns,
        "goto_statement": always,
    },
    deepening=frozenset({"lambda_expression", "anonymous_method_expression"}),
    comments=frozenset({"comment", "shebang_directive", "preproc_region", "preproc_endregion"}),
    ignored=frozenset(),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset({"identifier", "discard", "implicit_parameter", "predefined_type"}),
    literals={
        "integer_literal": "number",
        "real_literal": "number",
        "verbatim_string_literal": "string",
        "true": "boolean",
        "false": "boolean",
        "null_literal": "null",
    },
    literal_parts=frozenset(
        {
            '"',
            "'",
            "escape_sequence",
            "raw_string_start",
            "raw_string_end",
            "string_literal_encoding",
            "interpolation_start",
            "interpolation_quote",
            "interpolation_brace",
        }
    ),
    literal_containers={
        "string_literal": "string",
        "raw_string_literal": "string",
        "interpolated_string_expression": "string",
        "character_literal": "character",
        "prefix_unary_expression": "number",
        "initializer_expression": "run",
        "collection_expression": "run",
        "tuple_expression": "run",
        "implicit_array_creation_expression": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", "new", "-", "+", "~"}),
    separator=",",
    texts=frozenset(
        {
            "string_content",
            "string_literal_content",
            "character_literal_content",
            "raw_string_content",
            "preproc_arg",
            "interpolation_format_clause",
        }
    ),
    imports={"using_directive": used, "identifier": named_type},
    is_test=is_test,
)
