"""What is found depends on a file's content alone, and no row too many is flagged."""

import pytest

from slopbench.quality.rules.bundle import matchers
from slopbench.quality.rules.find import find
from slopbench.quality.rules.snippet import Snippet
from slopbench.quality.rules.texts import RuleInput

from .conftest import NESTED, TWICE

RULES = {"python/branch-nested": NESTED, "javascript/conv-twice": TWICE}
LONG = """\
title: A call of a call
why: For the test.
engine: ast-grep
rule:
  pattern: outer($X, $Y)
flags: {flags}
bad: |
  outer(1, 2)
good: |
  1
calls:
  - "1"
"""
CALL = """\
outer(
    [
        1,
    ],
    2
)
"""


@pytest.mark.parametrize("dialect", ["javascript", "typescript", "tsx"])
def test_rules_for_javascript_are_for_typescript_too(finder, dialect):
    found = finder(RULES)("let a = 1;\nlet b = a + a;\n", dialect)
    assert found == {"javascript/conv-twice": [(1,)]}


def test_rules_for_typescript_are_not_for_javascript(make_bundle):
    rules = matchers(make_bundle({"typescript/conv-twice": TWICE}))
    inputs = [Snippet(name, "a + a;").as_input(i) for i, name in enumerate(["javascript", "tsx"])]
    found = find(inputs, rules)
    assert list(found.by_number) == [1]
    assert [finding.rule for finding in found.by_number[1]] == ["typescript/conv-twice"]


def test_a_language_without_rules_has_no_answer(finder):
    assert find([Snippet("go", "package a\n").as_input(4)], ()).by_number == {}


def test_a_file_without_findings_has_an_empty_answer(make_bundle):
    texts = [b"", b"\n\n", b"# only a comment\n", b"x = 1\n"]
    inputs = [RuleInput(i, "python", text, ()) for i, text in enumerate(texts)]
    found = find(inputs, matchers(make_bundle(RULES)))
    assert found.by_number == {0: [], 1: [], 2: [], 3: []}


@pytest.mark.parametrize(
    ("flags", "rows"),
    [
        ("[first]", (0,)),
        ("[last]", (5,)),
        ("[all]", (0, 1, 2, 3, 4, 5)),
        ("[-first]", (1, 2, 3, 4, 5)),
        ("[last2]", (4, 5)),
        ("[last9]", (1, 2, 3, 4, 5)),
        ("[X]", (1, 2, 3)),
        ("[X.first]", (1,)),
        ("[X.last, Y]", (3, 4)),
        ("[first, last]", (0, 5)),
    ],
)
def test_flags_name_the_rows_that_count(finder, flags, rows):
    found = finder({"python/conv-long": LONG.format(flags=flags)})(CALL)
    assert found == {"python/conv-long": [rows]}


def test_a_match_that_flags_no_row_is_no_finding(finder):
    rule = LONG.format(flags="[last2]")
    assert finder({"python/conv-long": rule})("outer(1, 2)\n") == {}


def test_only_messages_that_the_rule_means_are_found(finder):
    rule = NESTED.replace("code: SIM102", 'code: RET505\nmessage: "`else`"')
    code = """\
    def f(a):
        if a:
            return 1
        {}
            return 2
    """
    assert finder({"python/branch-else": rule})(code.format("else:")) == {
        "python/branch-else": [(3,)]
    }
    assert finder({"python/branch-else": rule})(code.format("elif a > 2:")) == {}


def test_several_rules_may_mean_one_code(finder):
    rules = {"python/branch-nested": NESTED, "python/branch-again": NESTED}
    found = finder(rules)("if a:\n    if b:\n        c()\n")
    assert found == {"python/branch-again": [(0,)], "python/branch-nested": [(0,)]}


@pytest.mark.parametrize("engine", ["ruff", "ast-grep"])
def test_a_file_that_an_engine_cannot_read_is_named(make_bundle, engine):
    """A syntax error stops ruff; ast-grep passes over files with 3 MB and 200,000 lines."""
    texts = {"ruff": b"x = (\n", "ast-grep": b"a = 1 + 1      \n" * 200_001}
    rules = {**RULES, "python/conv-twice": TWICE.replace("function", "def")}
    inputs = [
        RuleInput(0, "python", b"if a:\n    if b:\n        c()\n", ()),
        RuleInput(1, "python", texts[engine], ()),
    ]
    found = find(inputs, matchers(make_bundle(rules)))
    assert found.unread == {engine: {1}}
    assert [finding.rule for finding in found.by_number[0]] == ["python/branch-nested"]


def test_comments_make_no_file_too_large(make_bundle):
    text = b"a = b + b\n" + b"# a long comment that counts for nothing\n" * 200_001
    start, lines = 10, 200_001
    spans = [place for i in range(lines) for place in (start + 41 * i, start + 41 * i + 40)]
    rules = {"python/conv-twice": TWICE.replace("function", "def")}
    found = find([RuleInput(0, "python", text, spans)], matchers(make_bundle(rules)))
    assert found.unread == {}
    assert [finding.rows for finding in found.by_number[0]] == [(0,)]


def test_imports_of_a_package_are_there_for_others(make_bundle):
    rule = NESTED.replace("SIM102", "F401\nmessage: unused$")
    rules = matchers(make_bundle({"python/dead-import": rule}))
    inputs = [
        RuleInput(7, "python", b"from .a import b\n", (), is_package_init=True),
        RuleInput(8, "python", b"from .a import b\n", ()),
    ]
    found = find(inputs, rules).by_number
    assert {number: len(findings) for number, findings in found.items()} == {7: 0, 8: 1}


def test_rules_about_comments_alone_see_comments(finder):
    rule = """\
    title: A comment that says nothing
    why: For the test.
    engine: ast-grep
    rule:
      kind: comment
      regex: Step
    bad: |
      # Step 1
      a = 1
    good: |
      a = 1
    """
    by_code = rule.replace("kind: comment\n      regex: Step", "kind: comment")
    found = finder({"python/comment-step": rule, "python/dead-comment": by_code})
    assert found("# ast-grep-ignore\n# Step 1\na = 1\n") == {"python/comment-step": [(1,)]}
