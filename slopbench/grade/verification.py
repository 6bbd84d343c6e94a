"""checkpoints/<slug>/verification.json: the last result of validating a problem.

It also is the cache of validation: a checkpoint whose files are those that it was measured on needs
no second run.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slopbench.config import state_folder
from slopbench.grade.acceptance import CheckpointResult
from slopbench.grade.dependencies.provide import measured_source
from slopbench.grade.model import SCHEMA_VERSION, Until
from slopbench.grade.validate import Step, has_mutants
from slopbench.problem.bench import Bench
from slopbench.problem.content import entries
from slopbench.problem.model import KitProblem
from slopbench.sandbox.backends import NONE
from slopbench.sandbox.protocol import Backend

FILE = "verification.json"
VALIDATION_VERSION = 2
"""Changes when validation asks for something else, so that old results don't count any more."""


def verification_file(bench: Bench, step: Step) -> Path:
    """Where the results of a problem are kept; a set that isn't ours is never written to."""
    if isinstance(step.problem, KitProblem):
        return bench.answers(step.problem.slug) / FILE
    name = f"{step.problem.slug}-{step.problem.content_hash[:16]}.json"
    return state_folder() / "verification" / name


def known_result(
    bench: Bench, step: Step, mutants_until: Until, sandbox: str | None = None
) -> CheckpointResult | None:
    """What an earlier validation that went as far measured on the same files, if everything held.

    With `sandbox`, only what was measured in sandboxes of that name; without, in any that isolates.
    """
    known = _languages_of(verification_file(bench, step)).get(step.language, {"checkpoints": []})
    for row in known["checkpoints"]:
        measured_on = row.pop("measured_on")
        if row["checkpoint"] != step.n or measured_on["inputs"] != inputs_hash(bench, step):
            continue
        if not stands_for(measured_on["sandbox"], sandbox):
            continue
        result = CheckpointResult.from_json(row)
        is_short = mutants_until is Until.END and not result.surveyed
        return result if result.ok and not is_short else None
    return None


def stands_for(measured: str, asked: str | None) -> bool:
    """Whether a result from one kind of sandbox answers for the one that was asked for, if any was."""
    return measured != NONE if asked is None else measured == asked


def save_verification(bench: Bench, step: Step, backend: Backend, result: CheckpointResult) -> Path:
    """Merge the result of a step into the file of its problem and return the file's path.

    Other results stay; each says which files and tools it was measured on.
    """
    file = verification_file(bench, step)
    languages = _languages_of(file)
    measured_on = {
        "inputs": inputs_hash(bench, step),
        "sandbox": backend.name,
        "toolchain": backend.toolchain().id,
    }
    before = languages.get(step.language, {}).get("checkpoints", [])
    known = len(step.problem.checkpoints)
    merged = {
        entry["checkpoint"]: entry
        for entry in [*before, {**result.to_json(), "measured_on": measured_on}]
        if entry["checkpoint"] <= known
    }
    languages[step.language] = {"checkpoints": [merged[n] for n in sorted(merged)]}
    content = {"problem": step.problem.slug, "languages": dict(sorted(languages.items()))}
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{FILE}.{os.getpid()}")
    fresh.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    fresh.replace(file)
    return file


def inputs_hash(bench: Bench, step: Step) -> str:
    """sha256 (hex) over all that the result of a step depends on, tools aside.

    That is the problem up to this checkpoint, the references and mutants that are played, where
    packages come from, and what grading and validation ask for.
    """
    packages = measured_source(step.dependencies, [step.problem])
    asked = f"{VALIDATION_VERSION} {SCHEMA_VERSION} {step.language} {packages}\n"
    digest = hashlib.sha256(asked.encode())
    for path in input_files(bench, step):
        data = path.read_bytes()
        name = path.relative_to(bench.root).as_posix().encode()
        digest.update(b"%d %d " % (len(name), len(data)) + name + data)
    return digest.hexdigest()


def input_files(bench: Bench, step: Step) -> Iterator[Path]:
    """The files of the problem without later checkpoints, and the known answers that are used."""
    yield from filter(Path.is_file, asked_files(step))
    for n in range(max(1, step.n - 1), step.n + 1):
        folder = bench.reference_folder(step.problem.slug, step.language, n)
        if folder.is_dir():
            yield from filter(Path.is_file, entries(folder))
    if has_mutants(bench, step):
        yield from filter(Path.is_file, [bench.mutants_file(step.problem.slug, step.n)])


def asked_files(step: Step) -> Iterator[Path]:
    """What a problem asks up to the checkpoint; only our own format keeps later ones apart."""
    top = step.problem.folder
    later = {str(each.n) for each in step.problem.checkpoints if each.n > step.n}
    return (path for path in entries(top) if path.relative_to(top).parts[0] not in later)


def _languages_of(file: Path) -> dict[str, Any]:
    """What the file holds, by language; nothing if it is missing or of another form."""
    try:
        languages: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["languages"]
        rows = [row for each in languages.values() for row in each["checkpoints"]]
        return languages if all("measured_on" in row for row in rows) else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
