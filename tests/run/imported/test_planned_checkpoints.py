"""Which checkpoints a recorded run had planned, and where folder, settings and set disagree."""

import shutil
from pathlib import Path

import pytest
from recorded_runs import CONFIG, problem_yaml, recorded_run

from slopbench.errors import UsageError
from slopbench.run.imported.scbench import Request, import_run
from slopbench.run.imported.source import Refused
from slopbench.run.plan import Plan

SET = Path(__file__).parents[2] / "fixtures" / "scbench-format"


def plan(run: Path, bench: Path | None = None) -> Plan:
    done = import_run(Request(run, run.parent / "out", bench, []), lambda key: None)
    return Plan.from_json((done.root / "run.json").read_bytes(), done.root)


def planned(run: Path, bench: Path | None = None) -> dict[str, int]:
    return {each.slug: each.checkpoints for each in plan(run, bench).problems}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return recorded_run(tmp_path / "recorded", {"alpha": 11})


def sources(run: Path, count: int) -> list[str]:
    """The n-th prompt, read back, tells which folder became the n-th checkpoint."""
    folder = run.parent / "out" / "attempts" / "alpha" / "1"
    return [(folder / str(n) / "1" / "prompt.md").read_text() for n in range(1, count + 1)]


def test_checkpoints_come_in_their_order_and_not_by_name(run: Path) -> None:
    assert planned(run) == {"alpha": 11}
    assert sources(run, 11) == [f"Please do step {n} of alpha.\n" for n in range(1, 12)]


def test_without_the_problem_the_states_of_the_run_say_it(run: Path) -> None:
    (run / "alpha" / "problem.yaml").unlink()
    assert planned(run) == {"alpha": 11}
    assert sources(run, 11) == [f"Please do step {n} of alpha.\n" for n in range(1, 12)]


def test_without_either_the_folders_are_counted_and_that_is_noted(run: Path) -> None:
    for name in ("problem.yaml", "run_info.yaml"):
        (run / "alpha" / name).unlink()
    shutil.rmtree(run / "alpha" / "checkpoint_4")
    found = plan(run)
    assert found.problems[0].checkpoints == 11
    assert found.imported is not None
    assert (
        "alpha: its checkpoints were counted by their folders, 11 of them" in found.imported.notes
    )


def test_names_of_ones_own_need_an_order(run: Path) -> None:
    names = [f"step-{n}" for n in range(1, 3)]
    for n, name in enumerate(names, start=1):
        (run / "alpha" / f"checkpoint_{n}").rename(run / "alpha" / name)
        text = (run / "alpha" / name / "evaluation.json").read_text()
        (run / "alpha" / name / "evaluation.json").write_text(
            text.replace(f'"checkpoint_{n}"', f'"{name}"')
        )
    for n in range(3, 12):
        shutil.rmtree(run / "alpha" / f"checkpoint_{n}")
    (run / "alpha" / "problem.yaml").write_text(problem_yaml("alpha", names))
    assert planned(run) == {"alpha": 2}
    shutil.rmtree(run.parent / "out")
    (run / "alpha" / "problem.yaml").write_text("checkpoints: {step-1: {}, step-2: {}}\n")
    with pytest.raises(Refused, match="doesn't say in which order"):
        plan(run)


def test_a_problem_set_adds_what_was_never_begun(tmp_path: Path) -> None:
    run = recorded_run(tmp_path / "recorded", {"greeter": 1})
    assert planned(run, SET) == {"greeter": 1, "word_tally": 3}


def test_settings_that_name_problems_say_which_of_the_set_were_planned(tmp_path: Path) -> None:
    run = recorded_run(tmp_path / "recorded", {"greeter": 1})
    (run / "config.yaml").write_text(CONFIG.replace("problems: []", "problems: [greeter]"))
    assert planned(run, SET) == {"greeter": 1}


def test_a_named_problem_of_which_nothing_is_there_needs_the_set(tmp_path: Path) -> None:
    run = recorded_run(tmp_path / "recorded", {"greeter": 1})
    (run / "config.yaml").write_text(
        CONFIG.replace("problems: []", "problems: [greeter, word_tally]")
    )
    with pytest.raises(Refused, match="planned word_tally, of which nothing is there"):
        plan(run)
    assert planned(run, SET) == {"greeter": 1, "word_tally": 3}


def test_a_run_that_contradicts_the_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="had 2 checkpoints that aren't the 1 of the problem set"):
        plan(recorded_run(tmp_path / "one", {"greeter": 2}), SET)
    with pytest.raises(Refused, match="isn't in the problem set"):
        plan(recorded_run(tmp_path / "two", {"stranger": 2}), SET)


def test_a_set_of_another_format_is_refused(run: Path) -> None:
    with pytest.raises(UsageError, match="is no SlopCodeBench problem set"):
        plan(run, SET.parent / "bench")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("checkpoints: [checkpoint_1, checkpoint_1]", "names a checkpoint twice"),
        ("checkpoints: {checkpoint_1: {}, checkpoint_1: {}}", "has a key twice"),
        ("checkpoints: []", "names 0 checkpoints"),
        ("checkpoints: [checkpoint_1]", "is a checkpoint that wasn't planned"),
        ("checkpoints: [1, [2]]", "names a checkpoint as no checkpoint is named"),
        ("- a", "is no mapping"),
        ("{", "is no YAML"),
        ("a: &a [*a]\ncheckpoints: *a", "is no YAML: found unconstructable recursive node"),
        ("[" * 5000, "is n"),
    ],
)
def test_contradictory_settings_of_a_problem_are_refused(run: Path, text: str, said: str) -> None:
    (run / "alpha" / "problem.yaml").write_text(text)
    with pytest.raises(Refused, match=said):
        plan(run)


def test_a_merge_bomb_unfolds_nothing(run: Path) -> None:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30)]
    text = (run / "alpha" / "problem.yaml").read_text()
    (run / "alpha" / "problem.yaml").write_text("\n".join(lines) + "\n" + text)
    assert planned(run) == {"alpha": 11}


def test_a_folder_without_a_run_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "config.yaml").write_text(CONFIG)
    with pytest.raises(Refused, match="is no recorded run"):
        plan(tmp_path / "empty")


def test_a_run_that_names_no_agent_is_refused(run: Path) -> None:
    (run / "config.yaml").unlink()
    with pytest.raises(Refused, match="says nowhere which agent"):
        plan(run)


def test_a_one_shot_run_is_refused(run: Path) -> None:
    (run / "config.yaml").write_text(CONFIG.replace("enabled: false", "enabled: true"))
    with pytest.raises(Refused, match="one-shot run"):
        plan(run)
