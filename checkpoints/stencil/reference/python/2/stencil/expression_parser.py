"""Parser of expressions."""

import re

from . import expressions as ex
from .scanner import Token
from .tokens import TokenReader

ESCAPE = re.compile(r"\\(.)")
ESCAPED = {"n": "\n", "t": "\t"}
CONSTANTS = {"true": True, "false": False, "null": None}
LOOP_FIELDS = ("index", "first", "last")
EQUALITY = {"==": True, "!=": False}


def string_value(token: Token) -> str:
    return ESCAPE.sub(lambda match: ESCAPED.get(match[1], match[1]), token.text[1:-1])


def number_value(token: Token) -> int | float:
    return float(token.text) if "." in token.text else int(token.text)


def parse_expression(tokens: TokenReader) -> ex.Expression:
    left = parse_conjunction(tokens)
    while tokens.accept("or"):
        left = ex.Or(left.place, left, parse_conjunction(tokens))
    return left


def parse_conjunction(tokens: TokenReader) -> ex.Expression:
    left = parse_negation(tokens)
    while tokens.accept("and"):
        left = ex.And(left.place, left, parse_negation(tokens))
    return left


def parse_negation(tokens: TokenReader) -> ex.Expression:
    word = tokens.accept("not")
    if word:
        return ex.Not(word.place, parse_negation(tokens))
    return parse_comparison(tokens)


def parse_comparison(tokens: TokenReader) -> ex.Expression:
    left = parse_piped(tokens)
    for operator in EQUALITY:
        if tokens.accept(operator):
            return ex.Equality(left.place, left, parse_piped(tokens), EQUALITY[operator])
    for operator in ex.ORDERS:
        sign = tokens.accept(operator)
        if sign:
            return ex.Order(left.place, left, parse_piped(tokens), operator, sign.place)
    return parse_defined(tokens, left) if tokens.accept("is") else left


def parse_defined(tokens: TokenReader, path: ex.Expression) -> ex.Defined:
    if not isinstance(path, ex.Path | ex.LoopField):
        tokens.fail("only paths are defined or not")
    wanted = not tokens.accept("not")
    tokens.expect("defined")
    return ex.Defined(path.place, path, wanted)


def parse_piped(tokens: TokenReader) -> ex.Expression:
    operand = parse_primary(tokens)
    while tokens.accept("|"):
        name = tokens.name()
        arguments = parse_arguments(tokens)
        operand = ex.Pipe(operand.place, operand, name.text, name.place, arguments)
    return operand


def parse_arguments(tokens: TokenReader) -> tuple[ex.Expression, ...]:
    return tokens.parenthesised(parse_expression) if tokens.at("(") else ()


def parse_primary(tokens: TokenReader) -> ex.Expression:
    token = tokens.take()
    if token.kind == "string":
        return ex.Literal(token.place, string_value(token))
    if token.kind == "number":
        return ex.Literal(token.place, number_value(token))
    if token.text in CONSTANTS:
        return ex.Literal(token.place, CONSTANTS[token.text])
    if token.text == "(":
        inner = parse_expression(tokens)
        tokens.expect(")")
        return ex.Group(token.place, inner)
    return parse_path(tokens, token)


def parse_path(tokens: TokenReader, first: Token) -> ex.Expression:
    if first.text == "loop":
        return parse_loop_field(tokens, first)
    tokens.check_name(first)
    steps = []
    while tokens.at(".") or tokens.at("["):
        steps.append(parse_step(tokens))
    return ex.Path(first.place, first.text, tuple(steps))


def parse_step(tokens: TokenReader) -> ex.Expression:
    if tokens.accept("."):
        word = tokens.word()
        return ex.Literal(word.place, word.text)
    tokens.expect("[")
    step = parse_expression(tokens)
    tokens.expect("]")
    return step


def parse_loop_field(tokens: TokenReader, first: Token) -> ex.LoopField:
    tokens.expect(".")
    field = tokens.word().text
    if field not in LOOP_FIELDS:
        tokens.fail(f"loop has no {field}")
    return ex.LoopField(first.place, field)
