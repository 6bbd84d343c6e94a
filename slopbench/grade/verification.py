"""checkpoints/<slug>/verification.json: the last result of validating a problem."""

import hashlib
import json
from pathlib import Path
from typing import Any

from slopbench.grade.acceptance import CheckpointResult
from slopbench.problem.bench import Bench
from slopbench.problem.content import content_hash
from slopbench.problem.model import Problem
from slopbench.sandbox.protocol import Backend

FILE = "verification.json"


def save_verification(
    bench: Bench,
    problem: Problem,
    language: str,
    backend: Backend,
    result: CheckpointResult,
) -> Path:
    """Merge the result of a checkpoint into the file and return its path.

    Results of other checkpoints stay as long as they were measured on the same files with the same
    tools; results of other languages always stay, with the hashes that they were measured on.
    """
    file = bench.answers(problem.slug) / FILE
    languages = _languages_of(file)
    measured_on = {
        "problem_hash": problem.content_hash,
        "answers_hash": answers_hash(bench, problem),
        "sandbox": backend.name,
        "toolchain": backend.toolchain().id,
    }
    before = languages.get(language, {})
    kept = before.get("checkpoints", []) if measured_on.items() <= before.items() else []
    merged = {entry["checkpoint"]: entry for entry in [*kept, result.to_json()]}
    languages[language] = {**measured_on, "checkpoints": [merged[n] for n in sorted(merged)]}
    content = {"problem": problem.slug, "languages": dict(sorted(languages.items()))}
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return file


def answers_hash(bench: Bench, problem: Problem) -> str:
    """sha256 (hex) over the references and mutants of a problem."""
    folders = [bench.answers(problem.slug) / part for part in ("mutants", "reference")]
    hashes = [content_hash(folder) for folder in folders if folder.is_dir()]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _languages_of(file: Path) -> dict[str, Any]:
    """What the file holds, by language; nothing if it is missing or no file of ours."""
    try:
        languages = json.loads(file.read_text(encoding="utf-8"))["languages"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return languages if isinstance(languages, dict) else {}
