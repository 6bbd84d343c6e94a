"""What a failed test shows: every start of the program, what went in and what came out."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from .pipes import Pipes
from .result import Result

MOST_CHARACTERS = 3000
MOST_STARTS = 20


@dataclass
class Record:
    """One start of the program; `fault` is what the kit found wrong with it, if anything."""

    argv: tuple[str, ...]
    stdin: bytearray = field(default_factory=bytearray)
    files: Mapping[str, bytes] = field(default_factory=dict)
    pipes: Pipes | None = None
    result: Result | None = None
    fault: str | None = None


class Transcript:
    """The starts of one test in their order."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(self, record: Record) -> Record:
        self.records.append(record)
        return record

    def text(self) -> str:
        """All starts as text, the first ones left out where there are very many."""
        shown = self.records[-MOST_STARTS:]
        left_out = len(self.records) - len(shown)
        parts = [f"({left_out} earlier starts aren't shown)"] if left_out else []
        parts += [_describe(record, number) for number, record in enumerate(shown, left_out + 1)]
        return "\n\n".join(parts)


def _describe(record: Record, number: int) -> str:
    lines = [f"start {number}: {visible(shlex.join(record.argv))}"]
    lines += [_block(f"file {name}", content) for name, content in record.files.items()]
    if record.stdin:
        lines.append(_block("standard input", record.stdin))
    if record.result is not None:
        lines.append(f"status {record.result.status} after {record.result.seconds:.2f} s")
    elif record.fault is None:
        lines.append("still running")
    if record.fault is not None:
        lines.append(record.fault)
    if record.pipes is not None:
        lines.append(_block("standard output", record.pipes.stdout))
        lines.append(_block("standard error", record.pipes.stderr))
    return "\n".join(lines)


def _block(title: str, content: bytes | bytearray) -> str:
    if not content:
        return f"{title}: empty"
    text = cut(visible(content[: 4 * MOST_CHARACTERS].decode("utf-8", "backslashreplace")))
    body = "\n".join(f"  | {line}" for line in text.removesuffix("\n").split("\n"))
    return f"{title} ({len(content)} bytes):\n{body}"


def cut(text: str, most: int = MOST_CHARACTERS) -> str:
    """The text, or its beginning with a note on how much is missing."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text) - most} more characters)"


def visible(text: str) -> str:
    """The text with control characters, but for line feeds, and lone surrogates escaped."""
    return "".join(
        character if character == "\n" or character.isprintable() else _escaped(character)
        for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
