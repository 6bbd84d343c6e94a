"""A set is recognised by its layout; its problems, answers and secrets lie where the format has them."""

from pathlib import Path

import pytest

from slopbench.errors import UsageError
from slopbench.problem.bench import Bench, problem_set_hash
from slopbench.problem.faults import BrokenProblem
from slopbench.problem.scaffold import new_problem


def test_a_folder_of_problems_is_a_set(write, tmp_path):
    write("one"), write("two_words")
    bench = Bench.locate(tmp_path / "set")
    assert bench.slugs() == ["one", "two_words"]
    assert [problem.slug for problem in bench.problems()] == ["one", "two_words"]
    assert bench.problem("one").secrets == (tmp_path / "set",)


def test_a_folder_with_problems_is_a_set_and_wholly_secret(write, tmp_path):
    write("one", at=tmp_path / "clone" / "problems")
    (tmp_path / "clone" / "configs").mkdir()
    (tmp_path / "clone" / "configs" / "config.yaml").write_text("agent: x\n")
    bench = Bench.locate(tmp_path / "clone")
    assert bench.slugs() == ["one"]
    assert bench.problem("one").secrets == (tmp_path / "clone",)


def test_one_problem_alone_is_a_set_of_one_and_hides_its_neighbours(write, tmp_path):
    one, two = write("one"), write("two")
    (two / "tests" / "config.yaml").write_text("data: 1\n")
    bench = Bench.locate(two)
    assert bench.slugs() == ["two"]
    assert bench.problem("two").secrets == (one, two)
    with pytest.raises(UsageError, match="there is no problem 'one'"):
        bench.problem("one")


def test_a_relative_folder_will_do(write, tmp_path, monkeypatch):
    write("one")
    monkeypatch.chdir(tmp_path / "set")
    assert Bench.locate(Path()).problem("one").secrets == (tmp_path / "set",)


def test_hidden_folders_are_no_problems(write, tmp_path):
    write("one"), write(".trash")
    assert Bench.locate(tmp_path / "set").slugs() == ["one"]


@pytest.mark.parametrize("place", ["", "problems"])
def test_two_formats_in_one_set_are_an_error(write, tmp_path, place):
    folder = tmp_path / "mixed"
    write("theirs", at=folder / place)
    (folder / place / "ours").mkdir()
    (folder / place / "ours" / "problem.toml").write_text("")
    with pytest.raises(UsageError, match="two formats, such as ours and theirs"):
        Bench.locate(folder)


def test_our_own_format_may_have_a_config_yaml_among_its_files(tmp_path):
    new_problem(tmp_path, "pocket-money")
    (tmp_path / "problems" / "pocket-money" / "config.yaml").write_text("a: 1\n")
    (tmp_path / "config.yaml").write_text("a: 1\n")
    assert Bench.locate(tmp_path).slugs() == ["pocket-money"]


def test_neither_format_is_an_error_that_names_both(tmp_path):
    with pytest.raises(UsageError, match=r"no folder problems/, and no folder .* config\.yaml"):
        Bench.locate(tmp_path)


def test_a_problem_of_ours_is_no_set(tmp_path):
    new_problem(tmp_path, "pocket-money")
    with pytest.raises(UsageError, match=r"is a problem, no benchmark; .* --problem pocket-money"):
        Bench.locate(tmp_path / "problems" / "pocket-money")


def test_a_faulty_problem_leaves_the_others_usable(write, tmp_path):
    write("good"), write("bad", tags=[])
    bench = Bench.locate(tmp_path / "set")
    assert bench.problem("good").slug == "good"
    with pytest.raises(BrokenProblem, match=r"bad/config\.yaml: tags"):
        bench.problem("bad")


def solve(folder, name, file):
    (folder / "solutions" / name).mkdir(parents=True)
    (folder / "solutions" / name / file).write_text("")


def test_solutions_are_the_references_by_the_names_of_their_checkpoints(write, tmp_path):
    folder = write("one", checkpoints={"b": {"order": 2}, "a": {"order": 1}})
    solve(folder, "a", "tiny.py"), solve(folder, "b", "tiny.py")
    bench = Bench.locate(tmp_path / "set")
    assert bench.languages("one") == ["python"]
    assert bench.reference("one", "python", 1) == folder / "solutions" / "a"
    assert bench.reference("one", "python", 2) == folder / "solutions" / "b"
    assert bench.mutants("one", 1) == []


def test_a_missing_solution_is_said(write, tmp_path):
    solve(write("one"), "checkpoint_1", "tiny.py")
    with pytest.raises(UsageError, match="one has no solution for checkpoint 2"):
        Bench.locate(tmp_path / "set").reference("one", "python", 2)


@pytest.mark.parametrize(("file", "language"), [("tiny.py", "rust"), ("other.py", "python")])
def test_a_solution_in_another_language_is_none(write, tmp_path, file, language):
    solve(write("one"), "checkpoint_1", file)
    with pytest.raises(UsageError, match=f"one has no solution in {language}; there are solutions"):
        Bench.locate(tmp_path / "set").reference("one", language, 1)


def test_a_solution_that_is_a_link_is_none(write, tmp_path):
    folder = write("one")
    solve(folder, "checkpoint_1", "tiny.py")
    (folder / "solutions" / "checkpoint_2").symlink_to(folder / "solutions" / "checkpoint_1")
    with pytest.raises(UsageError, match="no solution for checkpoint 2"):
        Bench.locate(tmp_path / "set").reference("one", "python", 2)


# slopbench.toml beside the problems


def sidecar(tmp_path, text):
    (tmp_path / "set" / "slopbench.toml").write_text(text)


def test_the_user_may_show_the_data_of_a_problem(write, tmp_path):
    write("one"), write("two")
    sidecar(tmp_path, '[problems.one]\ndata = "visible"\n')
    bench = Bench.locate(tmp_path / "set")
    before = problem_set_hash(bench.problems())
    assert [problem.data_visible for problem in bench.problems()] == [True, False]
    sidecar(tmp_path, "")
    assert not bench.problem("one").data_visible
    assert problem_set_hash(bench.problems()) != before


def test_it_counts_for_a_problem_alone_too(write, tmp_path):
    one = write("one")
    sidecar(tmp_path, '[problems.one]\ndata = "visible"\n')
    assert Bench.locate(one).problem("one").data_visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[problems.oen]\ndata = "visible"\n', r"problems\.oen: is no problem; did you mean one\?"),
        ('[problems.one]\ndata = "shown"\n', r"problems\.one\.data: is 'shown'"),
        ("[problems.one]\ndat = 1\n", r"problems\.one\.dat: is not a known key; did you mean data"),
        ("[problem.one]\n", r"problem: is not a known key; did you mean problems\?"),
        ("[", "is no valid TOML"),
    ],
)
def test_what_it_says_wrongly_is_an_error(write, tmp_path, text, expected):
    write("one")
    sidecar(tmp_path, text)
    with pytest.raises(BrokenProblem, match=rf"slopbench\.toml: {expected}"):
        Bench.locate(tmp_path / "set").problem("one")
