"""What a rule file must hold, what is said of a faulty one, and what its bundle's hash is about."""

import pytest

from slopbench.errors import UsageError
from slopbench.quality.rules.bundle import bundle_hash, matchers, own_bundle, rules_fingerprint
from slopbench.quality.rules.rule import load_rule, load_rules

from .conftest import NESTED, TWICE

PYTHON = "python/branch-nested"


@pytest.fixture
def load(make_bundle):
    """load(text, id) → the rule."""
    return lambda text, rule=PYTHON: load_rule(make_bundle({rule: text}) / f"{rule}.yml")


def test_a_rule_is_what_its_file_says(load):
    rule = load(NESTED)
    assert (rule.id, rule.language, rule.category) == (PYTHON, "python", "branch")
    assert (rule.engine, rule.code, rule.flags) == ("ruff", "SIM102", ("first",))
    assert rule.calls == ("f(1, 0)", "f(1, 2)")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: Two nested conditions are one", "title: [Two]", "title"),
        ("are one\n", "are one.\n", "title"),
        ("are one\n", f"are one {'x' * 70}\n", "title"),
        ("why: Both must hold for the same body.\n", "", "why: Field required"),
        ("engine: ruff", "engine: eslint", "engine"),
        ("code: SIM102", "code: sim-102", "code"),
        ("code: SIM102\n", "", "a rule of ruff has a code"),
        ("code: SIM102", "code: SIM102\nrule: {kind: if}", "a rule of ruff has a code and no rule"),
        ("engine: ruff\ncode: SIM102", "engine: ast-grep", "a rule of ast-grep has a rule"),
        ("code: SIM102", "code: SIM102\nflags: [middle]", "flags.0"),
        ("code: SIM102", "code: SIM102\nflags: []", "flags"),
        ("code: SIM102", "code: SIM102\nseverity: high", "severity: Extra inputs"),
        ("calls:\n  - f(1, 0)\n  - f(1, 2)\n", "", "calls are missing"),
        ("code: SIM102", "code: SIM102\ncode: SIM103", "has the key 'code' twice"),
        ("code: SIM102", "code: &a SIM102\nmessage: *a", "has an alias"),
        ("code: SIM102", "code: [SIM102", "is no valid YAML"),
        ("title:", " title:", "is no valid YAML"),
    ],
)
def test_a_faulty_file_is_named_with_its_key(load, old, new, said):
    assert old in NESTED
    with pytest.raises(UsageError, match=r"python/branch-nested\.yml: ") as error:
        load(NESTED.replace(old, new))
    assert said in str(error.value)


@pytest.mark.parametrize("text", ["", "just words\n", "- a list\n", "{title: a, why: b}\n"])
def test_a_file_that_is_no_mapping_is_refused(load, text):
    with pytest.raises(UsageError, match="branch-nested"):
        load(text)


@pytest.mark.parametrize(
    ("rule", "said"),
    [("python/nested", "id"), ("python/odd-nested", "id"), ("cobol/branch-nested", "folder")],
)
def test_a_name_says_language_and_category(load, rule, said):
    with pytest.raises(UsageError, match=said):
        load(NESTED, rule)


def test_calls_are_for_languages_that_are_run(load):
    with pytest.raises(UsageError, match="calls are run for python and javascript alone"):
        load(TWICE, "go/conv-twice")


def test_a_file_in_another_encoding_is_refused(make_bundle):
    folder = make_bundle({PYTHON: NESTED})
    (folder / f"{PYTHON}.yml").write_bytes(b"title: \xff\n")
    with pytest.raises(UsageError, match="can't be read"):
        load_rule(folder / f"{PYTHON}.yml")


def test_a_folder_without_rules_is_refused(tmp_path):
    for read in (load_rules, bundle_hash, matchers):
        with pytest.raises(UsageError, match="holds no rule"):
            read(tmp_path)


@pytest.mark.parametrize(
    "head", ["engine: nothing", "engine: ruff\nflags: {a: 1}", "engine: [ruff"]
)
def test_a_faulty_rule_is_never_passed_over_when_code_is_scored(make_bundle, head):
    with pytest.raises(UsageError, match="branch-nested"):
        matchers(make_bundle({PYTHON: f"{head}\n"}))


def test_every_rule_of_the_own_bundle_is_read_alike_by_both_readers():
    for rule, matcher in zip(load_rules(own_bundle()), matchers(own_bundle()), strict=True):
        assert (matcher.rule, matcher.engine, matcher.flags) == (rule.id, rule.engine, rule.flags)
        assert (matcher.code, matcher.message) == (rule.code or "", rule.message or "")
        assert matcher.about_comments is (rule.category == "comment")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Two nested", "Twice nested"),
        ("Both must", "Each must"),
        ("f(1, 0)", "f(0, 0)"),
        ("b:", "c:"),
    ],
)
def test_words_for_people_leave_the_hash(make_bundle, old, new):
    before = bundle_hash(make_bundle({PYTHON: NESTED}))
    assert bundle_hash(make_bundle({PYTHON: NESTED.replace(old, new)})) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SIM102", "SIM103"),
        ("code: SIM102", "code: SIM102\nflags: [last]"),
        ("code: SIM102", "code: SIM102\nmessage: one"),
        ("engine: ruff\ncode: SIM102", "engine: ast-grep\nrule: {kind: if_statement}"),
    ],
)
def test_what_a_rule_finds_changes_the_hash(make_bundle, old, new):
    before = bundle_hash(make_bundle({PYTHON: NESTED}))
    assert bundle_hash(make_bundle({PYTHON: NESTED.replace(old, new)})) != before


def test_the_name_and_the_number_of_rules_change_the_hash(make_bundle):
    before = bundle_hash(make_bundle({PYTHON: NESTED}))
    both = make_bundle({"python/branch-other": NESTED})
    assert bundle_hash(both) != before
    (both / f"{PYTHON}.yml").unlink()
    assert bundle_hash(both) != before


def test_the_fingerprint_names_rules_and_engines():
    found = rules_fingerprint()
    assert set(found) == {"rules", "ast-grep", "ruff"}
    assert found["rules"] == bundle_hash(own_bundle())


def test_a_rule_of_an_unknown_language_is_never_passed_over(make_bundle):
    folder = make_bundle({PYTHON: NESTED, "cobol/branch-nested": NESTED})
    with pytest.raises(UsageError, match="unknown language"):
        matchers(folder, frozenset({"python"}))


def test_an_installation_without_rules_has_no_fingerprint(tmp_path, monkeypatch):
    """A missing bundle must not look like one that finds nothing."""
    monkeypatch.setattr("slopbench.quality.rules.bundle.own_bundle", lambda: tmp_path / "nowhere")
    with pytest.raises(UsageError, match="holds no rule"):
        rules_fingerprint.__wrapped__()
