"""Each rule finds the fault that it is for, says where, and says how to mend it."""

import pytest

from slopbench.config import CANARY
from slopbench.problem.lint.registry import RULES, lint_problem

SPEC_1, SPEC_2 = "problems/pocket-money/1/spec.md", "problems/pocket-money/2/spec.md"
TESTS_1 = "problems/pocket-money/1/tests/test_total.py"
TOML = "problems/pocket-money/problem.toml"
MUTANTS_1 = "checkpoints/pocket-money/mutants/1.toml"

STATES_REST = " What is not mentioned here stays as it is."
CORE = "@pytest.mark.core\ndef test_example"

VARIANTS = {
    "canary": [
        (MUTANTS_1, f"# {CANARY}", "#"),
        (TESTS_1, f"# {CANARY}", "#"),
    ],
    "canary-in-spec": [(SPEC_2, CANARY, "canary"), (SPEC_1, "<!-- slop", "slop")],
    "forbidden-word": [
        (SPEC_1, "There are no other arguments.", text)
        for text in [
            "This is tested.",
            "A hidden file.",
            "As in the benchmark.",
            "It is for grading.",
            "One total is enough for\nnow.",
            "This is version 1 of it.",
            "Checkpoint 2 adds more.",
            "The next checkpoint adds more.",
            "Use an appropriate order.",
            "Within a reasonable time.",
            "Names, sums, etc.",
            "Names, sums and so on.",
        ]
    ],
    "soft-duty": [(SPEC_1, "There are no other arguments.", "It should stop.")],
    "spec-length": [(SPEC_2, "# Pocket money", "word " * 1000)],
    "spec-entry": [(SPEC_1, "{entry}", "python3 main.py")],
    "spec-opening": [(SPEC_2, STATES_REST, "")],
    "one-group": [
        (TESTS_1, CORE, "def test_example"),
        (TESTS_1, CORE, f"@pytest.mark.error\n{CORE}"),
    ],
    "shadowed-test": [
        (TESTS_1, "def test_payments_of_several_names_make_one_sum", "def test_example")
    ],
    "foreign-import": [
        (TESTS_1, "import oracles", text)
        for text in [
            "from slopbench import config",
            "import main",
            "import kit",
            "from . import oracles",
            "import hypothesis",
        ]
    ],
    "own-process": [(TESTS_1, "import oracles", "import subprocess, oracles")],
    "unsteady": [
        (TESTS_1, "random.Random(seed)", "random.Random()"),
        (TESTS_1, "random.Random(seed)", "random.SystemRandom()"),
        (TESTS_1, "chance.randint(", "random.randint("),
        (TESTS_1, "chance = ", "time.sleep(1); chance = "),
    ],
    "retired-test": [(TOML, "n = 2", 'n = 2\nretired = ["1/test_total.py::test_gone"]')],
    "mutant-find": [
        (MUTANTS_1, 'find = "0|-?[1-9][0-9]{0,8}"', 'find = "gone"'),
        (MUTANTS_1, 'find = "0|-?[1-9][0-9]{0,8}"', 'find = "Fault"'),
    ],
    "mutant-quote": [(MUTANTS_1, "but they count", "but they matter")],
    "mutant-file": [(MUTANTS_1, "breaks = ", "brakes = ")],
}

BY_FOLDER = {"reference", "reference-language", "mutant-count"}
"""Rules whose breach is more than a changed text; they have tests of their own below."""


def found(bench, rule):
    return [finding for finding in lint_problem(bench, "pocket-money") if finding.rule == rule]


def test_every_rule_has_a_variant_that_breaks_it():
    assert {rule.id for rule in RULES} == set(VARIANTS) | BY_FOLDER


@pytest.mark.parametrize(
    "rule, file, old, new",
    [(rule, *variant) for rule, variants in VARIANTS.items() for variant in variants],
)
def test_a_breach_is_found_in_its_file(bench, rule, file, old, new):
    before = found(bench, rule)
    text = (bench.root / file).read_text()
    assert old in text
    (bench.root / file).write_text(text.replace(old, new))
    new_ones = [finding for finding in found(bench, rule) if finding not in before]
    assert {finding.file for finding in new_ones} == {file}
    assert all(finding.message and finding.mend for finding in new_ones)


def test_a_word_is_found_on_its_line_below_a_comment(bench, edit):
    edit(bench.root / SPEC_1, "# Pocket", "<!-- a\ntest\n-->\nThe hidden\n# Pocket")
    assert [(f.line, f.message) for f in found(bench, "forbidden-word")] == [(5, "says 'hidden'")]


@pytest.mark.parametrize(
    "word", ["latest", "contest", "upgrading", "etching", "version 1.2", "fortnow"]
)
def test_words_that_only_contain_a_forbidden_one_are_fine(bench, edit, word):
    edit(bench.root / SPEC_1, "There are no other arguments.", f"Of the {word} kind.")
    assert found(bench, "forbidden-word") == []


def test_a_missing_reference_is_found_in_each_language(bench):
    (bench.answers("pocket-money") / "reference/go/1").mkdir(parents=True)
    (bench.reference("pocket-money", "python", 2) / "main.py").unlink()
    messages = [finding.message for finding in found(bench, "reference")]
    assert messages == [
        "the reference for checkpoint 1 in go is missing",
        "the reference for checkpoint 2 in go is missing",
        "the reference for checkpoint 2 in python is missing",
    ]


def test_a_reference_in_a_language_without_entry_is_found(bench):
    (bench.answers("pocket-money") / "reference/go/1").mkdir(parents=True)
    [finding] = found(bench, "reference-language")
    assert finding.mend == "add [entry] go = ... to problem.toml"


def test_too_few_mutants_are_found(bench):
    file = bench.root / MUTANTS_1
    file.write_text("[[mutant]]".join(file.read_text().split("[[mutant]]")[:3]))
    [finding] = found(bench, "mutant-count")
    assert (finding.severity, finding.message) == ("error", "checkpoint 1 has 2 mutants")
    file.unlink()
    assert found(bench, "mutant-count")[0].message == "checkpoint 1 has 0 mutants"


def test_a_quotation_may_leave_out_words_and_marks(bench, edit):
    edit(bench.root / MUTANTS_1, "but they count when", "...  when")
    edit(bench.root / MUTANTS_1, "`AMOUNT` is `0`, or", "AMOUNT is 0, or")
    assert found(bench, "mutant-quote") == []


def test_a_problem_that_cannot_be_loaded_has_its_faults_as_findings(bench, edit):
    edit(bench.root / TOML, "pitch = ", "picth = ")
    findings = lint_problem(bench, "pocket-money")
    assert {(f.rule, f.severity, f.file) for f in findings} == {("loads", "error", TOML)}
    assert "picth: is not a known key" in [f.message for f in findings]


def test_an_empty_file_needs_no_canary(bench):
    (bench.reference("pocket-money", "python", 1) / "__init__.py").write_text("")
    (bench.reference("pocket-money", "python", 1) / "data.json").write_text("{}")
    assert found(bench, "canary") == []
