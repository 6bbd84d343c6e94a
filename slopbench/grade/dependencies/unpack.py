"""Unpacks a wheel: its importable files and nothing else, within bounds, and without running any of it."""

import stat
import struct
import zipfile
import zlib
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from packaging.utils import canonicalize_name
from packaging.version import Version

from slopbench.grade.dependencies.lock import Wheel
from slopbench.grade.dependencies.requirements import Refused
from slopbench.printable import visible

MOST_FILES = 50_000
MOST_BYTES = 2 << 30
MOST_DIRECTORY_BYTES = 16 << 20
MOST_METADATA_BYTES = 4 << 20
LONGEST_PATH, LONGEST_NAME = 1000, 240
CHUNK = 1 << 18
IMPORTABLE = ("purelib", "platlib")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
END, END_BYTES = b"PK\x05\x06", 22
END_WINDOW = 65_535 + END_BYTES
ZIP64, ZIP64_BYTES = b"PK\x06\x07", 20
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError),
    *(FileExistsError, NotADirectoryError, IsADirectoryError),
)
"""What reading a file raises that is no wheel, and writing one whose names contradict each other."""


def unpack(file: BinaryIO, wheel: Wheel, folder: Path) -> None:
    """Write the importable files of a wheel below `folder`: no scripts, no headers, no data.

    Raises Refused for a file that is no wheel of that project, is too large unpacked, or names
    places outside; OSError if the disk fails.
    """
    try:
        check_directory(file)
        with zipfile.ZipFile(file) as archive:
            files = places(archive)
            check_project(archive, wheel)
            room = MOST_BYTES
            for place, info in files.items():
                room -= write(archive, info, folder / place, room)
    except (Refused, *BROKEN) as error:
        raise Refused(f"{visible(wheel.file)}: {visible(error)}") from error


def check_directory(file: BinaryIO) -> None:
    """Refuse a zip file whose list of files would fill the memory when it is read."""
    size = file.seek(0, 2)
    start = file.seek(max(0, size - END_WINDOW))
    window = file.read()
    at = window.rfind(END)
    if at < 0 or len(window) < at + END_BYTES:
        raise Refused("is no zip file")
    entries, length = struct.unpack("<HI", window[at + 10 : at + 16])
    locator = file.seek(max(0, start + at - ZIP64_BYTES))
    if file.read(len(ZIP64)) == ZIP64 and locator:
        raise Refused("is a zip file of the kind for huge archives")
    if entries > MOST_FILES or length > MOST_DIRECTORY_BYTES:
        raise Refused(f"has more than {MOST_FILES} files")
    file.seek(0)


def places(archive: zipfile.ZipFile) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """The importable files by their places in the folder."""
    found: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        place = place_of(info)
        if place in found:
            raise Refused(f"has {info.filename} twice")
        if place is not None:
            found[place] = info
    if len(found) > MOST_FILES:
        raise Refused(f"has more than {MOST_FILES} files")
    if sum(info.file_size for info in found.values()) > MOST_BYTES:
        raise Refused(f"is larger than {MOST_BYTES >> 20} MiB unpacked")
    return found


def place_of(info: zipfile.ZipInfo) -> PurePosixPath | None:
    """Where an entry goes; None for folders and for what isn't importable. Raises Refused."""
    parts = checked_parts(info.orig_filename)
    check_kind(info)
    if info.is_dir():
        return None
    if parts[0].endswith(".data"):
        return PurePosixPath(*parts[2:]) if parts[1:2] and parts[1] in IMPORTABLE else None
    return PurePosixPath(*parts)


def checked_parts(name: str) -> list[str]:
    """The parts of an entry's name, if it leads below the folder. Raises Refused."""
    parts = name.removesuffix("/").split("/")
    outside = {"", ".", ".."}.intersection(parts) or "\\" in name or "\0" in name
    if outside or len(name) > LONGEST_PATH or max(map(length, parts)) > LONGEST_NAME:
        raise Refused(f"names a place that isn't taken: {name[:100]!r}")
    return parts


def length(part: str) -> int:
    return len(part.encode("utf-8", "surrogatepass"))


def check_kind(info: zipfile.ZipInfo) -> None:
    """Refuse links and devices, and what can't be read without a password or another library."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(f"has a link or device: {info.filename}")
    if info.compress_type not in METHODS or info.flag_bits & 1:
        raise Refused(f"packs {info.filename} in an unusual way")


def check_project(archive: zipfile.ZipFile, wheel: Wheel) -> None:
    """Refuse a wheel whose own description is of another project or version."""
    found = [info for info in archive.infolist() if is_metadata(info.filename)]
    if len(found) != 1 or found[0].file_size > MOST_METADATA_BYTES:
        raise Refused("has not exactly one METADATA")
    with archive.open(found[0]) as stream:
        told: Message = BytesHeaderParser().parsebytes(stream.read(MOST_METADATA_BYTES))
    name, version = str(told.get("Name", "")), str(told.get("Version", ""))
    if canonicalize_name(name) != wheel.name or Version(version) != Version(wheel.version):
        raise Refused(f"is {name} {version}, not {wheel.name} {wheel.version}")


def is_metadata(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder.endswith(".dist-info") and file == "METADATA"


def write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, room: int) -> int:
    """Write one new file of at most `room` bytes; the number of its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(info) as stream, path.open("xb") as file:
        while piece := stream.read(CHUNK):
            written += len(piece)
            if written > room:
                raise Refused(f"is larger than {MOST_BYTES >> 20} MiB unpacked")
            file.write(piece)
    path.chmod(0o755 if info.external_attr >> 16 & 0o111 else 0o644)
    return written
