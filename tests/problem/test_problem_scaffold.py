"""`problems new` makes a problem that keeps every rule and that can be extended at once."""

import subprocess
import sys

import pytest

from slopbench.errors import UsageError
from slopbench.problem.bench import IN_WHEEL
from slopbench.problem.lint.registry import lint_problem
from slopbench.problem.scaffold import new_problem


def test_a_new_problem_loads_and_breaks_no_rule(bench):
    problem = bench.problem("pocket-money")
    assert problem.title == "Pocket money"
    assert len(problem.checkpoints) == 2
    assert [f for f in lint_problem(bench, "pocket-money") if f.severity == "error"] == []


def test_a_new_problem_leaves_no_placeholder(bench):
    for folder in (bench.problems_folder, bench.answers("pocket-money")):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if "@" in path.read_text().replace("@pytest", "")]
        assert not [path for path in files if path.suffix == ".tmpl"]


@pytest.mark.parametrize(
    "n, command, expected",
    [(1, "total", b"14\n"), (2, "total", b"14\n"), (2, "names", b"ann 14\n")],
)
def test_the_references_are_programs_that_work(bench, n, command, expected):
    main = bench.reference("pocket-money", "python", n) / "main.py"
    ran = subprocess.run(
        [sys.executable, "-B", main, command], input=b"ann: 14\n", capture_output=True, check=True
    )
    assert ran.stdout == expected


@pytest.mark.parametrize("slug", ["Pocket", "pocket_money", "a--b", "-a", "1a", "../a", ""])
def test_a_name_of_another_form_is_refused(tmp_path, slug):
    with pytest.raises(UsageError, match="no name for a problem"):
        new_problem(tmp_path, slug)
    assert list(tmp_path.iterdir()) == []


def test_a_problem_is_never_overwritten(bench):
    with pytest.raises(UsageError, match="exists already; choose another name"):
        new_problem(bench.root, "pocket-money")


def test_known_answers_without_a_problem_are_not_overwritten_either(bench):
    bench.answers("orphan").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        new_problem(bench.root, "orphan")
    assert not (bench.problems_folder / "orphan").exists()


def test_an_installed_benchmark_is_not_written_to():
    with pytest.raises(UsageError, match="with --bench DIR"):
        new_problem(IN_WHEEL, "pocket-money")
