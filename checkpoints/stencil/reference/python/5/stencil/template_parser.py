"""Parser of templates."""

from collections.abc import Iterator, Sequence

from . import nodes
from .errors import StencilError
from .expression_parser import parse_expression, string_value
from .expressions import Expression
from .scanner import Scanner, Tag, Text
from .source import Place, Source
from .tokens import TokenReader


def parse_template(source: Source) -> nodes.Body:
    parser = TemplateParser(Scanner(source).pieces())
    return parser.whole()


class TemplateParser:
    def __init__(self, pieces: Iterator[Text | Tag]):
        self._pieces = pieces
        self._blocks: list[str] = []
        self._statements = {
            "if": self._if,
            "for": self._for,
            "extends": self._extends,
            "block": self._block,
            "super": self._super,
            "include": self._include,
            "macro": self._macro,
            "call": self._call,
            "import": self._import,
        }

    def whole(self) -> nodes.Body:
        return self._body(None, ())[0]

    def _body(self, opener: Place | None, enders: tuple[str, ...]):
        """The nodes up to a statement that ends them, that statement's name and its tokens."""
        body = []
        for piece in self._pieces:
            if isinstance(piece, Text):
                body.append(nodes.Literal(piece.place, piece.text))
                continue
            tokens = TokenReader(piece)
            if piece.opening == "{{":
                body.append(self._print(piece, tokens))
                continue
            word = tokens.word().text
            if word in enders:
                return tuple(body), word, tokens
            if word not in self._statements:
                tokens.fail(f"{word} has no place here")
            body.append(self._statements[word](piece.place, tokens))
        if opener:
            raise StencilError("syntax", opener, "the block is not closed")
        return tuple(body), None, None

    def _print(self, tag: Tag, tokens: TokenReader) -> nodes.Print:
        expression = parse_expression(tokens)
        tokens.end()
        return nodes.Print(tag.place, expression, tag.end)

    def _if(self, place: Place, tokens: TokenReader) -> nodes.If:
        branches = []
        word = "elif"
        while word == "elif":
            condition = parse_expression(tokens)
            tokens.end()
            body, word, tokens = self._body(place, ("elif", "else", "endif"))
            branches.append(nodes.Branch(condition, body))
        return nodes.If(place, tuple(branches), self._rest(place, word, tokens, "endif"))

    def _for(self, place: Place, tokens: TokenReader) -> nodes.For:
        name = tokens.name().text
        tokens.expect("in")
        iterable = parse_expression(tokens)
        tokens.end()
        body, word, tokens = self._body(place, ("else", "endfor"))
        return nodes.For(place, name, iterable, body, self._rest(place, word, tokens, "endfor"))

    def _rest(self, place: Place, word: str, tokens: TokenReader, ender: str) -> nodes.Body:
        """The part after `else`, if there is one, up to the end of the block."""
        tokens.end()
        if word == ender:
            return ()
        return self._up_to(place, ender)

    def _up_to(self, place: Place, ender: str) -> nodes.Body:
        body, _, tokens = self._body(place, (ender,))
        tokens.end()
        return body

    # --- several files ------------------------------------------------------

    def _extends(self, place: Place, tokens: TokenReader) -> nodes.Extends:
        file = read_string(tokens)
        tokens.end()
        return nodes.Extends(place, file)

    def _block(self, place: Place, tokens: TokenReader) -> nodes.Block:
        name = tokens.name().text
        tokens.end()
        self._blocks.append(name)
        body = self._up_to(place, "endblock")
        return nodes.Block(place, self._blocks.pop(), body)

    def _super(self, place: Place, tokens: TokenReader) -> nodes.Super:
        tokens.end()
        return nodes.Super(place, self._blocks[-1] if self._blocks else None)

    def _include(self, place: Place, tokens: TokenReader) -> nodes.Include:
        file = read_string(tokens)
        variables = None
        if tokens.accept("with"):
            pairs = tokens.listed(read_assignment)
            refuse_repetition(tokens, [name for name, _ in pairs])
            variables = dict(pairs)
        tokens.end()
        return nodes.Include(place, file, variables)

    def _macro(self, place: Place, tokens: TokenReader) -> nodes.Macro:
        name = tokens.name().text
        parameters = tokens.parenthesised(lambda rest: rest.name().text)
        refuse_repetition(tokens, parameters)
        tokens.end()
        return nodes.Macro(place, name, parameters, self._up_to(place, "endmacro"))

    def _call(self, place: Place, tokens: TokenReader) -> nodes.Call:
        alias, name = None, tokens.name().text
        if tokens.accept("."):
            alias, name = name, tokens.name().text
        arguments = tokens.parenthesised(parse_expression)
        tokens.end()
        return nodes.Call(place, alias, name, arguments)

    def _import(self, place: Place, tokens: TokenReader) -> nodes.Import:
        file = read_string(tokens)
        tokens.expect("as")
        alias = tokens.name().text
        tokens.end()
        return nodes.Import(place, file, alias)


def read_string(tokens: TokenReader) -> str:
    token = tokens.take()
    if token.kind != "string":
        tokens.fail("the name of a file is missing")
    return string_value(token)


def read_assignment(tokens: TokenReader) -> tuple[str, Expression]:
    name = tokens.name().text
    tokens.expect("=")
    return name, parse_expression(tokens)


def refuse_repetition(tokens: TokenReader, names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        tokens.fail("a name is repeated")
