"""When to kill a program in the middle of its work."""

import os
import re
from dataclasses import dataclass

from .program import Until


@dataclass(frozen=True)
class Point:
    """The moment at which the program is killed, and its name in messages."""

    name: str
    reached: Until


def point(
    folder: str, after_lines: int | None, after_match: str | None, after_file: str | None
) -> Point:
    """The one point that was asked for. Raises ValueError unless exactly one was."""
    points: list[Point] = []
    if after_lines is not None:
        lines = after_lines
        points.append(Point(f"{lines} lines of output", lambda out: out.count(b"\n") >= lines))
    if after_match is not None:
        regex = re.compile(after_match.encode("utf-8"))
        points.append(
            Point(f"output that matches {after_match!r}", lambda out: _matches(regex, out))
        )
    if after_file is not None:
        path = os.path.join(folder, after_file)
        points.append(Point(f"file {after_file!r}", lambda _: os.path.lexists(path)))
    if len(points) != 1:
        raise ValueError("crash needs exactly one of after_lines, after_match and after_file")
    return points[0]


def _matches(regex: re.Pattern[bytes], output: bytearray) -> bool:
    return regex.search(bytes(output)) is not None
