"""Languages without a grammar here, which lizard reads; quality/beyond.py says how."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from slopbench.quality.language import utf8
from slopbench.quality.languages.paths import tests_named

is_test = tests_named(
    r"[Tt]est[-_].*|[Tt]ests?|.*[-_.]([Tt]ests?|spec|SUITE)|.*Tests?",
    ("test", "tests", "Tests", "spec", "t"),
)


@dataclass(frozen=True, eq=False)
class Beyond:
    """A language, or a dialect of one, that lizard reads."""

    name: str
    suffixes: frozenset[str]
    comments: tuple[str, ...] = ()
    """Beginnings of tokens that are comments though lizard doesn't say so."""
    prose: re.Pattern[str] | None = None
    """Text that is no code though lizard takes it for such."""
    interpreters: frozenset[str] = frozenset()
    package: str = "lizard"
    dialect: str | None = None
    encoding: Callable[[bytes], str] = field(default=utf8)
    is_test: Callable[[PurePosixPath], bool] = field(default=is_test)


def _endings(text: str) -> frozenset[str]:
    return frozenset(text.split())


BEYOND: tuple[Beyond, ...] = (
    Beyond("erlang", _endings(".erl .hrl .escript"), ("%",), None, frozenset({"escript"})),
    Beyond("fortran", _endings(".f70 .f90 .f95 .f03 .f08")),
    Beyond("fortran", _endings(".f .for .ftn .fpp"), prose=re.compile(r"^[cC*].*$", re.M)),
    Beyond("gdscript", _endings(".gd")),
    Beyond("lua", _endings(".lua"), interpreters=frozenset({"lua", "luajit"})),
    Beyond("objective-c", _endings(".m .mm")),
    Beyond(
        "perl",
        _endings(".pl .pm"),
        prose=re.compile(r"^=[a-zA-Z].*?(?:^=cut\b.*?$|\Z)|^__(?:END|DATA)__$.*\Z", re.M | re.S),
        interpreters=frozenset({"perl"}),
    ),
    Beyond("plsql", _endings(".pks .pkb .pls .plb .pck"), ("--",)),
    Beyond("r", _endings(".r"), interpreters=frozenset({"Rscript"})),
    Beyond("solidity", _endings(".sol")),
    Beyond("structured-text", _endings(".st")),
    Beyond("ttcn", _endings(".ttcn .ttcnpp")),
    Beyond("vue", _endings(".vue")),
    Beyond("zig", _endings(".zig")),
)
"""`.sql` isn't here: most such files are data or queries, and PL/SQL has endings of its own."""
