"""The table of Ruby, for the grammar tree-sitter-ruby.

Blocks and lambdas belong to the method around them; calling an iterator is no decision. What
follows `__END__` is no code. An arm with a guard counts once.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.language import Language, always, named_by_field, utf8
from slopbench.quality.languages.conditions import begins_run, has_operator
from slopbench.quality.languages.paths import beside, tests_named, written

LOGICAL = ("&&", "||", "and", "or")
BRANCHES = frozenset({"if", "unless", "elsif"})
LOADERS = frozenset({b"require", b"require_relative", b"load", b"autoload"})
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def grammar() -> object:
    """The grammar, loaded when the first such file is read."""
    import tree_sitter_ruby

    return tree_sitter_ruby.language()


def opened_class(definition: Node) -> Node | None:
    """The object of `class << self`."""
    return definition.child_by_field_name("value")


def is_counted_arm(arm: Node) -> bool:
    """Whether an `in` is no catch-all: a plain name without guard."""
    pattern = arm.child_by_field_name("pattern")
    is_name = pattern is not None and pattern.type == "identifier"
    return not is_name or arm.child_by_field_name("guard") is not None


def is_alternative(clause: Node) -> bool:
    """Whether an `else` is that of a branch; that of a `case` is its default."""
    return clause.parent is not None and clause.parent.type in BRANCHES


def required(call: Node, file: PurePosixPath) -> Iterator[str]:
    """The file that a call loads, if it is a plain string."""
    method = call.child_by_field_name("method")
    arguments = call.child_by_field_name("arguments")
    if method is None or arguments is None or method.text not in LOADERS:
        return
    for argument in arguments.named_children[-1:]:
        name = written(argument)[1:-1].removesuffix(".rb")
        if argument.type == "string" and name:
            yield beside(f"{name}.rb", file) if method.text == b"require_relative" else name


def loaded_constant(constant: Node, _: PurePosixPath) -> Iterator[str]:
    """The file in which an autoloader looks for a constant: `UserMailer` is in `user_mailer`."""
    yield _WORD.sub("_", written(constant)).lower()


is_test = tests_named(
    r"test_.*|.*_test|.*_spec|.*_helper|tests?", ("test", "tests", "spec", "specs", "features")
)

RUBY = Language(
    name="ruby",
    suffixes=frozenset({".rb", ".rake", ".gemspec", ".ru"}),
    interpreters=frozenset({"ruby", "jruby", "rake"}),
    package="tree-sitter-ruby",
    grammar=grammar,
    encoding=utf8,
    functions={"method": named_by_field, "singleton_method": named_by_field},
    scopes={"module": named_by_field, "class": named_by_field, "singleton_class": opened_class},
    decisions={
        "if": always,
        "unless": always,
        "elsif": always,
        "if_modifier": always,
        "unless_modifier": always,
        "while": always,
        "until": always,
        "while_modifier": always,
        "until_modifier": always,
        "for": always,
        "when": always,
        "in_clause": is_counted_arm,
        "rescue": always,
        "rescue_modifier": always,
        "conditional": always,
        "binary": has_operator(*LOGICAL),
        "operator_assignment": has_operator("||=", "&&="),
    },
    uncounted=frozenset(),
    nesting={
        "if": always,
        "unless": always,
        "if_modifier": always,
        "unless_modifier": always,
        "while": always,
        "until": always,
        "while_modifier": always,
        "until_modifier": always,
        "for": always,
        "case": always,
        "case_match": always,
        "rescue": always,
        "rescue_modifier": always,
        "conditional": always,
    },
    flat={"elsif": always, "else": is_alternative, "binary": begins_run(*LOGICAL)},
    deepening=frozenset({"do_block", "block"}),
    comments=frozenset({"comment", "uninterpreted"}),
    ignored=frozenset(),
    docstrings={},
    blocks=frozenset(),
    identifiers=frozenset(
        {"identifier", "constant", "instance_variable", "class_variable", "global_variable"}
    ),
    literals={
        "integer": "number",
        "float": "number",
        "rational": "number",
        "complex": "number",
        "character": "string",
        "simple_symbol": "symbol",
        "hash_key_symbol": "symbol",
        "heredoc_beginning": "string",
        "true": "boolean",
        "false": "boolean",
        "nil": "null",
    },
    literal_parts=frozenset({'"', "`", ':"', "escape_sequence", "heredoc_end"}),
    literal_containers={
        "string": "string",
        "chained_string": "string",
        "bare_string": "string",
        "subshell": "string",
        "regex": "string",
        "heredoc_body": "string",
        "delimited_symbol": "symbol",
        "bare_symbol": "symbol",
        "unary": "number",
        "pair": "run",
        "hash": "run",
        "array": "run",
        "string_array": "run",
        "symbol_array": "run",
    },
    brackets=frozenset({"[", "]", "(", ")", "{", "}", "%w(", "%i(", ":", "=>", "/", "-", "+", "~"}),
    separator=",",
    texts=frozenset({"string_content", "heredoc_content"}),
    imports={"call": required, "constant": loaded_constant},
    is_test=is_test,
)
