"""`slopbench history`, as a user starts it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
COMPLEX = "def f(a):\n" + "    if a:\n        a += 1\n" * 12
VERSIONS = (
    {"README": "no code\n"},
    {"src/a.py": "a = 1\n"},
    {"src/a.py": COMPLEX},
    {"src/a.py": COMPLEX, "b.py": "b = 1\nc = 2\n"},
)


def git(folder, *arguments, **variables):
    place = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", **variables}
    command = [*GIT, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=place).stdout


@pytest.fixture
def repository(tmp_path):
    """Four commits, a month apart, the last two with a tag."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for month, files in enumerate(VERSIONS, 1):
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content)
        git(folder, "add", "--all")
        date = f"2026-0{month}-15T12:00:00Z"
        git(folder, "commit", "--quiet", "--message", f"month {month}", GIT_COMMITTER_DATE=date)
        if month > 2:
            git(folder, "tag", f"v{month}")
    return folder


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start(*arguments) starts the command, with a cache and a place for temporary files of its own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("SLOPBENCH_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))

    def started(*arguments):
        command = [sys.executable, "-m", "slopbench", "history", *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )

    return started


@pytest.fixture
def history(start):
    """history(*arguments) gives exit status, stdout and stderr."""

    def run(*arguments):
        process = start(*arguments)
        output, errors = process.communicate()
        return process.returncode, output, errors

    return run


@pytest.fixture
def subjects(history):
    """subjects(*arguments) gives the subjects of the commits in the answer."""

    def run(*arguments):
        status, output, errors = history(*arguments, "--json")
        assert (status, errors.count("\n")) == (0, 1)
        return [commit["subject"] for commit in json.loads(output)["commits"]]

    return run


def test_json_holds_each_commit_and_what_they_say_together(repository, history):
    status, output, errors = history(repository, "--json")
    answer = json.loads(output)
    assert (status, errors) == (0, "4 of 4 commits\n")
    assert (answer["repository"], answer["path"]) == (str(repository), "")
    assert [commit["sloc"] for commit in answer["commits"]] == [None, 1, 25, 27]
    assert [commit["erosion"] for commit in answer["commits"]] == [None, None, 1.0, 1.0]
    assert answer["commits"][0]["cause"] == "no_source"
    assert answer["commits"][3]["date"] == "2026-04-15T12:00:00+00:00"
    assert answer["commits"][3]["commit"] == git(repository, "rev-parse", "HEAD").strip()
    assert answer["ranges"]["erosion"] == {"start": 1.0, "end": 1.0, "min": 1.0, "max": 1.0}
    assert set(answer["slopes"]) == {"erosion", "verbosity", "clone_share"}
    assert len(answer["quality_fingerprint"]) == 16


@pytest.mark.parametrize(
    ("options", "months"),
    [
        (["--every", 2], [2, 4]),
        (["--limit", 2], [1, 4]),
        (["--since", "2026-02-15", "--until", "2026-03-15"], [2, 3]),
        (["--rev", "HEAD~2"], [1, 2]),
        (["--tags"], [3, 4]),
        (["--no-cache", "--limit", 1], [4]),
    ],
)
def test_options_choose_the_commits(repository, subjects, options, months):
    assert subjects(repository, *options) == [f"month {month}" for month in months]


def test_a_folder_of_the_repository_is_scored_alone(repository, history):
    for arguments in ([repository, "src"], [repository / "src"]):
        status, output, _ = history(*arguments, "--json")
        answer = json.loads(output)
        assert (status, answer["path"]) == (0, "src")
        assert [commit["sloc"] for commit in answer["commits"]] == [None, 1, 25, 25]
        assert answer["commits"][0]["cause"] == "no_such_folder"


def test_a_person_sees_a_table_and_curves(repository, history):
    status, output, _ = history(repository, "--tags")
    assert status == 0
    for words in ("2026-03-15", "v4", "erosion", "1.000", "█", "start"):
        assert words in output


def test_a_picture_is_written_beside_the_answer(repository, history, tmp_path):
    status, output, _ = history(repository, "--json", "--plot", tmp_path / "curve.svg")
    assert status == 0
    assert json.loads(output)["commits"]
    assert (tmp_path / "curve.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rev", "nowhere"], "nowhere names no commit"),
        (["--since", "soon"], "is no date"),
        (["--since", "2027-01-01"], "no commit in that span"),
        (["--plot", "curve.pdf"], "neither .png nor .svg"),
        (["--plot", "/proc/none/curve.svg"], "can't be written"),
        (["nowhere"], "is a folder of none of these commits"),
        (["../.."], "isn't in it"),
    ],
)
def test_what_cant_be_used_is_a_usage_error_in_one_line(repository, history, options, words):
    status, _, errors = history(repository, *options)
    assert status == 2
    assert words in errors.splitlines()[-1]
    assert "Traceback" not in errors


def test_outside_a_repository_it_is_a_usage_error(tmp_path, history):
    status, output, errors = history(tmp_path)
    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert "belongs to no git repository" in errors


def test_the_status_is_3_only_if_every_commit_fails(repository, history):
    blob = git(repository, "rev-parse", "HEAD:src/a.py").strip()
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert history(repository)[0] == 0
    status, output, errors = history(repository, "--limit", 1)
    assert status == 3
    assert "missing" in output
    assert "no commit could be scored" in errors


def test_an_interruption_leaves_nothing_behind(repository, start, tmp_path):
    process = start(repository, "--no-cache")
    temporary = tmp_path / "temporary"
    while not list(temporary.glob("slopbench-history-*")) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "state").exists()
