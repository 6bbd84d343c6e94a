"""The table of C, for the grammar tree-sitter-c.

The conditions of `#if` are no decisions, for the compiler has decided them; code in all of their
branches counts. The body of a macro is one token. The table of C++ has the headers `.h`.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Condition, Language, always, utf8
from slopbench.quality.languages.conditions import (
    begins_run,
    has_alternative,
    has_child,
    has_operator,
    is_no_else_if,
)
from slopbench.quality.languages.paths import beside, tests_named, written

CONTROL_WORDS = frozenset({b"if", b"for", b"while", b"switch"})


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_c

    return tree_sitter_c.language()


def named_by_declarator(function: Node) -> Node | None:
    """The name inside the declarators that say what the function returns and takes."""
    name = _declared(function)
    if name is None or function.child_by_field_name("body") is None:
        return None
    return None if name.text in CONTROL_WORDS else name


def is_misread(function: Node) -> bool:
    """Whether a function is a branch or loop: after text that it can't read, the grammar may take
    one for the other."""
    name = _declared(function)
    return name is not None and name.text in CONTROL_WORDS


def _declared(function: Node) -> Node | None:
    name, declarator = None, function.child_by_field_name("declarator")
    while declarator is not None:
        name, declarator = declarator, _inner_declarator(declarator)
    return name


def _inner_declarator(declarator: Node) -> Node | None:
    """Parentheses, references and attributes hold theirs without a field."""
    inner = declarator.child_by_field_name("declarator")
    if inner is None and declarator.type.endswith("_declarator"):
        named = declarator.named_children
        return next((child for child in named if not child.type.startswith("ms_")), None)
    return inner


def in_directive(operation: Node) -> bool:
    """Whether an operation stands in the condition of `#if`: there the grammar has a kind of its own
    under the same name."""
    return operation.grammar_id != operation.kind_id


def decides(*operators: str) -> Condition:
    """Whether an operation is one of these, which may skip their right side, when the program runs."""
    is_one = has_operator(*operators)
    return lambda operation: is_one(operation) and not in_directive(operation)


def begins_decisions(*operators: str) -> Condition:
    """Whether such an operation isn't just one more of those around it."""
    begins = begins_run(*operators)
    return lambda operation: not in_directive(operation) and begins(operation)


def is_designator(field: Node) -> bool:
    """Whether a field is the key of a value in `{.field = value}`."""
    return field.parent is not None and field.parent.type == "field_designator"


def included(directive: Node, file: PurePosixPath) -> Iterator[str]:
    """The file of an `#include`, beside this one or on a search path."""
    path = directive.child_by_field_name("path")
    if path is None or path.type not in ("string_literal", "system_lib_string"):
        return
    name = written(path)[1:-1]
    if path.type == "string_literal":
        yield beside(name, file)
    yield str(PurePosixPath(name).with_suffix("")).lstrip("./")


is_test = tests_named(
    r"[Tt]est[-_].*|[Tt]ests?|.*[-_]([Tt]ests?|unittests?)|.*Tests?",
    ("test", "tests", "unittest", "unittests"),
)

C = Language(
    name="c",
    suffixes=frozenset({".c"}),
    interpreters=frozenset({"tcc"}),
    package="tree-sitter-c",
    grammar=grammar,
    encoding=utf8,
    functions={"function_definition": named_by_declarator},
    scopes={},
    decisions={
        "if_statement": always,
        "for_statement": always,
        "while_statement": always,
        "do_statement": always,
        "case_statement": has_child("case"),
        "seh_except_clause": always,
        "conditional_expression": always,
        "binary_expression": decides("&&", "||"),
        "function_definition": is_misread,
    },
    uncounted=frozenset(),
    nesting={
        "if_statement": is_no_else_if,
        "for_statement": always,
        "while_statement": always,
        "do_statement": always,
        "switch_statement": always,
        "seh_except_clause": always,
        "conditional_expression": always,
    },
    flat={
        "if_statement": has_alternative,
        "goto_statement": always,
        "binary_expression": begins_decisions("&&", "||"),
    },
    deepening=frozenset(),
    comments=frozenset({"comment"}),
    ignored=frozenset({"\n", "preproc_include_token2"}),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset(
        {
            "identifier",
            "type_identifier",
            "statement_identifier",
            "primitive_type",
        }
    ),
    keys={"field_identifier": is_designator},
    literals={
        "number_literal": "number",
        "true": "boolean",
        "false": "boolean",
        "NULL": "null",
        "nullptr": "null",
        "system_lib_string": "string",
    },
    literal_parts=frozenset(
        {
            "'",
            "L'",
            "U'",
            "u'",
            "u8'",
            '"',
            'L"',
            'U"',
            'u"',
            'u8"',
            "character",
            "escape_sequence",
        }
    ),
    literal_containers={
        "char_literal": "character",
        "string_literal": "string",
        "concatenated_string": "string",
        "unary_expression": "number",
        "initializer_list": "run",
        "initializer_pair": "run",
        "field_designator": "run",
        "subscript_designator": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", ".", "=", "-", "+", "~"}),
    separator=",",
    texts=frozenset({"string_content", "preproc_arg", "preproc_directive"}),
    imports={"preproc_include": included},
    is_test=is_test,
)
