"""`slopbench` as a whole: what it refuses, and where it can't write what it has to say."""

import os
import subprocess
import sys

import pytest


def slopbench(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "slopbench", *words],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=os.environ | variables,
    )


@pytest.mark.parametrize(
    ("words", "named", "help_of"),
    [
        (["dance"], "'dance'", "slopbench"),
        (["run", "--dance"], "--dance", "slopbench run"),
        (["run", "--samples", "0"], "'--samples'", "slopbench run"),
        (["run", "--stop-on", "pass"], "'never', 'fail'", "slopbench run"),
        (["run", "extra"], "(extra)", "slopbench run"),
        (["report"], "'RUN'", "slopbench report"),
        (["problems", "show"], "'SLUG'", "slopbench problems show"),
    ],
)
def test_a_wrong_command_line_is_one_line_with_the_place_of_help(words, named, help_of):
    done = slopbench(*words)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert named in line
    assert "; see: " in line
    assert line.endswith(f"{help_of} --help")
    assert "Value error" not in line


@pytest.mark.parametrize("words", [[], ["problems"], ["runners"], ["image"]])
def test_a_group_without_a_command_prints_its_help(words):
    done = slopbench(*words)
    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "problems").mkdir()
    (tmp_path / "checkpoints").write_text("")
    done = slopbench("problems", "new", "purse", "--bench", str(tmp_path))
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path}/checkpoints")


@pytest.mark.parametrize(
    "words", [["score", "{folder}"], ["runners", "list"]], ids=lambda words: words[0]
)
def test_what_the_encoding_of_the_terminal_lacks_is_replaced(tmp_path, words):
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    place = [word.format(folder=tmp_path) for word in words]
    done = slopbench(*place, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_a_full_disk_under_the_output_is_one_line(tmp_path):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [sys.executable, "-m", "slopbench", "score", str(tmp_path), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: the output: No space left")


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_closed_stream_is_no_error(closed):
    line = f'"{sys.executable}" -m slopbench problems list {closed}'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("group", [[], ["problems"], ["runners"], ["image"]])
def test_lists_of_commands_are_not_cut_at_80_columns(group):
    assert "..." not in slopbench(*group, "--help", COLUMNS="80").stdout.split("Commands:")[1]
