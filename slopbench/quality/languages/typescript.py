"""The tables of TypeScript, without and with JSX, for the grammars of tree-sitter-typescript.

Types decide nothing when the program runs: a conditional type is no decision, and an overload, an
abstract method or a method of an interface is no function.
"""

from dataclasses import replace

from slopbench.quality.language import named_by_field
from slopbench.quality.languages.javascript import JAVASCRIPT, imported, named_by_place


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_typescript

    return tree_sitter_typescript.language_typescript()


def grammar_with_jsx() -> object:
    """The grammar in which `<a>` begins an element and casts nothing."""
    import tree_sitter_typescript

    return tree_sitter_typescript.language_tsx()


TSX = replace(
    JAVASCRIPT,
    name="typescript",
    dialect="tsx",
    suffixes=frozenset({".tsx"}),
    interpreters=frozenset(),
    package="tree-sitter-typescript",
    grammar=grammar_with_jsx,
    scopes={
        **JAVASCRIPT.scopes,
        "abstract_class_declaration": named_by_place,
        "internal_module": named_by_field,
        "module": named_by_field,
    },
    identifiers=JAVASCRIPT.identifiers | {"type_identifier"},
    literal_containers={**JAVASCRIPT.literal_containers, "union_type": "run"},
    brackets=JAVASCRIPT.brackets | {"|"},
    imports={**JAVASCRIPT.imports, "import_require_clause": imported},
)

TYPESCRIPT = replace(
    TSX,
    dialect=None,
    suffixes=frozenset({".ts", ".mts", ".cts"}),
    interpreters=frozenset({"deno", "ts-node", "tsx"}),
    grammar=grammar,
    texts=TSX.texts - {"html_character_reference"},
)
