"""The known languages, and which of them a file is written in."""

from pathlib import PurePosixPath

from slopbench.quality.language import Language
from slopbench.quality.languages.python import PYTHON

LANGUAGES: tuple[Language, ...] = (PYTHON,)

_BY_SUFFIX = {suffix: language for language in LANGUAGES for suffix in language.suffixes}


def language_of_name(name: str) -> Language | None:
    """The language that a file's ending names."""
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def language_of_shebang(head: bytes) -> Language | None:
    """The language that the first line `#!…` of a file without a known ending names."""
    if not head.startswith(b"#!"):
        return None
    words = head.splitlines()[0][2:].replace(b"/", b" ").split()
    programs = {word.decode("latin-1").rstrip("0123456789.") for word in words}
    return next((known for known in LANGUAGES if programs & known.interpreters), None)
