"""What validation accepts, what it refuses, and what it says of it; gradings are made up here."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from slopbench.errors import InfrastructureError, UsageError, ValidationFailed
from slopbench.grade.model import BuildResult, Grade, Group, SuiteOrder, TestResult, Until
from slopbench.grade.validate import OTHER_ENVIRONMENT, Step, tar_of, validate
from slopbench.grade.verification import known_result, save_verification
from slopbench.problem.bench import Bench
from slopbench.problem.scaffold import new_problem

SLUG = "pocket-money"
BUILD = BuildResult(command=None, status=None, cause=None, log="", seconds=0.0)
GROUPS = [Group.CORE] * 3 + [Group.FUNCTIONALITY] * 5 + [Group.ERROR] * 2 + [Group.REGRESSION] * 4


@pytest.fixture
def bench(tmp_path):
    new_problem(tmp_path, SLUG)
    return Bench.locate(tmp_path)


def graded(passed, *, cause=None):
    """A grade of fourteen tests, ten of them new, of which the first so many pass."""
    why = {"passed": None, "failed": "expected 1, found 2"}
    outcomes = ["passed"] * passed + ["failed"] * (len(GROUPS) - passed)
    tests = tuple(
        TestResult(f"2/test_x.py::test_{i}", group, outcome, why[outcome], 0.0)
        for i, (group, outcome) in enumerate(zip(GROUPS, outcomes, strict=True))
    )
    return Grade(
        tests=tests,
        cause=cause,
        build=BUILD,
        isolation="none",
        dependencies="none",
        seconds=1.0,
        log="the last line",
    )


class Grader:
    """Gives the grade that a test states for a kind of trial, else the one of a sound problem."""

    def __init__(self, **stated):
        self.grades = {
            "reference": graded(14),
            "turned": graded(14),
            "true": graded(0),
            "false": graded(0),
            "previous": graded(2),
            "mutant": graded(13),
            **stated,
        }
        self.options = {}

    def __call__(self, step, folder, options):
        kind = self.kind(step.n, folder, options)
        self.options[kind] = options
        return self.grades[kind]

    def kind(self, n, folder, options):
        if options.entry:
            return options.entry[0]
        if "slopbench-mutants-" in str(folder):
            return folder.name if folder.name in self.grades else "mutant"
        if options.environment:
            return "turned"
        return "reference" if folder.name == str(n) else "previous"


def validated(bench, grader, n=2, language="python", progress=None, until=Until.FIRST_FAILURE):
    steps = [Step(bench.problem(SLUG), n, language)]
    return dict(validated_all(bench, grader, steps, progress, until))[f"{SLUG} {n} {language}"]


def validated_all(bench, grader, steps, progress=None, until=Until.FIRST_FAILURE):
    for step, result in validate(
        bench,
        steps,
        grader=grader,
        jobs=2,
        mutants_until=until,
        progress=progress or [].append,
    ):
        yield f"{step.problem.slug} {step.n} {step.language}", result


def test_a_sound_checkpoint_is_accepted_with_its_figures(bench):
    result = validated(bench, Grader())
    assert result.ok
    figures = result.to_json()
    assert figures == {
        "checkpoint": 2,
        "language": "python",
        "new_tests": {"core": 3, "functionality": 5, "error": 2},
        "reference": {"passed": 14, "total": 14},
        "reference_failures": [],
        "order_and_environment": {"passed": 14, "total": 14},
        "null_programs": {"passed": 0, "total": 28},
        "previous_reference_new_tests_passed": 2,
        "mutants": {"killed": 4, "total": 4},
        "tests_no_mutant_fails": None,
        "reference_seconds": 1.0,
        "seconds": 9.0,
        "ok": True,
        "faults": [],
    }


def test_the_first_checkpoint_has_no_previous_reference(bench):
    result = validated(bench, Grader(), n=1)
    assert result.ok
    assert result.to_json()["previous_reference_new_tests_passed"] is None


def test_the_second_run_of_the_reference_is_reversed_in_another_environment(bench):
    grader = Grader()
    validated(bench, grader)
    assert grader.options["turned"].order is SuiteOrder.REVERSE
    assert grader.options["turned"].environment == OTHER_ENVIRONMENT
    assert set(OTHER_ENVIRONMENT) == {"LC_ALL", "TZ", "PYTHONHASHSEED"}


REFUSED = {
    "a reference that fails a test": (
        {"reference": graded(13)},
        "the reference fails 1 of 14 tests: 2/test_x.py::test_13; the first says: expected 1, "
        "found 2",
    ),
    "a reference that depends on order or environment": (
        {"turned": graded(9)},
        "the reference in reverse order and another environment fails 5 of 14 tests: "
        "2/test_x.py::test_9, 2/test_x.py::test_10, 2/test_x.py::test_11 and 2 more; "
        "the first says: expected 1, found 2",
    ),
    "a test that a null program passes": (
        {"false": graded(1)},
        "the program 'false' passes 1 tests: 2/test_x.py::test_0",
    ),
    "a checkpoint that adds little": (
        {"previous": graded(3)},
        "the previous reference passes 3 of 10 new tests, more than a fifth: 2/test_x.py::test_0, "
        "2/test_x.py::test_1, 2/test_x.py::test_2",
    ),
    "a mutant that survives": (
        {"mutant": graded(14)},
        "mutant undo_ignores_the_name passes every test",
    ),
    "tests that cannot be collected": (
        {"reference": replace(graded(14), tests=(), cause="tests_broken")},
        "grading the reference ended early (tests_broken): the last line",
    ),
    "a null program whose grading broke off": (
        {"true": graded(0, cause="grader_died")},
        "grading the program 'true' ended early (grader_died): the last line",
    ),
    "a previous reference whose grading broke off": (
        {"previous": graded(0, cause="grader_died")},
        "grading the previous reference ended early (grader_died): the last line",
    ),
    "a mutant whose grading broke off": (
        {"mutant": graded(0, cause="grader_died")},
        "mutant undo_ignores_the_name was not graded to the end (grader_died)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_hold_is_refused_and_said(bench, case):
    stated, fault = REFUSED[case]
    result = validated(bench, Grader(**stated))
    assert not result.ok
    assert fault in result.faults
    assert result.to_json()["ok"] is False


def test_a_suite_that_a_mutant_makes_too_slow_has_caught_it(bench):
    assert validated(bench, Grader(mutant=graded(3, cause="suite_timeout"))).ok


def test_fewer_than_three_mutants_are_refused(bench):
    bench.mutants_file(SLUG, 2).unlink()
    assert validated(bench, Grader()).faults == ("there are 0 mutants, fewer than 3",)


def test_another_language_has_no_mutants(bench):
    toml = bench.problems_folder / SLUG / "problem.toml"
    toml.write_text(toml.read_text().replace("[limits]", 'any = "sh {root}/run.sh"\n[limits]'))
    for n in (1, 2):
        (bench.answers(SLUG) / "reference/any" / str(n)).mkdir(parents=True)
    result = validated(bench, Grader(), language="any")
    assert result.ok
    assert result.to_json()["mutants"] is None


def test_a_mutant_is_graded_in_its_own_folder_that_is_gone_afterwards(bench):
    seen = {}

    class Looking(Grader):
        def __call__(self, step, folder, options):
            seen[folder] = (folder / "main.py").read_text()
            return super().__call__(step, folder, options)

    validated(bench, Looking())
    mutants = {folder: text for folder, text in seen.items() if bench.root not in folder.parents}
    reference = (bench.reference(SLUG, "python", 2) / "main.py").read_text()
    assert len(set(mutants.values()) - {reference}) == 4
    assert not any(folder.exists() for folder in mutants)


def test_a_mutant_that_does_not_fit_stops_the_validation(bench):
    main = bench.reference(SLUG, "python", 2) / "main.py"
    main.write_text(main.read_text().replace("of_name.pop()", "of_name.pop(-1)"))
    with pytest.raises(ValidationFailed, match="occurs 0 times, expected once"):
        validated(bench, Grader())


def test_a_missing_reference_stops_the_validation(bench):
    with pytest.raises(UsageError, match="no reference for checkpoint 2 in go"):
        validated(bench, Grader(), language="go")


def test_a_broken_machine_is_no_verdict(bench):
    def broken(*_):
        raise InfrastructureError("no room")

    with pytest.raises(InfrastructureError):
        validated(bench, broken)


def test_progress_is_told_of_each_grading(bench):
    told = []
    validated(bench, Grader(), progress=told.append)
    assert len(told) == 9
    assert (
        "pocket-money checkpoint 2 in python: mutant undo_takes_the_first graded in 1.0 s" in told
    )


def test_many_checkpoints_come_in_their_order(bench):
    steps = [Step(bench.problem(SLUG), n, "python") for n in (2, 1, 2)]
    told = [name.split()[1] for name, _ in validated_all(bench, Grader(), steps)]
    assert told == ["2", "1", "2"]


def test_an_error_ends_what_has_not_begun(bench):
    class Broken(Grader):
        calls = 0

        def __call__(self, step, folder, options):
            Broken.calls += 1
            raise InfrastructureError("no room")

    steps = [Step(bench.problem(SLUG), 2, "python")] * 20
    with pytest.raises(InfrastructureError):
        list(validated_all(bench, Broken(), steps))
    assert Broken.calls < 20 * 9


def test_a_survey_lists_the_new_tests_that_no_mutant_fails(bench):
    grader = Grader(mutant=graded(8), undo_takes_the_first=graded(5))
    result = validated(bench, grader, until=Until.END)
    assert result.surveyed
    assert result.to_json()["tests_no_mutant_fails"] == [f"2/test_x.py::test_{i}" for i in range(5)]
    assert grader.options["mutant"].until is Until.END


def test_a_solution_is_handed_over_without_caches_owners_and_times(bench, tmp_path):
    solution = tmp_path / "solution"
    (solution / "pkg/__pycache__").mkdir(parents=True)
    (solution / "pkg/__pycache__/a.pyc").write_bytes(b"")
    (solution / "run.sh").write_text("true")
    (solution / "run.sh").chmod(0o755)
    first = tar_of(solution).read()
    (solution / "run.sh").touch()
    assert tar_of(solution).read() == first
    assert b"pyc" not in first
    assert b"0000755" in first


BACKEND = SimpleNamespace(name="bubblewrap", toolchain=lambda: SimpleNamespace(id="tools-1"))


def step(bench, n=2, language="python"):
    return Step(bench.problem(SLUG), n, language)


def saved(bench, result, n=2, language="python"):
    file = save_verification(bench, step(bench, n, language), BACKEND, result)
    return json.loads(file.read_text())["languages"]


def known(bench, n=2, until=Until.FIRST_FAILURE):
    return known_result(bench, step(bench, n), until)


def test_verification_keeps_each_checkpoint_and_says_what_it_was_measured_on(bench):
    for n in (2, 1):
        rows = saved(bench, validated(bench, Grader(), n=n), n=n)["python"]["checkpoints"]
    assert [row["checkpoint"] for row in rows] == [1, 2]
    assert rows[0]["measured_on"]["sandbox"] == "bubblewrap"
    assert rows[0]["measured_on"]["toolchain"] == "tools-1"
    assert rows[0]["measured_on"]["inputs"] != rows[1]["measured_on"]["inputs"]


def test_what_was_found_sound_is_known_until_something_changes(bench):
    result = validated(bench, Grader())
    saved(bench, result)
    assert known(bench) == result
    assert known(bench, n=1) is None


CHANGES = {
    "a test": "problems/pocket-money/1/tests/test_total.py",
    "the specification": "problems/pocket-money/2/spec.md",
    "the description": "problems/pocket-money/problem.toml",
    "the reference": "checkpoints/pocket-money/reference/python/2/main.py",
    "the previous reference": "checkpoints/pocket-money/reference/python/1/main.py",
    "the mutants": "checkpoints/pocket-money/mutants/2.toml",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_makes_a_result_unknown(bench, what):
    saved(bench, validated(bench, Grader()))
    file = bench.root / CHANGES[what]
    file.write_text(file.read_text() + "\n")
    assert known(bench) is None


def test_a_later_checkpoint_doesnt_touch_the_result_of_an_earlier_one(bench):
    result = validated(bench, Grader(), n=1)
    saved(bench, result, n=1)
    for file in ("2/spec.md", "2/tests/test_names.py"):
        with (bench.problems_folder / SLUG / file).open("a") as end:
            end.write("\n")
    assert known(bench, n=1) == result


def test_what_did_not_hold_is_measured_again(bench):
    saved(bench, validated(bench, Grader(reference=graded(13))))
    assert known(bench) is None


def test_a_survey_isnt_answered_with_a_result_of_less(bench):
    saved(bench, validated(bench, Grader()))
    assert known(bench, until=Until.END) is None
    surveyed = validated(bench, Grader(), until=Until.END)
    saved(bench, surveyed)
    assert known(bench, until=Until.END) == known(bench) == surveyed


def test_verification_keeps_languages_apart(bench):
    result = validated(bench, Grader())
    saved(bench, result)
    assert set(saved(bench, result, language="go")) == {"go", "python"}


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"languages": {"python": {"checkpoints": [{}]}}}']
)
def test_verification_replaces_a_file_of_another_form(bench, content):
    (bench.answers(SLUG) / "verification.json").write_text(content)
    assert known(bench) is None
    assert set(saved(bench, validated(bench, Grader()))) == {"python"}
