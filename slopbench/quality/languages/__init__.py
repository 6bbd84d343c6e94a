"""The known languages, and which of them a file is written in.

The tables are small; a grammar is loaded when the first file of its language is read.
"""

from pathlib import PurePosixPath

from slopbench.quality.language import Language
from slopbench.quality.languages.beyond import BEYOND, Beyond
from slopbench.quality.languages.c import C
from slopbench.quality.languages.cpp import CPP
from slopbench.quality.languages.csharp import CSHARP
from slopbench.quality.languages.go import GO
from slopbench.quality.languages.java import JAVA
from slopbench.quality.languages.javascript import JAVASCRIPT
from slopbench.quality.languages.kotlin import KOTLIN
from slopbench.quality.languages.php import PHP
from slopbench.quality.languages.python import PYTHON
from slopbench.quality.languages.ruby import RUBY
from slopbench.quality.languages.rust import RUST
from slopbench.quality.languages.scala import SCALA
from slopbench.quality.languages.swift import SWIFT
from slopbench.quality.languages.typescript import TSX, TYPESCRIPT

LANGUAGES: tuple[Language, ...] = (
    PYTHON,
    JAVASCRIPT,
    TYPESCRIPT,
    TSX,
    GO,
    RUST,
    JAVA,
    C,
    CPP,
    CSHARP,
    RUBY,
    PHP,
    KOTLIN,
    SWIFT,
    SCALA,
)

AnyLanguage = Language | Beyond
_ALL: tuple[AnyLanguage, ...] = (*LANGUAGES, *BEYOND)
NAMES = frozenset(known.name for known in _ALL)
_BY_SUFFIX = {suffix: language for language in reversed(_ALL) for suffix in language.suffixes}


def language_of_name(name: str) -> AnyLanguage | None:
    """The language that a file's ending names."""
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def language_of_shebang(head: bytes) -> AnyLanguage | None:
    """The language that the first line `#!…` of a file without a known ending names."""
    if not head.startswith(b"#!"):
        return None
    words = head.splitlines()[0][2:].replace(b"/", b" ").split()
    programs = {word.decode("latin-1").rstrip("0123456789.") for word in words}
    return next((known for known in _ALL if programs & known.interpreters), None)
