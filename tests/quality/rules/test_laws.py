"""A rule that breaks a law is caught, with the law and what is wrong."""

import pytest

from slopbench.errors import InfrastructureError
from slopbench.quality.rules.behaviour import differences
from slopbench.quality.rules.laws import broken_laws, main, written

from .conftest import NESTED, TWICE

COMMENT = """\
title: A comment that says nothing
why: For the test.
engine: ast-grep
rule:
  kind: comment
bad: |
  # Step 1
  a = 1
good: |
  a = 1
"""


@pytest.fixture
def broken(make_bundle):
    """broken(text, id) → the laws that the rule breaks, and what is said of each."""

    def laws(text, rule="python/branch-nested"):
        file = make_bundle({rule: text}) / f"{rule}.yml"
        return {fault.law: fault.what for fault in broken_laws([written(file)])}

    return laws


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("python/branch-nested", NESTED),
        ("javascript/conv-twice", TWICE),
        ("python/comment-step", COMMENT),
    ],
)
def test_a_rule_that_keeps_the_laws_is_left_in_peace(broken, rule, text):
    assert broken(text, rule) == {}


@pytest.mark.parametrize(
    ("old", "new", "law", "said"),
    [
        ("if a:\n", "if a\n", "parses", "bad has a syntax error"),
        ("if a and b:", "if a and:", "parses", "good has a syntax error"),
        ("code: SIM102", "code: SIM103", "matches", "doesn't match bad"),
        ("if a and b:\n", "if a:\n        if b:\n    ", "matches", "matches good in line 2"),
        ("if a and b:", "if a and b and not not b:", "shorter", "tokens"),
        ("code: SIM102", "code: SIM102\nflags: [all]", "minimal", "flags 2 lines"),
        ("if a and b:", "if a:", "behaves", "f(1, 0): after bad 'None"),
        ('print("both")\ngood', "return {1}\ngood", "behaves", "f(1, 2)"),
        ("f(1, 0)", "f(1", "behaves", "broken"),
        ("f(1, 0)", "f([], 1).x", "", ""),
    ],
)
def test_a_broken_law_is_named(broken, old, new, law, said):
    assert old in NESTED
    found = broken(NESTED.replace(old, new))
    assert said in found[law] if law else not found


def test_a_comment_rule_must_shorten_the_text(broken):
    longer = COMMENT.replace("good: |\n  a = 1", "good: |\n  a = 1   \n  b = 1000")
    assert "no shorter" in broken(longer, "python/comment-step")["shorter"]


def test_a_rule_that_the_engine_refuses_is_found_among_others(make_bundle):
    rules = {
        "javascript/conv-twice": TWICE,
        "javascript/conv-odd": TWICE.replace("pattern: $X + $X", "kind: no_such_kind"),
        "python/branch-nested": NESTED,
    }
    folder = make_bundle(rules)
    found = broken_laws([written(folder / f"{rule}.yml") for rule in rules])
    assert {(fault.rule, fault.law) for fault in found} == {("javascript/conv-odd", "matches")}
    assert "no_such_kind" in found[0].what


CASES = {
    "python": [
        ("def f(x): return [x]", "def f(x): return (x,)", "f(1)"),
        ("def f(x): x.append(1)", "def f(x): x.append(2)", "f([])"),
        ("def f(x): print(1)", "def f(x): print(2)", "f(0)"),
        ("def f(x): return x.a", "def f(x): return x['a']", "f(3)"),
        ("def f(x): yield 1", "def f(x): yield 2", "f(0)"),
        ("async def f(x): return 1", "async def f(x): return 2", "f(0)"),
        ("def f(x): return 1", "def f(x): exit(0)", "f(x=0)"),
        ("def f(x): return 1", "1 / 0", "f(0)"),
    ],
    "javascript": [
        ("const f = (x) => [x];", "const f = (x) => ({ 0: x });", "f(1)"),
        ("function f(x) { x.push(1); }", "function f(x) { x.push(2); }", "f([])"),
        ("function f(x) { console.log(1); }", "function f(x) { console.log(2); }", "f(0)"),
        ("const f = (x) => x.a.b;", "const f = (x) => missing;", "f({})"),
        ("function* f() { yield 1; }", "function* f() { yield 2; }", "f()"),
        ("const f = async () => 1;", "const f = async () => 2;", "f()"),
        ("const f = () => 0;", "const f = () => -0;", "f()"),
        ("const f = () => 0;", "throw 1;", "f()"),
    ],
}


@pytest.mark.parametrize("language", CASES)
def test_values_errors_output_and_arguments_are_compared(language):
    cases = [(bad, good, [call]) for bad, good, call in CASES[language]]
    assert all(differences(language, cases))
    assert not any(differences(language, [(bad, bad, calls) for bad, _, calls in cases]))


@pytest.mark.parametrize("language", CASES)
def test_code_that_is_none_is_never_equal(language):
    (found,) = differences(language, [("x = = 1", "x = = 1", ["1"])])
    assert found[0].bad.startswith("broken")


def test_without_node_only_javascript_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert differences("python", [("x = 1", "x = 1", ["x"])]) == [[]]
    with pytest.raises(InfrastructureError, match="node: is not installed"):
        differences("javascript", [("1", "1", ["1"])])


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (NESTED, 0, "1 rules, 0 break a law"),
        (NESTED.replace("SIM102", "SIM103"), 1, "python/branch-nested: matches:"),
        (NESTED.replace("SIM102", "sim"), 2, "python/branch-nested: faulty:"),
    ],
)
def test_the_command_says_what_is_broken(make_bundle, capsys, text, status, said):
    assert main([str(make_bundle({"python/branch-nested": text}))]) == status
    assert said in capsys.readouterr().out
