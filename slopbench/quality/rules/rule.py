"""A rule as its author wrote it, checked: what it finds, why that is redundant, and its proof."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from slopbench.errors import UsageError
from slopbench.quality.rules.blocks import read_blocks
from slopbench.quality.rules.bundle import CATEGORIES, DIALECTS, rule_files, rule_id

RUN = ("python", "javascript")
"""The languages whose snippets are run to show that they behave alike."""

Text = Annotated[str, Field(min_length=1)]
Flag = Annotated[
    str, Field(pattern=r"^(-first|first|last[2-9]?|all|[A-Z][A-Z0-9_]*(\.first|\.last)?)$")
]


class Rule(BaseModel):
    """One rule of a bundle. `bad` shows what it finds, `good` the shorter equivalent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=rf"^[a-z]+/({'|'.join(CATEGORIES)})(-[a-z0-9]+)+$")]
    title: Annotated[str, Field(min_length=1, max_length=70, pattern=r"[^.]$")]
    why: Text
    engine: Literal["ast-grep", "ruff"]
    code: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]+$")] | None = None
    message: Text | None = None
    rule: dict[str, Any] | None = None
    constraints: dict[str, Any] | None = None
    utils: dict[str, Any] | None = None
    transform: dict[str, Any] | None = None
    flags: Annotated[tuple[Flag, ...], Field(min_length=1)] = ("first",)
    bad: Text
    good: Text
    calls: tuple[Text, ...] = ()

    @property
    def language(self) -> str:
        """The language of the snippets."""
        return self.id.partition("/")[0]

    @property
    def category(self) -> str:
        """The kind of redundancy, one of `bundle.CATEGORIES`."""
        return self.id.partition("/")[2].partition("-")[0]

    @model_validator(mode="after")
    def _belongs_together(self) -> "Rule":
        fault = self._fault_of_language() or self._fault_of_engine() or self._fault_of_calls()
        if fault:
            raise ValueError(fault)
        return self

    def _fault_of_language(self) -> str:
        known = self.language in DIALECTS
        return "" if known else f"the folder must be one of: {', '.join(DIALECTS)}"

    def _fault_of_engine(self) -> str:
        if self.engine == "ruff":
            fits = self.code is not None and self.rule is None
            return "" if fits else "a rule of ruff has a code and no rule"
        fits = self.rule is not None and not (self.code or self.message)
        return "" if fits else "a rule of ast-grep has a rule, no code and no message"

    def _fault_of_calls(self) -> str:
        if self.language not in RUN:
            return f"calls are run for {' and '.join(RUN)} alone" if self.calls else ""
        return "" if self.calls or self.category == "comment" else "calls are missing"


def load_rule(file: Path) -> Rule:
    """The rule in a file. Raises UsageError with the file, and the key where one is at fault."""
    blocks = read_blocks(file)
    data = _yaml(file)
    strange = [key for key in data if str(key) not in blocks]
    if strange:
        raise UsageError(
            f"has the key {strange[0]!r} not at the beginning of a line",
            where=str(file),
            mend="write each key as KEY: on a line of its own",
        )
    try:
        return Rule.model_validate({**data, "id": rule_id(file)})
    except ValidationError as error:
        raise UsageError(_faults(error), where=str(file), mend="see analysis/README.md") from error


def load_rules(folder: Path) -> list[Rule]:
    """All rules of a bundle, by id. Raises UsageError at the first that is faulty."""
    return [load_rule(file) for file in rule_files(folder).values()]


def _yaml(file: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = file.read_text("utf-8")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, loader)):
            raise UsageError("has an alias", where=str(file), mend="write it out")
        data = yaml.load(text, loader)  # noqa: S506
    except yaml.YAMLError as error:
        what = f"is no valid YAML: {' '.join(str(error).split())}"
        raise UsageError(what, where=str(file), mend="mend this place") from error
    if not isinstance(data, dict):
        raise UsageError("is no mapping of keys", where=str(file), mend="see analysis/README.md")
    return data


def _faults(error: ValidationError) -> str:
    return ", ".join(
        f"{_place(fault['loc'])}{fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_url=False)
    )


def _place(path: Sequence[str | int]) -> str:
    return f"{'.'.join(map(str, path))}: " if path else ""
