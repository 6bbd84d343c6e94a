"""One recorded checkpoint: what its folder says, as phases and files of ours."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from slopbench.run.imported import inference, outcomes
from slopbench.run.imported.layout import SNAPSHOT
from slopbench.run.imported.parsing import Unusable, parsed_json, parsed_row
from slopbench.run.imported.source import SourceFolder, TooLarge

EVALUATION, EVALUATION_BYTES = "evaluation.json", 32 << 20
INFERENCE, INFERENCE_BYTES = "inference_result.json", 4 << 20
PROMPT, PROMPT_BYTES = "prompt.txt", 8 << 20
QUALITY, FIGURES, FIGURES_BYTES = "quality_analysis", "overall_quality.json", 4 << 20
THEIRS = "scbench.json"

Given = TypeVar("Given")
Made = TypeVar("Made")
Parse = Callable[[bytes], dict[str, Any]]


@dataclass
class Recording:
    """A checkpoint as it was recorded, all but its snapshot; notes are lines about what is odd.

    `begun` is whether anything came of it before their engine ended.
    """

    begun: bool
    has_snapshot: bool
    agent: inference.Inference
    outcome: outcomes.Recorded | None
    prompt: bytes | None
    theirs: Mapping[str, Any]
    notes: Sequence[str]

    @property
    def grade_cause(self) -> str | None:
        """Why there are no outcomes of tests, None where there are some."""
        return self.outcome.cause if self.outcome else "not_evaluated"

    def agent_artefacts(self) -> dict[str, bytes]:
        """The prompt, and everything of theirs that isn't a result of ours."""
        theirs = {**self.theirs, "notes": list(self.notes)}
        files = {THEIRS: json.dumps(theirs, indent=1).encode()}
        return files if self.prompt is None else {"prompt.md": self.prompt} | files

    def grade_artefacts(self) -> dict[str, bytes]:
        """The outcomes of the tests, if there are any."""
        tests = self.outcome and self.outcome.tests
        return {"tests.1.json": json.dumps(tests).encode()} if tests else {}


def read_checkpoint(
    folder: SourceFolder, place: tuple[str, int, Sequence[str]], rows: Sequence[Mapping[str, Any]]
) -> Recording:
    """What the folder of a checkpoint says; `place` as in outcomes.convert.

    What can't be used is noted, and counts as not recorded or as `evaluation_unusable`. Raises
    Refused for links and for whatever else is no regular file.
    """
    reader = Reader(folder)
    folders = folder.folders()
    said = reader.parsed(INFERENCE, INFERENCE_BYTES, parsed_json)
    evaluation = reader.parsed(EVALUATION, EVALUATION_BYTES, parsed_json)
    agent = reader.converted(INFERENCE, said, inference.convert)
    outcome = reader.converted(EVALUATION, evaluation, lambda found: outcomes.convert(found, place))
    if EVALUATION in reader.unusable:
        outcome = outcomes.Recorded("evaluation_unusable", None, None, {})
    return Recording(
        begun=SNAPSHOT in folders or bool(reader.present & {EVALUATION, INFERENCE}),
        has_snapshot=SNAPSHOT in folders,
        agent=agent or inference.Inference(),
        outcome=outcome,
        prompt=reader.content(PROMPT, PROMPT_BYTES),
        theirs={
            INFERENCE: said,
            EVALUATION: outcome and outcome.details,
            FIGURES: figures(reader, folders),
            "checkpoint_results.jsonl": rows,
        },
        notes=[*reader.notes, *(outcome.notes if outcome else ())],
    )


def figures(reader: "Reader", folders: Sequence[str]) -> dict[str, Any] | None:
    """Their own quality figures of the whole snapshot."""
    if QUALITY not in folders:
        return None
    with reader.folder.folder(QUALITY) as folder:
        inner = Reader(folder, reader.notes)
        return inner.parsed(FIGURES, FIGURES_BYTES, parsed_row)


class Reader:
    """Reads files of a folder; remembers which are there, and which of those can't be used."""

    def __init__(self, folder: SourceFolder, notes: list[str] | None = None) -> None:
        self.folder, self.notes = folder, [] if notes is None else notes
        self.present: set[str] = set()
        self.unusable: set[str] = set()

    def content(self, name: str, most_bytes: int) -> bytes | None:
        """A file as it is; None, and noted, if it is too large."""
        try:
            content = self.folder.file(name, most_bytes)
        except TooLarge as error:
            self.present.add(name)
            self._pass_over(name, error)
            return None
        if content is not None:
            self.present.add(name)
        return content

    def parsed(self, name: str, most_bytes: int, parse: Parse) -> dict[str, Any] | None:
        """The object in a file; None if it isn't there, or, noted, if it is none."""
        content = self.content(name, most_bytes)
        return None if content is None else self.converted(name, content, parse)

    def converted(
        self, name: str, found: Given | None, convert: Callable[[Given], Made]
    ) -> Made | None:
        """What `convert` makes of what was found in a file; None, and noted, if it refuses."""
        try:
            return None if found is None else convert(found)
        except Unusable as error:
            self._pass_over(name, error)
            return None

    def _pass_over(self, name: str, error: ValueError) -> None:
        self.unusable.add(name)
        self.notes.append(f"{name} {error}")
