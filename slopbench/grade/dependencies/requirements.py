"""A solution's requirements.txt: hostile text, from which names and versions are taken and nothing else."""

import contextlib
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from slopbench.printable import visible

FILE = "requirements.txt"
MOST_BYTES = 64 << 10
MOST_REQUIREMENTS = 200
LONGEST_LINE = 1000
COMMENT = re.compile(r"(^|\s)#.*$")
HASH = re.compile(r"\s+--hash[= ]\s*\w+:[0-9a-fA-F]+")
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
VERSIONS = re.compile(r"[A-Za-z0-9.,!<>=~*+_-]*", re.ASCII)


class Refused(Exception):
    """A requirement, or a file of them, that isn't taken; the text says which and why."""


def requirements_file(solution: BinaryIO) -> bytes | None:
    """The requirements.txt of a solution, a tar stream that is left at 0; None if it has none.

    Raises Refused if it is no file or too large.
    """
    solution.seek(0)
    try:
        found = None
        with tarfile.open(fileobj=solution, mode="r:") as archive:
            for member in archive:
                if member.name.removeprefix("./") == FILE:
                    found = content(archive, member)
        return found
    finally:
        solution.seek(0)


def asks_for_packages(solution: BinaryIO) -> bool:
    """Whether the requirements.txt of a solution asks for anything; one that can't be read does."""
    try:
        data = requirements_file(solution)
    except Refused:
        return True
    return any(logical_lines((data or b"").decode("utf-8-sig", "replace")))


def content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member) if member.isreg() else None
    if stream is None:
        raise Refused(f"{FILE} is no regular file")
    if member.size > MOST_BYTES:
        raise Refused(f"{FILE} has more than {MOST_BYTES} bytes")
    return stream.read()


def parse(data: bytes, markers: Mapping[str, str]) -> tuple[str, ...]:
    """The requirements that apply where `markers` hold, as `name[extras]versions`, sorted.

    Markers are evaluated here, and hashes dropped, so that what a resolver is given holds names,
    extras and versions alone. Raises Refused that names the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{FILE} is not UTF-8") from error
    found = set()
    for number, line in logical_lines(text):
        found.add(located(line, number, markers))
        if len(found) > MOST_REQUIREMENTS:
            raise Refused(f"{FILE} names more than {MOST_REQUIREMENTS} packages")
    return tuple(sorted(each for each in found if each is not None))


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with the number of their first one: continued ones joined, comments and blanks left out."""
    first, parts = 0, ""
    for number, line in enumerate([*text.split("\n"), ""], 1):
        first = first if parts else number
        stripped = COMMENT.sub("", line.rstrip("\r"))
        if stripped.endswith("\\"):
            parts += stripped[:-1] + " "
            continue
        whole, parts = (parts + stripped).strip(), ""
        if whole:
            yield first, whole


def located(line: str, number: int, markers: Mapping[str, str]) -> str | None:
    try:
        if len(line) > LONGEST_LINE:
            raise Refused(f"has more than {LONGEST_LINE} characters")
        return plain(HASH.sub("", line).replace("\t", " "), markers)
    except Refused as error:
        raise Refused(f"{FILE}:{number}: {error}") from error


def plain(text: str, markers: Mapping[str, str]) -> str | None:
    """A requirement as `name[extras]versions`; None if its marker doesn't hold.

    Raises Refused for anything but the name of a package with versions, extras and a marker.
    """
    text = text.strip()
    if text.startswith("-"):
        raise Refused(f"options are not taken: {visible(text, 80)}")
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        raise Refused(f"is no name of a package with versions: {visible(text, 80)}") from error
    if requirement.url is not None:
        raise Refused(f"addresses and paths are not taken: {visible(text, 80)}")
    if not applies(requirement, markers):
        return None
    return written(requirement)


def applies(requirement: Requirement, markers: Mapping[str, str]) -> bool:
    if requirement.marker is None:
        return True
    with contextlib.suppress(ValueError, KeyError):
        return requirement.marker.evaluate(dict(markers))
    raise Refused(f"its marker can't be evaluated: {visible(requirement.marker, 80)}")


def written(requirement: Requirement) -> str:
    """The requirement without its marker, in letters that mean nothing else to any resolver."""
    versions, extras = (
        str(requirement.specifier),
        sorted(map(canonicalize_name, requirement.extras)),
    )
    names = [requirement.name, *requirement.extras]
    if not all(map(NAME.fullmatch, names)) or "===" in versions or not VERSIONS.fullmatch(versions):
        raise Refused(f"unusual name or version: {visible(requirement, 80)}")
    listed = f"[{','.join(extras)}]" if extras else ""
    return f"{canonicalize_name(requirement.name)}{listed}{versions}"


def plain_all(texts: Iterable[str], markers: Mapping[str, str]) -> tuple[str, ...]:
    """Requirements of a problem, as `plain` writes each. Raises Refused."""
    found = {plain(text, markers) for text in texts}
    return tuple(sorted(each for each in found if each is not None))
