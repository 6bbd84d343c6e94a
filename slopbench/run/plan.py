"""The frozen plan of a run: what is asked of whom, and what it is measured with."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from slopbench.errors import UsageError
from slopbench.run.journal import Key

StopOn = Literal["never", "fail"]
"""Whether an attempt ends with its first checkpoint that isn't strict."""


class Frozen(BaseModel):
    """A model that can't change and that refuses keys it doesn't know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Subject(Frozen):
    """What is compared.

    `context` is `fresh` when each checkpoint starts a new conversation; `origin` is `own` when the
    agent continues its own work.
    """

    runner: str
    runner_version: str
    model: str | None
    prompt: str
    prompt_hash: str
    language: str
    context: Literal["fresh"] = "fresh"
    origin: Literal["own"] = "own"


class Measure(Frozen):
    """What it is measured with; it must be equal for a comparison.

    In an imported run every part names the foreign format, or says that it is unknown.
    `dependencies` is where packages came from: `none`, `registry`, or `wheels:` with their hash.
    """

    problem_set_hash: str
    grading_schema: int | str
    quality_fingerprint: str
    toolchain: str
    limits: dict[str, dict[str, float]]
    network: Literal["none", "unknown"] = "none"
    dependencies: str = "none"


class Settings(Frozen):
    """What `resume` needs to go on in the same way.

    `bench` is None for the built-in benchmark; `dependencies` is what `--dependencies` was given.
    """

    bench: str | None
    runner: str
    command: str | None
    prompt: str
    samples: int = Field(ge=1)
    stop_on: StopOn
    dependencies: str = "none"


class PlannedProblem(Frozen):
    """A problem as it was when the run was planned; `checkpoints` is their number."""

    slug: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    title: str
    content_hash: str
    checkpoints: int = Field(ge=1)


class Imported(Frozen):
    """Where an imported run comes from: the format, the name of its folder, what was odd in it."""

    format: str
    source: str
    notes: tuple[str, ...] = ()


class Plan(Frozen):
    """The content of run.json.

    `imported` is None for a run that slopbench did itself.
    Recorded and never compared: `engine` (the version of slopbench), `tools` (the versions behind
    the toolchain id) and `enforcement` (how the sandbox holds each limit on this machine).
    """

    schema_version: Literal[1] = 1
    run_id: str
    created: str
    engine: str
    command: tuple[str, ...]
    sandbox: str
    tools: dict[str, str]
    enforcement: dict[str, str]
    subject: Subject
    measure: Measure
    settings: Settings
    problems: tuple[PlannedProblem, ...] = Field(min_length=1)
    imported: Imported | None = None

    def attempts(self) -> Iterator[list[Key]]:
        """The checkpoints of each attempt; the first sample of every problem comes first."""
        for sample in range(1, self.settings.samples + 1):
            for problem in self.problems:
                numbers = range(1, problem.checkpoints + 1)
                yield [Key(problem.slug, sample, number) for number in numbers]

    def planned(self) -> list[Key]:
        """Every planned checkpoint, sorted: the denominator of every rate."""
        return sorted(key for attempt in self.attempts() for key in attempt)

    def to_json(self) -> bytes:
        """The bytes of run.json."""
        return self.model_dump_json(indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes, path: Path) -> "Plan":
        """The plan in a run.json. Raises UsageError that names the first faulty key."""
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"])) or "the file"
            raise UsageError(
                f"{key}: {first['msg']}", where=str(path), mend="put run.json back from a copy"
            ) from error

    def refuse_imported(self) -> None:
        """Raise UsageError if another engine did this run: there is no agent to go on with."""
        if self.imported:
            raise UsageError(
                f"was imported from a {self.imported.format}; no agent can go on with it",
                where=self.run_id,
                mend="grade or score what is there: slopbench regrade RUN, slopbench rescore RUN",
            )

    def refuse_changes(self, subject: Subject, measure: Measure) -> None:
        """Raise UsageError if the run would go on with another subject or measure."""
        frozen = self.subject.model_dump() | self.measure.model_dump()
        now = subject.model_dump() | measure.model_dump()
        changed = [name for name, value in frozen.items() if now[name] != value]
        if changed:
            raise UsageError(
                f"{', '.join(changed)} changed since the run began",
                where=self.run_id,
                mend="restore that, or start a new run: rows of one run must be comparable",
            )


def new_run_id(runner: str) -> str:
    """An id that sorts by time and tells whose run it is."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return f"{now}-{runner}-{secrets.token_hex(2)}"


def utc_now() -> str:
    """The time as run.json has it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
