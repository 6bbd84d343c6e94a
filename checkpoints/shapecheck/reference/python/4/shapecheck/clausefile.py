"""Reads the clauses of a definition."""

from shapecheck.clauses import Clause, Comparison, Contained, Needs, Unique
from shapecheck.paths import Constant, Count, Items, Operand, Path, Plain, Sum
from shapecheck.tokenstream import Token, TokenStream, fault, misplaced
from shapecheck.values import Numeral

_SIGNS = ("=", "!=", "<", "<=", ">", ">=")
_TOTALS = {"sum": Sum, "count": Count}
_RESERVED = ("unique", *_TOTALS)


class ClauseParser:
    def __init__(self, tokens: TokenStream) -> None:
        self._tokens = tokens
        self._many: Token | None = None

    def clauses(self) -> list[Clause]:
        return self._tokens.list(self._clause)

    def _clause(self) -> Clause:
        if self._tokens.skip("unique", "word"):
            return Unique(self._items())
        if self._tokens.token.kind == "number" or self._tokens.sees("word", *_TOTALS):
            return self._comparison(self._operand())
        return self._about_path()

    def _about_path(self) -> Clause:
        """A clause that begins with a path."""
        path = self._path()
        if self._tokens.sees("sign", "(") or self._tokens.sees("word", "in"):
            return self._contained(Items(path, self._keys()))
        if self._tokens.sees("word", "needs"):
            self._refuse_many()
            self._tokens.take("word")
            return Needs(path, self._single_path())
        if self._tokens.sees("sign", *_SIGNS):
            self._refuse_many()
        return self._comparison(Plain(path))

    def _contained(self, items: Items) -> Clause:
        word = self._tokens.token
        if not self._tokens.skip("in", "word"):
            raise misplaced(word)
        within = self._items()
        if _width(items) != _width(within):
            raise fault(word.line, "the two sides have different numbers of keys")
        return Contained(items, within)

    def _comparison(self, left: Operand) -> Clause:
        sign = self._tokens.token
        if not self._tokens.sees("sign", *_SIGNS):
            raise misplaced(sign)
        self._tokens.take("sign")
        return Comparison(left, sign.text, self._operand())

    def _operand(self) -> Operand:
        if self._tokens.token.kind == "number":
            return Constant(Numeral.parse(self._tokens.take("number").text))
        for word, total in _TOTALS.items():
            if self._tokens.skip(word, "word"):
                return total(self._in_parentheses())
        return Plain(self._single_path())

    def _in_parentheses(self) -> Path:
        self._tokens.need("(")
        path = self._path()
        self._tokens.need(")")
        return path

    def _items(self) -> Items:
        return Items(self._path(), self._keys())

    def _keys(self) -> tuple[str, ...] | None:
        if not self._tokens.skip("("):
            return None
        keys = self._tokens.list(self._tokens.key)
        self._tokens.need(")")
        return tuple(keys)

    def _single_path(self) -> Path:
        path = self._path()
        self._refuse_many()
        return path

    def _refuse_many(self) -> None:
        if self._many:
            raise misplaced(self._many)

    def _path(self) -> Path:
        """A path; its first `[` is remembered."""
        self._many = None
        if self._tokens.sees("word", *_RESERVED):
            raise misplaced(self._tokens.token)
        steps = [self._step() if self._tokens.sees("sign", "[") else self._tokens.key()]
        while self._tokens.sees("sign", "[", "."):
            steps.append(self._step())
        return Path(tuple(steps))

    def _step(self) -> str | None:
        if self._tokens.skip("."):
            return self._tokens.key()
        self._many = self._many or self._tokens.token
        self._tokens.need("[")
        self._tokens.need("]")
        return None


def _width(items: Items) -> int:
    return 0 if items.keys is None else len(items.keys)
