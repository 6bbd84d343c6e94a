"""Parser of templates."""

from collections.abc import Iterator

from . import nodes
from .errors import StencilError
from .expression_parser import parse_expression
from .scanner import Scanner, Tag, Text
from .source import Place, Source
from .tokens import TokenReader


def parse_template(source: Source) -> nodes.Body:
    parser = TemplateParser(Scanner(source).pieces())
    return parser.whole()


class TemplateParser:
    def __init__(self, pieces: Iterator[Text | Tag]):
        self._pieces = pieces
        self._statements = {"if": self._if, "for": self._for}

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
        return nodes.Print(tag.place, expression)

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
        body, _, tokens = self._body(place, (ender,))
        tokens.end()
        return body
