"""Which wheels a resolution comes to: read from uv's lock file, one for each package, by name and hash."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from slopbench.grade.dependencies.requirements import Refused

FILE = "lock.json"
MOST_PACKAGES = 200
MOST_BYTES = 1 << 30
"""All wheels of a resolution together, packed."""
SCHEMES = ("https", "http", "file")
HASH_DIGITS = 64


@dataclass(frozen=True)
class Wheel:
    """A chosen wheel: its project and version, its file's name and address, and the file's sha256."""

    name: str
    version: str
    file: str
    url: str
    sha256: str


def chosen_wheels(lock: bytes, tags: Iterable[str]) -> tuple[Wheel, ...]:
    """The best wheel of each package in a `pylock.toml`, sorted by name.

    Raises Refused for a package without a wheel that fits `tags`, or if they are too many or too large.
    """
    packages = tomllib.loads(lock.decode("utf-8")).get("packages", [])
    if len(packages) > MOST_PACKAGES:
        raise Refused(f"needs {len(packages)} packages, more than {MOST_PACKAGES}")
    ranks = {tag: rank for rank, tag in enumerate(tags)}
    chosen = [best(package, ranks) for package in packages]
    size = sum(entry.get("size", 0) for entry in chosen)
    if size > MOST_BYTES:
        raise Refused(f"needs {size >> 20} MiB of packages, more than {MOST_BYTES >> 20}")
    named = zip(packages, chosen, strict=True)
    return tuple(sorted((wheel_of(*each) for each in named), key=lambda wheel: wheel.name))


def best(package: Mapping[str, Any], ranks: Mapping[str, int]) -> Mapping[str, Any]:
    """The entry of the wheel that the interpreter prefers."""
    entries: list[Mapping[str, Any]] = package.get("wheels", [])
    ranked = [(rank(file_of(entry), ranks), file_of(entry), entry) for entry in entries]
    fitting = [each for each in ranked if each[0] is not None]
    if not fitting:
        raise Refused(f"{package['name']} {package.get('version', '')} has no wheel that fits")
    return min(fitting, key=lambda each: (each[0], each[1]))[2]


def rank(file: str, ranks: Mapping[str, int]) -> tuple[int, int] | None:
    """How far down the interpreter's list a wheel stands, of two alike the newer build first; None off it."""
    try:
        _, _, build, tags = parse_wheel_filename(file)
    except InvalidWheelFilename:
        return None
    found = [ranks[str(tag)] for tag in tags if str(tag) in ranks]
    return (min(found), -build[0] if build else 0) if found else None


def file_of(entry: Mapping[str, Any]) -> str:
    return unquote(urlsplit(str(entry.get("url", ""))).path).rpartition("/")[2]


def wheel_of(package: Mapping[str, Any], entry: Mapping[str, Any]) -> Wheel:
    """The wheel of an entry; Refused without a hash, or if the file is of another project."""
    name, version, url = str(package["name"]), str(package["version"]), str(entry["url"])
    sha256 = str(entry.get("hashes", {}).get("sha256", "")).lower()
    if len(sha256) != HASH_DIGITS or not set(sha256) <= set("0123456789abcdef"):
        raise Refused(f"{name} {version}: the index gives no sha256")
    if urlsplit(url).scheme not in SCHEMES:
        raise Refused(f"{name} {version}: lies at no address that is taken")
    if parse_wheel_filename(file_of(entry))[0] != canonicalize_name(name):
        raise Refused(f"{name} {version}: its wheel is of another project")
    return Wheel(name, version, file_of(entry), url, sha256)


def write(wheels: Iterable[Wheel], folder: Path) -> None:
    """Keep a resolution in a folder."""
    (folder / FILE).write_text(json.dumps([asdict(wheel) for wheel in wheels], indent=1))


def read(folder: Path) -> tuple[Wheel, ...]:
    """The resolution that is kept in a folder."""
    return tuple(Wheel(**each) for each in json.loads((folder / FILE).read_text()))
