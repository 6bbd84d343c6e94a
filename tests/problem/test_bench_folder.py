"""Finding benchmarks, problems and known answers, and telling sets of problems apart."""

import shutil
from pathlib import Path

import pytest

import slopbench
from slopbench.errors import UsageError
from slopbench.problem.bench import Bench, problem_set_hash
from slopbench.problem.faults import BrokenProblem
from slopbench.problem.scaffold import new_problem


def test_a_checkout_is_its_own_benchmark():
    assert Bench.locate(None).root == Path(slopbench.__file__).parents[1]


def test_a_folder_without_problems_is_no_benchmark(tmp_path):
    with pytest.raises(
        UsageError, match=r"no folder problems/, and no .* config.yaml; give the folder that holds"
    ):
        Bench.locate(tmp_path)


def test_what_is_no_folder_is_said_to_be_none(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="file: is no folder; give"):
        Bench.locate(tmp_path / "file")
    with pytest.raises(UsageError, match="nowhere: is not there; give"):
        Bench.locate(tmp_path / "nowhere")


def test_an_unknown_problem_is_named_with_near_matches(bench):
    with pytest.raises(UsageError, match=r"no problem 'pocket-mony'; did you mean pocket-money\?"):
        bench.problem("pocket-mony")
    with pytest.raises(UsageError, match="no problem 'zzz'; known are: pocket-money"):
        bench.problem("zzz")


def test_a_slug_cannot_lead_out_of_the_benchmark(bench):
    with pytest.raises(UsageError, match="there is no problem"):
        bench.problem("../problems/pocket-money")


def test_problems_come_in_the_order_asked_for_and_once(bench):
    new_problem(bench.root, "another")
    slugs = [
        problem.slug for problem in bench.problems(["pocket-money", "another", "pocket-money"])
    ]
    assert slugs == ["pocket-money", "another"]
    assert [problem.slug for problem in bench.problems()] == ["another", "pocket-money"]


def test_a_folder_without_problem_toml_is_no_problem(bench):
    (bench.problems_folder / "notes").mkdir()
    assert bench.slugs() == ["pocket-money"]


def test_a_reference_is_found_or_said_to_be_missing(bench):
    assert (bench.reference("pocket-money", "python", 2) / "main.py").is_file()
    with pytest.raises(UsageError, match=r"no reference for checkpoint 2 in go; .* in: python"):
        bench.reference("pocket-money", "go", 2)


def test_mutants_are_loaded_and_their_absence_is_an_empty_list(bench):
    assert [mutant.id for mutant in bench.mutants("pocket-money", 1)] == [
        "empty_lines_not_counted",
        "leading_zeros_allowed",
        "more_arguments_ignored",
    ]
    bench.mutants_file("pocket-money", 1).unlink()
    assert bench.mutants("pocket-money", 1) == []


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("find =", "finds =", r"mutant #\d\.finds: is not a known key; did you mean find\?"),
        ('file = "main.py"', 'file = "../main.py"', "leaves the reference"),
        ('id = "leading_zeros_allowed"', 'id = "more_arguments_ignored"', "is given twice"),
        (
            'replace = "-?[0-9]{1,9}"',
            'replace = "0|-?[1-9][0-9]{0,8}"',
            "find and replace are equal",
        ),
    ],
)
def test_a_faulty_mutant_file_is_said_with_its_key(bench, old, new, expected):
    file = bench.mutants_file("pocket-money", 1)
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(BrokenProblem, match=expected) as caught:
        bench.mutants("pocket-money", 1)
    assert str(caught.value).startswith(f"{file}: ")


def test_the_hash_of_a_problem_follows_every_file_and_nothing_else(bench, folder):
    before = bench.problem("pocket-money").content_hash
    cache = folder / "1/tests/__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"x")
    assert bench.problem("pocket-money").content_hash == before
    (folder / "1/tests/case.txt").write_text("")
    added = bench.problem("pocket-money").content_hash
    (folder / "1/tests/case.txt").rename(folder / "1/tests/case2.txt")
    renamed = bench.problem("pocket-money").content_hash
    (folder / "1/tests/case2.txt").write_text("1")
    changed = bench.problem("pocket-money").content_hash
    assert len({before, added, renamed, changed}) == 4


def test_the_hash_of_a_problem_does_not_depend_on_where_it_lies(bench, tmp_path):
    shutil.copytree(bench.root, tmp_path / "elsewhere")
    copy = Bench.locate(tmp_path / "elsewhere")
    hashes = {each.problem("pocket-money").content_hash for each in (bench, copy)}
    assert len(hashes) == 1


def test_the_hash_of_a_set_depends_on_its_members_and_not_on_their_order(bench):
    new_problem(bench.root, "another")
    problems = bench.problems()
    assert problem_set_hash(problems) == problem_set_hash(problems[::-1])
    assert problem_set_hash(problems) != problem_set_hash(problems[:1])
