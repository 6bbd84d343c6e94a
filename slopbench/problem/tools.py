"""The tools that problems use beside the program itself, and how to spot them in commands."""

import re
import shlex
from collections.abc import Iterator

APT_PACKAGES = {
    "bash": "bash",
    "cargo": "cargo",
    "clang": "clang",
    "clang++": "clang",
    "cmake": "cmake",
    "curl": "curl",
    "g++": "g++",
    "gcc": "gcc",
    "git": "git",
    "go": "golang-go",
    "java": "default-jre-headless",
    "javac": "default-jdk-headless",
    "make": "make",
    "node": "nodejs",
    "nodejs": "nodejs",
    "npm": "npm",
    "npx": "npm",
    "openssl": "openssl",
    "perl": "perl",
    "php": "php-cli",
    "python": "python-is-python3",
    "python3": "python3",
    "ruby": "ruby",
    "rustc": "rustc",
    "sqlite3": "sqlite3",
    "tsc": "node-typescript",
}
"""The Debian package of each tool that is looked for."""

DISTINCT = frozenset(
    {"cargo", "clang++", "cmake", "g++", "gcc", "javac", "npm", "npx", "rustc", "sqlite3", "tsc"}
)
"""Those whose name alone is enough: it is no everyday word and no name of a language."""

BUILT_INS = frozenset({"cd", "echo", "exec", "export", "false", "set", "test", "true", "["})


def commands_in(line: str) -> Iterator[str]:
    """The first words of the commands in a command line, also inside of `sh -c '...'`.

    Paths and what every shell has itself are left out.
    """
    for part in re.split(r"&&|\|\||[;|\n]", _unwrapped(line)):
        words = _split(part)
        while words and re.fullmatch(r"\w+=.*", words[0]):
            words.pop(0)
        if words and "/" not in words[0] and "{" not in words[0] and words[0] not in BUILT_INS:
            yield words[0]


def _unwrapped(line: str) -> str:
    words = _split(line)
    return words[2] if words[:2] in (["sh", "-c"], ["bash", "-c"]) and words[2:] else line


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
