"""The table of Swift, for the grammar tree-sitter-swift.

Closures belong to the function around them. Accessors and observers are functions. A `guard` is a
branch. The conditions of `#if` are no decisions. Files of one module see each other without an
import, so types refer to the files that are named as they are.
"""

from tree_sitter import Node

from slopbench.quality.language import Language, always, named_by_field, utf8
from slopbench.quality.languages.conditions import has_child, named_with_body
from slopbench.quality.languages.paths import named_type, tests_named

ACCESSORS = frozenset({"computed_getter", "computed_setter", "computed_modify"})
JUMPS = frozenset({"break", "continue"})


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_swift

    return tree_sitter_swift.language()


def named_by_word(function: Node) -> Node | None:
    """The name of a `deinit`, an accessor or observer: the word that introduces it."""
    word = next((child for child in function.children if child.type in WORDS), None)
    return word if function.named_child_count else None


WORDS = frozenset(
    {"deinit", "getter_specifier", "setter_specifier", "modify_specifier", "willSet", "didSet"}
)


def property_name(part: Node) -> Node | None:
    """The name of the property or subscript that an accessor or observer belongs to."""
    around = part.parent
    if around is not None and around.type in ("computed_property", "willset_didset_block"):
        around = around.parent
    if around is None:
        return None
    named = around.child_by_field_name("name") if around.type == "property_declaration" else None
    return named or next((child for child in around.children if child.type == "subscript"), None)


def named_by_property(computed: Node) -> Node | None:
    """The name of a property without accessors, all of which is its getter."""
    has_accessors = any(child.type in ACCESSORS for child in computed.children)
    return None if has_accessors else property_name(computed)


def is_no_else_if(branch: Node) -> bool:
    """Whether a branch isn't what another one does otherwise."""
    return branch.parent is None or branch.parent.type != "if_statement"


def is_counted_arm(entry: Node) -> bool:
    """Whether a case is no catch-all: neither default nor a plain name without condition."""
    types = [child.type for child in entry.children]
    if "where_keyword" in types:
        return True
    patterns = [child for child in entry.children if child.type == "switch_pattern"]
    return "default_keyword" not in types and not (len(patterns) == 1 and binds_all(patterns[0]))


def binds_all(pattern: Node) -> bool:
    """Whether a pattern is `_`, `let name`, or a tuple of such."""
    parts = [child for child in pattern.children if child.is_named]
    if any(child.type not in ("(", ")", ",") for child in pattern.children if not child.is_named):
        return False
    types = [part.type for part in parts]
    if types == ["value_binding_pattern", "simple_identifier"] or types == ["wildcard_pattern"]:
        return True
    return set(types) == {"pattern"} and all(map(binds_all, parts))


def is_filter(clause: Node) -> bool:
    """Whether a `where` is that of a loop; a case or handler with one counts once."""
    return clause.parent is not None and clause.parent.type == "for_statement"


def begins_run(operation: Node) -> bool:
    """Whether an operation isn't just one more of those around it."""
    around = operation.parent
    while around is not None and around.type == "tuple_expression" and around.child_count == 3:
        around = around.parent
    return around is None or around.type != operation.type


def is_labeled_jump(statement: Node) -> bool:
    """Whether a statement is a `break` or `continue` to a label."""
    word = statement.child(0)
    is_jump = word is not None and word.type in JUMPS
    return is_jump and statement.child_by_field_name("result") is not None


is_test = tests_named(r".*(Tests?|Specs?)", ("Tests", "Test", "tests", "test"))

SWIFT = Language(
    name="swift",
    suffixes=frozenset({".swift"}),
    interpreters=frozenset({"swift"}),
    package="tree-sitter-swift",
    grammar=grammar,
    encoding=utf8,
    functions={
        "function_declaration": named_with_body,
        "init_declaration": named_with_body,
        "deinit_declaration": named_by_word,
        "computed_property": named_by_property,
        "computed_getter": named_by_word,
        "computed_setter": named_by_word,
        "computed_modify": named_by_word,
        "willset_clause": named_by_word,
        "didset_clause": named_by_word,
    },
    scopes={
        "class_declaration": named_by_field,
        "protocol_declaration": named_by_field,
        "computed_getter": property_name,
        "computed_setter": property_name,
        "computed_modify": property_name,
        "willset_clause": property_name,
        "didset_clause": property_name,
    },
    decisions={
        "if_statement": always,
        "guard_statement": always,
        "for_statement": always,
        "while_statement": always,
        "repeat_while_statement": always,
        "catch_block": always,
        "where_clause": is_filter,
        "switch_entry": is_counted_arm,
        "ternary_expression": always,
        "conjunction_expression": always,
        "disjunction_expression": always,
        "nil_coalescing_expression": always,
    },
    uncounted=frozenset(),
    nesting={
        "if_statement": is_no_else_if,
        "guard_statement": always,
        "for_statement": always,
        "while_statement": always,
        "repeat_while_statement": always,
        "catch_block": always,
        "switch_statement": always,
        "ternary_expression": always,
    },
    flat={
        "if_statement": has_child("else"),
        "conjunction_expression": begins_run,
        "disjunction_expression": begins_run,
        "nil_coalescing_expression": begins_run,
        "control_transfer_statement": is_labeled_jump,
    },
    deepening=frozenset({"lambda_literal"}),
    comments=frozenset({"comment", "multiline_comment", "shebang_line"}),
    ignored=frozenset(),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset(
        {"simple_identifier", "type_identifier", "custom_operator", "statement_label"}
    ),
    literals={
        "integer_literal": "number",
        "real_literal": "number",
        "hex_literal": "number",
        "oct_literal": "number",
        "bin_literal": "number",
        "true": "boolean",
        "false": "boolean",
        "nil_literal": "null",
        "regex_literal": "string",
    },
    literal_parts=frozenset({'"', '"""', "str_escaped_char"}),
    literal_containers={
        "line_string_literal": "string",
        "multi_line_string_literal": "string",
        "raw_string_literal": "string",
        "prefix_expression": "number",
        "array_literal": "run",
        "dictionary_literal": "run",
        "tuple_expression": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", ":", "-", "+", "~"}),
    separator=",",
    texts=frozenset({"line_str_text", "multi_line_str_text", "raw_str_part", "raw_str_end_part"}),
    imports={"type_identifier": named_type, "simple_identifier": named_type},
    is_test=is_test,
)
