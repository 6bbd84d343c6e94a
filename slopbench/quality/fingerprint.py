"""What a score was made with: two scores are comparable when their fingerprints are equal."""

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import version

from slopbench.quality.clones import MIN_LINES, WINDOW
from slopbench.quality.erosion import CUT
from slopbench.quality.languages import LANGUAGES
from slopbench.quality.rules.bundle import rules_fingerprint

SCHEMA_VERSION = 2
"""Rises when a score of some tree can change for a reason that the other parts don't show."""


@cache
def measured_with() -> dict[str, object]:
    """Everything that a score depends on but the tree."""
    packages = sorted({"lizard", "tree-sitter", *(known.package for known in LANGUAGES)})
    return {
        "schema": SCHEMA_VERSION,
        "grammars": {package: version(package) for package in packages},
        "rules": rules_fingerprint(),
        "settings": {"complex_above": CUT, "clone_tokens": WINDOW, "clone_min_lines": MIN_LINES},
    }


@cache
def reading_fingerprint() -> str:
    """Everything that the facts of a file depend on: what a score does, and what only signals do."""
    python = ".".join(map(str, sys.version_info[:2]))
    return f"{quality_fingerprint()} vulture {version('vulture')} python {python}"


@cache
def quality_fingerprint() -> str:
    """The parts of `measured_with` as 16 hexadecimal digits of their SHA-256."""
    parts = json.dumps(measured_with(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
