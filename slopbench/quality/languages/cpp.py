"""The table of C++, for the grammar tree-sitter-cpp; it begins with all of C.

Lambdas belong to the function around them. What the compiler decides is no decision: `#if`,
`static_assert`, constraints; `if constexpr` is written as a branch and counts as one. Headers `.h` are
read as C++, as their names don't tell: it reads headers of C nearly as well as the grammar of C does,
which can't read those of C++.
"""

from dataclasses import replace

from tree_sitter import Node

from slopbench.quality.language import always, named_by_field
from slopbench.quality.languages.c import C, begins_decisions, decides, named_by_declarator
from slopbench.quality.languages.conditions import has_operator

LOGICAL = ("&&", "||", "and", "or")


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_cpp

    return tree_sitter_cpp.language()


def named_function(function: Node) -> Node | None:
    """The name of a function with a body; that of a conversion is the type that it gives."""
    name = named_by_declarator(function)
    if name is None:
        return None
    conversion = function.child_by_field_name("declarator")
    if conversion is not None and conversion.type == "operator_cast":
        return conversion.child_by_field_name("type")
    return name


CPP = replace(
    C,
    name="cpp",
    suffixes=frozenset(
        {
            ".cc",
            ".cp",
            ".cpp",
            ".cppm",
            ".cxx",
            ".c++",
            ".cu",
            ".cuh",
            ".h",
            ".hh",
            ".hpp",
            ".hxx",
            ".h++",
            ".inl",
            ".ipp",
            ".ixx",
            ".tcc",
            ".tpp",
        }
    ),
    interpreters=frozenset(),
    package="tree-sitter-cpp",
    grammar=grammar,
    functions={"function_definition": named_function},
    scopes={
        "namespace_definition": named_by_field,
        "class_specifier": named_by_field,
        "struct_specifier": named_by_field,
        "union_specifier": named_by_field,
    },
    decisions={
        **C.decisions,
        "for_range_loop": always,
        "catch_clause": always,
        "binary_expression": decides(*LOGICAL),
        "fold_expression": has_operator(*LOGICAL),
    },
    uncounted=frozenset({"static_assert_declaration", "requires_clause", "concept_definition"}),
    nesting={**C.nesting, "for_range_loop": always, "catch_clause": always},
    flat={
        **C.flat,
        "binary_expression": begins_decisions(*LOGICAL),
        "fold_expression": has_operator(*LOGICAL),
    },
    deepening=frozenset({"lambda_expression"}),
    identifiers=C.identifiers | {"namespace_identifier"},
    literals={**C.literals, "raw_string_literal": "string", "user_defined_literal": "number"},
    ignored=C.ignored | {"raw_string_literal", "user_defined_literal"},
)
