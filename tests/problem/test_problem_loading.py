"""Whatever is wrong with a problem is said with its file, its key and a way to mend it."""

import re

import pytest

from slopbench.errors import ExitCode
from slopbench.problem.faults import SHOWN, BrokenProblem
from slopbench.problem.load import load_problem

TOML_FAULTS = {
    "unknown key": (
        'pitch = "',
        'picth = "',
        ["picth: is not a known key; did you mean pitch?", "pitch: is missing; add this key"],
    ),
    "unknown key of a table": (
        "memory_mb",
        "memry_mb",
        ["limits.memry_mb: is not a known key; did you mean memory_mb?"],
    ),
    "unknown key of a checkpoint": (
        'punishes = "a running',
        'punish = "a running',
        ["checkpoint #2.punish: is not a known key; did you mean punishes?"],
    ),
    "unknown key without a near one": (
        "[limits]",
        "[limits]\nzzz = 1",
        ["limits.zzz: is not a known key; known are: disk_mb, memory_mb"],
    ),
    "unknown schema": ("schema = 1", "schema = 2", ["schema: is 2; write 1"]),
    "wrong kind of value": ("memory_mb = 256", 'memory_mb = "256"', ["limits.memory_mb: is '256'"]),
    "yes where a number belongs": ("memory_mb = 256", "memory_mb = true", ["limits.memory_mb"]),
    "limit of nothing": ("memory_mb = 256", "memory_mb = 0", ["limits.memory_mb: is 0"]),
    "time without end": ("test_timeout_s = 10", "test_timeout_s = inf", ["limits.test_timeout_s"]),
    "unknown interface": ('"cli"\nd', '"gui"\nd', ["interface: is 'gui'; write 'cli', 'stream'"]),
    "network": (
        "network = false",
        "network = true",
        ["limits.network: true is not supported yet; set it to false or leave it out"],
    ),
    "entry without root": (
        "python3 {root}/main.py",
        "python3 main.py",
        ["entry.python.command: lacks {root}", "python3 {root}/main.py"],
    ),
    "entry with an open quote": (
        "python3 {root}/main.py",
        "python3 '{root}/main.py",
        ["entry.python.command: is no command line", "close every quote"],
    ),
    "gap in the numbers": (
        "n = 2",
        "n = 3",
        ["checkpoint: n is 1, 3, expected 1, 2", "without gaps"],
    ),
    "same number twice": ("n = 2", "n = 1", ["checkpoint: n is 1, 1, expected 1, 2"]),
    "retired test of its own checkpoint": (
        "n = 2",
        'n = 2\nretired = ["2/test_names.py::test_example_by_name"]',
        ["checkpoint #2: retired: 2/test_names.py::test_example_by_name is not a test of"],
    ),
    "retired test in another form": (
        "n = 2",
        'n = 2\nretired = ["test_total"]',
        ["checkpoint #2.retired #1: is 'test_total'; it has to match"],
    ),
    "slug in another form": ('"pocket-money"', '"Pocket Money"', ["slug: is 'Pocket Money'"]),
    "slug of another folder": (
        '"pocket-money"',
        '"purse"',
        ["slug: is 'purse', but the folder is 'pocket-money'"],
    ),
    "table where a list belongs": (
        '[entry]\npython = "python3 {root}/main.py"',
        "entry = 3",
        ["entry: is 3; make it a table with keys"],
    ),
    "no TOML": ("schema = 1", "schema = = 1", ["is no valid TOML", "line 1, column 10"]),
}


def error_of(folder):
    with pytest.raises(BrokenProblem) as caught:
        load_problem(folder)
    return caught.value


@pytest.mark.parametrize("fault", TOML_FAULTS)
def test_a_fault_of_problem_toml_names_file_key_and_cure(folder, edit, fault):
    old, new, expected = TOML_FAULTS[fault]
    edit(folder / "problem.toml", old, new)
    error = error_of(folder)
    assert error.exit_code == ExitCode.USAGE
    for text in expected:
        assert text in str(error)
    for line in str(error).splitlines():
        assert re.match(rf"{folder}/problem\.toml: .+; .+", line)


def test_all_faults_are_listed_a_line_each_and_many_are_cut(folder):
    (folder / "problem.toml").write_text("schema = 1\n")
    missing = error_of(folder)
    assert len(missing.faults) == len(str(missing).splitlines()) == 8
    (folder / "problem.toml").write_text("".join(f"key{n} = {n}\n" for n in range(20)))
    many = error_of(folder)
    assert len(many.faults) > SHOWN
    assert str(many).splitlines()[-1] == f"{len(many.faults) - SHOWN} more faults; mend these first"


def test_a_problem_without_problem_toml(folder):
    (folder / "problem.toml").unlink()
    assert "problem.toml: can't be read: no such file" in str(error_of(folder))


def test_a_problem_toml_in_another_encoding(folder):
    (folder / "problem.toml").write_bytes(b'title = "\xe9"')
    assert "is not UTF-8; save it as UTF-8" in str(error_of(folder))


def test_a_missing_spec(folder):
    (folder / "2/spec.md").unlink()
    assert f"{folder}/2/spec.md: is missing; write" in str(error_of(folder))


def test_an_empty_spec(folder):
    (folder / "2/spec.md").write_text(" \n")
    assert f"{folder}/2/spec.md: is empty; write" in str(error_of(folder))


def test_a_spec_in_another_encoding(folder):
    (folder / "2/spec.md").write_bytes(b"\xff\xfe")
    assert f"{folder}/2/spec.md: is not UTF-8" in str(error_of(folder))


def test_missing_tests(folder):
    (folder / "2/tests/test_names.py").unlink()
    assert f"{folder}/2/tests: holds no test_*.py file" in str(error_of(folder))
    (folder / "2/tests").rmdir()
    assert f"{folder}/2/tests: is missing" in str(error_of(folder))


def test_a_checkpoint_without_a_core_test(folder):
    file = folder / "2/tests/test_names.py"
    file.write_text(file.read_text().replace("mark.core", "mark.functionality"))
    assert f"{folder}/2/tests: checkpoint 2 has no core test; mark" in str(error_of(folder))


def test_tests_that_are_no_python(folder, edit):
    edit(folder / "2/tests/test_names.py", "EXAMPLE = ", "EXAMPLE = = ")
    assert f"{folder}/2/tests/test_names.py:9: is no valid Python" in str(error_of(folder))


def test_two_test_files_of_one_name(folder):
    (folder / "2/tests/test_names.py").rename(folder / "2/tests/test_total.py")
    error = error_of(folder)
    assert f"{folder}/2/tests/test_total.py: has the name of a test file of checkpoint 1" in str(
        error
    )


def test_a_checkpoint_folder_that_problem_toml_does_not_know(folder):
    (folder / "3").mkdir()
    assert f"{folder}/3: problem.toml has no checkpoint 3" in str(error_of(folder))


def test_a_symbolic_link_in_a_problem(folder):
    (folder / "1/tests/data").symlink_to("/etc")
    assert f"{folder}/1/tests/data: is a symbolic link" in str(error_of(folder))


def test_a_copied_problem_has_a_slug_that_is_taken(folder):
    copy = folder.parent / "copy"
    copy.mkdir()
    (copy / "problem.toml").write_bytes((folder / "problem.toml").read_bytes())
    assert "the folder is 'copy', and another folder has this slug" in str(error_of(copy))


def test_faults_of_several_folders_are_listed_together(folder):
    (folder / "1/spec.md").unlink()
    (folder / "2/tests/test_names.py").unlink()
    assert len(error_of(folder).faults) == 2
