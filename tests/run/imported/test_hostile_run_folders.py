"""Attacks by a folder that somebody else made: each is refused, or recorded as what it is."""

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
from recorded_runs import CONFIG, evaluation, recorded_run, write_json

from slopbench.report.rows import RunReport
from slopbench.run.imported.scbench import Request, import_run
from slopbench.run.imported.source import Refused
from slopbench.snapshots.store import SnapshotStore

CONTROL_FILES = (
    *("config.yaml", "environment.yaml", "checkpoint_results.jsonl"),
    *("alpha/problem.yaml", "alpha/checkpoint_1/evaluation.json"),
    *("alpha/checkpoint_1/inference_result.json", "alpha/checkpoint_1/prompt.txt"),
    "alpha/checkpoint_1/quality_analysis/overall_quality.json",
)
FOLDERS = (
    *("alpha", "alpha/checkpoint_1", "alpha/checkpoint_1/snapshot"),
    "alpha/checkpoint_1/quality_analysis",
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return recorded_run(tmp_path / "recorded", {"alpha": 2})


def imported(run: Path) -> RunReport:
    done = import_run(Request(run, run.parent / "out", None, []), lambda key: None)
    return RunReport.read(done.root)


def refused(run: Path) -> str:
    """What is said of the folder; nothing may have been left beside it."""
    before = sorted(run.parent.iterdir())
    with pytest.raises(Refused) as found:
        imported(run)
    assert sorted(run.parent.iterdir()) == before
    return str(found.value)


@pytest.mark.parametrize("name", [*CONTROL_FILES, *FOLDERS])
def test_a_symbolic_link_in_place_of_a_file_or_folder_is_refused(run: Path, name: str) -> None:
    (run / name).rename(run.parent / "elsewhere")
    (run / name).symlink_to(run.parent / "elsewhere")
    message = refused(run)
    assert name in message
    assert "is a symbolic link" in message or "can't be opened as a" in message


@pytest.mark.parametrize("name", ["stray", "alpha/stray", "alpha/checkpoint_1/stray"])
def test_a_symbolic_link_that_nobody_asks_for_is_refused_too(run: Path, name: str) -> None:
    (run / name).symlink_to("/etc/passwd")
    assert f"{name}: is a symbolic link" in refused(run)


def test_the_folder_itself_may_not_be_a_link(run: Path) -> None:
    (run.parent / "link").symlink_to(run)
    with pytest.raises(Refused, match="link: can't be opened as a folder"):
        imported(run.parent / "link")


@pytest.mark.parametrize("name", CONTROL_FILES)
def test_a_pipe_in_place_of_a_file_is_refused_and_blocks_nothing(run: Path, name: str) -> None:
    (run / name).unlink()
    os.mkfifo(run / name)
    assert f"{name}: is no regular file" in refused(run)


def test_a_socket_or_a_folder_in_place_of_a_file_is_refused(run: Path, monkeypatch) -> None:
    path = run / "alpha/checkpoint_1/evaluation.json"
    path.unlink()
    path.mkdir()
    assert "evaluation.json: is no regular file" in refused(run)
    path.rmdir()
    monkeypatch.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("evaluation.json")
        assert "evaluation.json: can't be opened as a file" in refused(run)


def test_a_hard_link_is_the_file_that_it_is(run: Path) -> None:
    path = run / "alpha/checkpoint_1/evaluation.json"
    os.link(path, run.parent / "second name")
    os.link(run.parent / "second name", run / "alpha/checkpoint_1/snapshot/again.json")
    report = imported(run)
    assert report.rows[0].strict
    store = SnapshotStore.open(report.directory.snapshots)
    found = store.resolve("refs/attempts/alpha/1/1")
    assert found is not None
    assert (found.files, found.skipped) == (3, ())


@pytest.mark.parametrize(
    "name", ["..", "../alpha", "/etc", "a/b", "", ".", "a\\nb", "x" * 300, "-option", "ünï"]
)
def test_a_checkpoint_whose_name_leads_elsewhere_is_refused(run: Path, name: str) -> None:
    (run / "alpha" / "problem.yaml").write_text(f'checkpoints: {{"{name}": {{order: 1}}}}\n')
    assert "names a checkpoint as no checkpoint is named" in refused(run)


@pytest.mark.parametrize("name", ["../alpha", "/etc/passwd", "a/../../b"])
def test_a_problem_whose_name_leads_elsewhere_is_refused(run: Path, name: str) -> None:
    (run / "config.yaml").write_text(CONFIG.replace("problems: []", f'problems: ["{name}"]'))
    assert "of which nothing is there" in refused(run)


@pytest.mark.parametrize("name", ["al.pha", "al pha", "alpha\n", "-alpha", b"al\xffpha"])
def test_a_problem_folder_with_an_odd_name_is_refused(run: Path, name: str | bytes) -> None:
    (run / "alpha").rename(run / os.fsdecode(name))
    message = refused(run)
    assert "has a name that no problem has" in message
    assert message.isprintable()


def test_a_checkpoint_that_was_not_planned_is_refused(run: Path) -> None:
    shutil.copytree(run / "alpha/checkpoint_2", run / "alpha/checkpoint_2.bak")
    assert "checkpoint_2.bak: is a checkpoint that wasn't planned" in refused(run)


def test_two_spellings_of_one_checkpoint_are_refused(run: Path) -> None:
    for name in ("problem.yaml", "run_info.yaml"):
        (run / "alpha" / name).unlink()
    shutil.copytree(run / "alpha/checkpoint_2", run / "alpha/checkpoint_02")
    assert "checkpoint_02: is a checkpoint that wasn't planned" in refused(run)


HUGE = {
    "deep": b'{"tests": ' + b"[" * 500_000,
    "deep objects": b'{"a":' * 100_000,
    "not UTF-8": json.dumps(evaluation("alpha", 1)).encode("utf-16"),
    "bytes in a name": b'{"problem_name": "\xff"}',
    "NaN": b'{"duration": NaN}',
    "infinite": b'{"duration": 1e999}',
    "long number": b'{"duration": ' + b"9" * 10_000 + b"}",
    "key twice": b'{"tests": {}, "tests": {}}',
    "empty": b"",
    "list": b"[1]",
    "torn": json.dumps(evaluation("alpha", 1)).encode()[:-9],
}


@pytest.mark.parametrize("name", HUGE)
def test_outcomes_that_explode_or_mean_two_things_are_unusable(run: Path, name: str) -> None:
    (run / "alpha/checkpoint_1/evaluation.json").write_bytes(HUGE[name])
    report = imported(run)
    assert [row.cause for row in report.rows] == ["evaluation_unusable", None]
    assert not report.rows[0].strict
    assert report.rows[0].snapshot is not None


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("evaluation.json", "evaluation_unusable"),
        ("inference_result.json", None),
        ("prompt.txt", None),
        ("quality_analysis/overall_quality.json", None),
    ],
)
def test_a_giant_file_is_not_read_and_is_noted(run: Path, name: str, cause: str | None) -> None:
    os.truncate(run / "alpha/checkpoint_1" / name, 1 << 40)
    report = imported(run)
    assert report.rows[0].cause == cause
    theirs = report.directory.attempt(report.rows[0].key, 1) / "scbench.json"
    (note,) = json.loads(theirs.read_text())["notes"]
    assert "has more than" in note


def test_giant_settings_are_refused_and_a_giant_table_is_left(run: Path) -> None:
    os.truncate(run / "checkpoint_results.jsonl", 1 << 40)
    report = imported(run)
    assert report.plan.imported is not None
    assert any("it is too large" in note for note in report.plan.imported.notes)
    shutil.rmtree(run.parent / "out")
    os.truncate(run / "config.yaml", 1 << 40)
    assert "config.yaml: has more than" in refused(run)


def test_surrogates_and_controls_in_names_of_tests_stay_text(run: Path) -> None:
    found = evaluation("alpha", 1)
    found["tests"]["checkpoint_1-Core"]["passed"] = ["test_\x1b[31m", "test_\ud800"]
    write_json(run / "alpha/checkpoint_1/evaluation.json", found)
    report = imported(run)
    tests = json.loads(
        (report.directory.attempt(report.rows[0].key, 1) / "tests.1.json").read_text()
    )["tests"]
    assert tests[0]["id"].endswith("test_\x1b[31m")
    assert tests[1]["id"].endswith("test_\ud800")


def test_a_model_name_that_no_file_can_hold_is_escaped(run: Path) -> None:
    write_json(run / "result.json", {"agent_type": "a\ud800\x1b", "model": "m" * 10_000})
    (run / "config.yaml").unlink()
    subject = imported(run).plan.subject
    assert subject.runner == "a\\ud800\x1b"
    assert subject.model == "m" * 200


def test_a_snapshot_keeps_links_as_links_and_lists_what_it_cannot_hold(run: Path) -> None:
    snapshot = run / "alpha/checkpoint_1/snapshot"
    (snapshot / "passwd").symlink_to("/etc/passwd")
    (snapshot / "up").symlink_to("../../..")
    os.mkfifo(snapshot / "pipe")
    (snapshot / ".git").mkdir()
    (snapshot / ".git" / "config").write_text("[core]\n")
    (snapshot / "giant").touch()
    os.truncate(snapshot / "giant", 1 << 40)
    report = imported(run)
    store = SnapshotStore.open(report.directory.snapshots)
    found = store.resolve("refs/attempts/alpha/1/1")
    assert found is not None
    assert {entry.path for entry in found.skipped} == {"pipe", ".git", "giant"}
    folder = run.parent / "exported"
    folder.mkdir()
    store.export(found.commit, folder)
    assert (folder / "passwd").readlink() == Path("/etc/passwd")
    assert {path.name for path in folder.iterdir()} == {
        *("main.py", "requirements.txt", "passwd", "up"),
    }


def test_a_file_named_snapshot_is_no_snapshot(run: Path) -> None:
    shutil.rmtree(run / "alpha/checkpoint_1/snapshot")
    (run / "alpha/checkpoint_1/snapshot").write_text("")
    assert imported(run).rows[0].cause == "snapshot_missing"
