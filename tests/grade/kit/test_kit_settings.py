"""The settings file: what is filled in, and what is refused with the key's name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.grade.kit.settings import SettingsError, from_json, load
from slopbench.grade.kit.status import as_signal
from slopbench.grade.kit.view import command, within

LEAST = {"entry": ["python3", "{root}/main.py", "{root}"], "launcher": "bare"}


def test_the_root_is_filled_into_every_part_of_the_entry():
    assert from_json(LEAST).program == ("python3", "/workspace/main.py", "/workspace")


def test_the_problems_environment_is_added_to_the_neutral_one():
    found = from_json({**LEAST, "environment": {"TZ": "Asia/Kathmandu", "LEVEL": "1"}}).environment
    assert (found["TZ"], found["LEVEL"], found["LC_ALL"]) == ("Asia/Kathmandu", "1", "C.UTF-8")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"entry": []}, "entry"),
        ({"launcher": "none"}, "launcher"),
        ({"launcher": "bubblewrap"}, "bwrap"),
        ({"order": "random"}, "order"),
        ({"colour": "red"}, "colour"),
        ({"limits": {"colour": 1}}, "colour"),
    ],
)
def test_a_wrong_key_is_named(tmp_path, change, named):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**LEAST, **change}))
    with pytest.raises(SettingsError, match=named):
        load(str(path))


@pytest.mark.parametrize("text", ["", "[", "[]", "3"])
def test_what_is_not_an_object_is_refused(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(SettingsError):
        load(str(path))


@given(st.integers(0, 255))
def test_a_status_is_a_signal_exactly_where_a_shell_would_say_so(status):
    read = as_signal(status)
    assert read in (status, 128 - status)
    assert (read < 0) == (
        129 <= status <= 192 and status - 128 not in (17, 18, 19, 20, 21, 22, 23, 28, 32, 33)
    )


@given(st.integers(-64, -1))
def test_a_death_by_signal_is_read_as_it_is(status):
    assert as_signal(status) == status


PARTS = st.lists(st.sampled_from(["a", "b", "ab"]), max_size=4)


@given(PARTS, PARTS)
def test_within_goes_by_whole_components(path, folder):
    joined, above = "/" + "/".join(path), "/" + "/".join(folder)
    assert within(joined, [above]) == (path[: len(folder)] == folder)


NAMES = st.sampled_from(
    ["/grader", "/grader/suite", "/grader/suite/data.txt", "/", ".", "..", "x", "/grader/suite/../x",
     "--in=/grader/suite", "--in=/grader", "/tmp/run/case", "/etc", "/workspace/main.py", "a\0b"]
)  # fmt: skip


@given(st.lists(NAMES, max_size=5), st.sampled_from(["/", "/grader", "/grader/suite", "/tmp/run"]))
def test_no_command_shows_a_folder_that_holds_the_hidden_one(args, cwd):
    settings = from_json({**LEAST, "hidden": ["/grader/suite/tests"], "toolchain": ["/usr"]})
    start = command(settings, args, cwd, {})
    shown = [*start.readonly, *start.writable]
    assert not [path for path in shown if within("/grader/suite/tests", [path])]
    assert start.argv[-len(args) :] == tuple(args) or not args
