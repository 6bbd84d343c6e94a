"""What is lent to programs of a foreign suite, which links may stay, and what a test is told of kills."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.grade.kit import reaping
from slopbench.grade.kit.launch.lendings import Lendings, Loan, born, needed, together, way_to
from slopbench.grade.kit.links import keeps_inside
from slopbench.grade.kit.settings import SettingsError, load
from slopbench.grade.kit.sweep import DEVICES, Tolerance, sweep

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
FOREIGN = {
    "tests": "/t",
    "checkpoint": "one",
    "checkpoints": {"one": 1},
    "cases": "/c",
    "temporary": "/d",
    "seconds": 5,
}


@pytest.mark.parametrize(
    ("target", "stays"),
    [
        ("a.txt", True),
        ("sub/../a.txt", False),
        ("../sibling", True),
        ("../../outside", False),
        ("/place/a.txt", True),
        ("/place/../etc/passwd", False),
        ("/placebo", False),
        ("/usr/bin/python3", True),
        ("/etc/passwd", False),
        ("/proc/self/cwd", False),
        ("/dev/stdin", False),
        ("../../usr/lib", True),
        ("/second/x", True),
        ("here/../../../etc", False),
        ("", True),
    ],
)
def test_a_link_stays_when_it_can_not_lead_out(target, stays):
    assert keeps_inside(("/place", "/second"))("/place/sub", target) is stays


PARTS = st.lists(st.sampled_from(["..", ".", "a", "b", "link"]), min_size=1, max_size=6)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "a/link", "b/link"]), PARTS), max_size=4))
def test_no_path_leads_out_when_every_link_stays(tmp_path_factory, planted):
    top = tmp_path_factory.mktemp("place")
    for folder in ("a", "b"):
        (top / folder).mkdir()
    for name, parts in planted:
        path = top / name
        if not os.path.lexists(path):
            path.symlink_to("/".join(parts))
    sweep(str(top), 100, None, Tolerance(keeps_inside((str(top),)), DEVICES))
    for name in ("a/link", "b/link", "a/link/link", "a/link/b", "b/link/a/link"):
        found = os.path.realpath(top / name)
        assert found == str(top) or found.startswith(f"{top}/")


@ROOT
def test_what_is_lent_is_what_was_named_and_the_way_to_it(tmp_path):
    tests = tmp_path / "tests"
    (tests / "data").mkdir(parents=True)
    for folder in (tests, tests / "data"):
        folder.chmod(0o700)
    for name in ("given", "expected"):
        (tests / "data" / name).write_text("x")
        (tests / "data" / name).chmod(0o600)
    lendings = Lendings(str(tmp_path / "lent"))
    rights = needed(str(tests / "data" / "given"))
    with lendings.locked() as loans:
        loans[os.getpid()] = Loan(born(os.getpid()), 4242, rights, [])
    found = {name: (tests / "data" / name).stat() for name in ("given", "expected", ".")}
    assert {name: (each.st_gid, each.st_mode & 0o777) for name, each in found.items()} == {
        "given": (4242, 0o640),
        "expected": (0, 0o600),
        ".": (4242, 0o710),
    }
    with lendings.locked() as loans:
        del loans[os.getpid()]
    assert (tests / "data" / "given").stat().st_mode & 0o777 == 0o600
    assert tests.stat().st_mode & 0o777 == 0o700
    assert tests.stat().st_gid == 0


@ROOT
def test_what_two_have_borrowed_stays_lent_until_both_have_ended(tmp_path):
    file = tmp_path / "given"
    file.write_text("x")
    file.chmod(0o600)
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    lendings = Lendings(str(tmp_path / "lent"))
    rights = {str(file): 0o040}
    with lendings.locked() as loans:
        loans[os.getpid()] = Loan(born(os.getpid()), 4242, rights, [])
        loans[other.pid] = Loan(born(other.pid), 4242, rights, [])
    with lendings.locked() as loans:
        del loans[os.getpid()]
    assert file.stat().st_mode & 0o777 == 0o640
    other.kill()
    other.wait()
    with lendings.locked() as loans:
        assert loans == {}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_process_with_the_number_of_a_dead_one_has_borrowed_nothing(tmp_path):
    path = tmp_path / "lent"
    loan = {"born": born(os.getpid()) - 1, "user": 1, "rights": {}, "writable": []}
    path.write_text(json.dumps({str(os.getpid()): loan}))
    with Lendings(str(path)).locked() as loans:
        assert loans == {}


def test_rights_add_up(tmp_path):
    assert together([{"/a": 0o010}, {"/a": 0o040, "/b": 0o010}]) == {"/a": 0o050, "/b": 0o010}
    tmp_path.chmod(0o755)
    assert str(tmp_path) not in way_to(str(tmp_path / "x"))


def test_waiting_for_a_killed_wrapper_lasts_until_its_last_process_is_gone(tmp_path):
    last = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with reaping.noted(str(tmp_path), [last.pid]):
        [note] = list(tmp_path.iterdir())
        assert note.name == str(os.getpid())
        last.kill()
        reaping.await_last(str(note))
        assert not note.exists()
        note.write_text("")
    last.wait()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"checkpoint": "two"}, "checkpoint"),
        ({"markers": {"x": "colour"}}, "markers"),
        ({"seconds": 0}, "seconds"),
        ({"seconds": 1.5}, "seconds"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_key_of_a_foreign_suite_is_named(tmp_path, change, named):
    path = tmp_path / "settings.json"
    settings = {"entry": ["true"], "launcher": "bare", "foreign": {**FOREIGN, **change}}
    path.write_text(json.dumps(settings))
    with pytest.raises(SettingsError, match=named):
        load(str(path))


def test_the_settings_know_their_own_path(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"entry": ["true"], "launcher": "bare", "foreign": FOREIGN}))
    assert load(str(path)).path == str(path)
