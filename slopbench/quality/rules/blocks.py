"""A rule file as the texts of its top-level keys, which is all that running a rule needs.

Reading a bundle so is many times quicker than reading its YAML.
"""

import hashlib
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from slopbench.errors import UsageError

MEANING = ("engine", "code", "message", "rule", "constraints", "utils", "transform", "flags")
"""The keys that decide what is found; the others are for people and for the tests."""

_KEY = re.compile(r"^([A-Za-z]+):", re.MULTILINE)


def read_blocks(file: Path) -> dict[str, str]:
    """The text of each top-level key of a rule file, the key included.

    Raises UsageError if the file can't be read as UTF-8 or has a key twice.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"can't be read: {error}", where=str(file), mend="save it as UTF-8"
        ) from error
    starts = [(match[1], match.start()) for match in _KEY.finditer(text)]
    blocks: dict[str, str] = {}
    for (key, start), (_, end) in pairwise([*starts, ("", len(text))]):
        if key in blocks:
            raise UsageError(f"has the key {key!r} twice", where=str(file), mend="remove one")
        blocks[key] = text[start:end]
    return blocks


def meaning_hash(rules: Mapping[str, Mapping[str, str]]) -> str:
    """SHA-256 (hex) over what the rules find: blocks by key, by the id of the rule."""
    digest = hashlib.sha256()
    for rule_id, blocks in sorted(rules.items()):
        digest.update(f"{rule_id}\0".encode())
        for key in MEANING:
            digest.update(f"{blocks.get(key, '').rstrip()}\0".encode())
    return digest.hexdigest()
