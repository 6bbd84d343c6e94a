"""Makes folders like those that SlopCodeBench leaves behind, with contents of our own."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CONFIG = """\
agent:
  type: claude_code
  version: 2.0.51
environment:
  type: docker
model:
  name: opus-4.5
  provider: anthropic
one_shot:
  enabled: false
problems: []
prompt_content: 'Solve it: {{ spec }}'
prompt_path: configs/prompts/just-solve.jinja
thinking: low
"""
GROUPS = ("Core", "Functionality", "Error")


def recorded_run(root: Path, problems: Mapping[str, int]) -> Path:
    """A run in which every planned checkpoint was evaluated and passed every test."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "config.yaml").write_text(CONFIG)
    (root / "environment.yaml").write_text("type: docker\nname: python3.12\n")
    (root / "logs").mkdir()
    rows = []
    for slug, count in problems.items():
        names = [f"checkpoint_{n}" for n in range(1, count + 1)]
        (root / slug).mkdir()
        (root / slug / "problem.yaml").write_text(problem_yaml(slug, names))
        (root / slug / "run_info.yaml").write_text(run_info(names))
        for n, name in enumerate(names, start=1):
            recorded_checkpoint(root / slug / name, slug, n)
            rows.append({"problem": slug, "checkpoint": name, "loc": 10 * n, "cc_max": 3})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (root / "checkpoint_results.jsonl").write_text(lines)
    return root


def problem_yaml(slug: str, names: Sequence[str]) -> str:
    orders = {name: n for n, name in enumerate(names, start=1)}
    lines = [f"  {name}:\n    order: {orders[name]}\n    version: 1\n" for name in sorted(names)]
    return f"checkpoints:\n{''.join(lines)}name: {slug}\nversion: 1\n"


def run_info(names: Sequence[str]) -> str:
    states = "".join(f"    {name}: ran\n" for name in sorted(names))
    return f"agent_type: claude_code\nsummary:\n  checkpoints:\n{states}  state: completed\n"


def recorded_checkpoint(folder: Path, slug: str, n: int) -> None:
    """What a checkpoint leaves: its prompt, the agent's usage, its files, the outcomes."""
    folder.mkdir()
    (folder / "prompt.txt").write_text(f"Please do step {n} of {slug}.\n")
    write_json(folder / "inference_result.json", inference())
    write_json(folder / "evaluation.json", evaluation(slug, n))
    files = {"main.py": f"def step():\n    return {n}\n", "requirements.txt": ""}
    for name, content in files.items():
        (folder / "snapshot").mkdir(exist_ok=True)
        (folder / "snapshot" / name).write_text(content)
    (folder / "quality_analysis").mkdir()
    write_json(folder / "quality_analysis" / "overall_quality.json", {"lines": {"loc": 10 * n}})


def inference(**changes: Any) -> dict[str, Any]:
    tokens = {"input": 700, "output": 20, "cache_read": 600, "cache_write": 5, "reasoning": 3}
    usage = {"cost": 0.25, "steps": 9, "net_tokens": tokens, "current_tokens": tokens}
    times = {"started": "2026-01-01T00:00:00", "completed": "2026-01-01T00:08:00", "elapsed": 480.5}
    return {**times, "usage": usage, "had_error": False, "error_message": None, **changes}


def evaluation(slug: str, n: int, failed: Sequence[str] = (), **changes: Any) -> dict[str, Any]:
    """An evaluation of checkpoint `n`: two tests a group and earlier step; `failed` names groups."""
    tests: dict[str, dict[str, list[str]]] = {}
    totals: dict[str, int] = {}
    passes: dict[str, int] = {}
    groups = [(f"checkpoint_{n}", group) for group in GROUPS]
    groups += [(f"checkpoint_{k}", "Regression") for k in range(1, n)]
    for checkpoint, group in groups:
        names = [f"test_{group.lower()}[{row}]" for row in "ab"]
        lost = names[1:] if group in failed else []
        passed = [name for name in names if name not in lost]
        tests[f"{checkpoint}-{group}"] = {"passed": passed, "failed": lost}
        totals[group] = totals.get(group, 0) + 2
        passes[group] = passes.get(group, 0) + len(passed)
    return {
        "problem_name": slug,
        "problem_version": 1,
        "checkpoint_name": f"checkpoint_{n}",
        "checkpoint_version": 1,
        "duration": 9.5,
        "entrypoint": "python main.py",
        "tests": tests,
        "pass_counts": passes,
        "total_counts": totals,
        "pytest_exit_code": 1 if failed else 0,
        "pytest_collected": sum(totals.values()),
        "infrastructure_failure": False,
        **changes,
    }


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2))
