"""A folder of rules: where it lies, which rules it has, and the hash that names what they find."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import slopbench
from slopbench.errors import UsageError
from slopbench.quality.rules.blocks import meaning_hash, read_blocks

DIALECTS = {
    "python": ("python",),
    "javascript": ("javascript", "typescript", "tsx"),
    "typescript": ("typescript", "tsx"),
    "go": ("go",),
    "rust": ("rust",),
    "java": ("java",),
}
"""The languages that have rules, by the folder of the rules, and the dialects that they apply to."""
SUFFIXES = {
    "python": ".py",
    "javascript": ".js",
    "typescript": ".ts",
    "tsx": ".tsx",
    "go": ".go",
    "rust": ".rs",
    "java": ".java",
}
"""The ending by which both engines know a dialect."""
CATEGORIES = ("bool", "branch", "dict", "loop", "wrap", "conv", "dead", "exc", "func", "comment")
ENGINES = {"ast-grep": "ast-grep-cli", "ruff": "ruff"}
"""The engines, and the distributions that carry them."""

_PACKAGE = Path(slopbench.__file__).parent


@dataclass(frozen=True)
class Matcher:
    """What an engine must know of a rule. `code` and `message` are those of ruff, else empty."""

    rule: str
    language: str
    engine: str
    flags: tuple[str, ...]
    code: str
    message: str
    """A regular expression that ruff's message must match somewhere."""
    body: str
    """The keys that go to ast-grep as they are."""

    @property
    def about_comments(self) -> bool:
        """Whether the rule looks at comments, which no other rule may see."""
        return "/comment-" in self.rule


def own_bundle() -> Path:
    """The folder of the rules that come with slopbench: in the checkout, else in the wheel."""
    checkout = _PACKAGE.parent / "analysis" / "rules"
    if (_PACKAGE.parent / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    return _PACKAGE / "_bench" / "analysis" / "rules"


def rule_files(folder: Path) -> dict[str, Path]:
    """The files of a bundle by the id of their rule, sorted.

    Raises UsageError if there is none, or one of a language that has no rules.
    """
    files = sorted(folder.glob("*/*.yml"))
    found = {rule_id(file): file for file in files}
    if not found:
        raise UsageError(
            "holds no rule", where=str(folder), mend="put rules into LANGUAGE/CATEGORY-NAME.yml"
        )
    strange = next((file for file in files if file.parent.name not in DIALECTS), None)
    if strange:
        mend = f"name its folder one of: {', '.join(DIALECTS)}"
        raise UsageError("is a rule of an unknown language", where=str(strange), mend=mend)
    return dict(sorted(found.items()))


@cache
def matchers(folder: Path, languages: frozenset[str] = frozenset(DIALECTS)) -> tuple[Matcher, ...]:
    """What the engines must know of the rules of a bundle that are for these languages.

    Raises UsageError if one of them is faulty.
    """
    files = rule_files(folder).values()
    return tuple(matcher(file) for file in files if file.parent.name in languages)


def languages_for(dialects: Collection[str]) -> frozenset[str]:
    """The languages whose rules apply to one of the dialects."""
    return frozenset(
        language for language, applied in DIALECTS.items() if not set(dialects).isdisjoint(applied)
    )


def rule_id(file: Path) -> str:
    """The id of the rule in a file: its folder, which names the language, and its name."""
    return f"{file.parent.name}/{file.stem}"


def matcher(file: Path) -> Matcher:
    """What the engines must know of the rule in a file. Raises UsageError if it is faulty."""
    import yaml

    blocks = read_blocks(file)
    head = "".join(blocks.get(key, "") for key in ("engine", "code", "message", "flags"))
    try:
        values = yaml.load(head, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}  # noqa: S506
    except yaml.YAMLError as error:
        what = f"is no valid YAML: {' '.join(str(error).split())}"
        raise UsageError(what, where=str(file), mend="mend this place") from error
    engine, flags = values.get("engine"), values.get("flags") or ["first"]
    if engine not in ENGINES or not isinstance(flags, list):
        what = f"has the engine {engine!r} and the flags {flags!r}"
        mend = f"write one of {', '.join(ENGINES)}, and a list of flags"
        raise UsageError(what, where=str(file), mend=mend)
    return Matcher(
        rule_id(file),
        language=file.parent.name,
        engine=engine,
        flags=tuple(map(str, flags)),
        code=str(values.get("code", "")),
        message=str(values.get("message", "")),
        body="".join(blocks.get(key, "") for key in ("rule", "constraints", "utils", "transform")),
    )


def bundle_hash(folder: Path) -> str:
    """SHA-256 (hex) over what the rules of a bundle find; words for people don't count."""
    return meaning_hash({rule: read_blocks(file) for rule, file in rule_files(folder).items()})


@cache
def rules_fingerprint() -> dict[str, str]:
    """What the findings of the own bundle depend on: its rules and the engines.

    Raises UsageError if the rules are missing.
    """
    versions = {engine: version(package) for engine, package in ENGINES.items()}
    return {"rules": bundle_hash(own_bundle()), **versions}
