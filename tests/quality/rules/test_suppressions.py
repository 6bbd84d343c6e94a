"""Nothing in the scored tree switches a rule off: no comment, no configuration, no name."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopbench.quality.rules.bundle import matchers, own_bundle
from slopbench.quality.rules.find import find
from slopbench.quality.rules.snippet import Snippet
from slopbench.quality.rules.texts import RuleInput

PYTHON = """\
import os
def f(a, b, items):
    result = []
    for item in items:
        result.append(item + 1)
    if a:
        if b:
            return True if items == 3 else False
    else:
        pass
    return result
"""
JAVASCRIPT = """\
function f(a, items) {
  if (a > 1) {
    return true;
  } else {
    return false;
  }
}
"""
CODE = {"python": PYTHON, "javascript": JAVASCRIPT, "tsx": JAVASCRIPT, "typescript": JAVASCRIPT}
SWITCHES = {
    "python": [
        "# noqa",
        "# NOQA: SIM102, PERF401, RET505",
        "# ruff: noqa",
        "# ruff: noqa: SIM102",
        "# ruff: ignore[SIM102]",
        "# ruff: disable[SIM102,PERF401]",
        "# ruff: file-ignore[SIM102]",
        "# flake8: noqa",
        "# pylint: skip-file",
        "# isort: skip_file",
        "# fmt: off",
        "# fmt: skip",
        "# yapf: disable",
        "# type: ignore",
        "# mypy: ignore-errors",
        "# ast-grep-ignore",
        "# ast-grep-ignore: python/loop-that-only-appends",
        "# ast-grep-disable",
    ],
    "javascript": [
        "// ast-grep-ignore",
        "/* ast-grep-ignore */",
        "// eslint-disable-line",
        "// prettier-ignore",
        "// @ts-ignore",
        "/* istanbul ignore file */",
    ],
}
SWITCHES["tsx"] = SWITCHES["typescript"] = SWITCHES["javascript"]
CASES = [(dialect, switch) for dialect, switches in SWITCHES.items() for switch in switches]
CONFIGURATION = {
    "pyproject.toml": "[tool.ruff]\nexclude = ['*']\n[tool.ruff.lint]\nignore = ['ALL']\n",
    "ruff.toml": "exclude = ['*']\n[lint]\nignore = ['ALL']\n",
    ".ruff.toml": "[lint.per-file-ignores]\n'*' = ['ALL']\n",
    "sgconfig.yml": "ruleDirs: []\n",
    ".gitignore": "*\n",
    ".ignore": "*\n",
    ".rgignore": "*\n",
    ".git/info/exclude": "*\n",
    ".config/git/ignore": "*\n",
    ".config/ruff/ruff.toml": "exclude = ['*']\n",
    "setup.cfg": "[flake8]\nexclude = *\n",
    ".editorconfig": "[*]\nmax_line_length = 20\n",
}


def code_findings(inputs):
    """{number: sorted (rule, rows)} of the rules for code."""
    found = find(inputs, matchers(own_bundle()))
    assert not found.unread
    return {
        number: [(each.rule, each.rows) for each in findings if each.flags_code]
        for number, findings in found.by_number.items()
    }


def commented(code, comment):
    """The code with the comment at the end of every line."""
    return "".join(f"{line}  {comment}\n" for line in code.splitlines())


def test_a_comment_at_every_line_changes_nothing():
    numbered = list(enumerate(CASES))
    texts = [commented(CODE[dialect], switch) for dialect, switch in CASES]
    plain = code_findings(
        [Snippet(dialect, CODE[dialect]).as_input(i) for i, (dialect, _) in numbered]
    )
    given_ = code_findings(
        [
            Snippet(dialect, text).as_input(i)
            for (i, (dialect, _)), text in zip(numbered, texts, strict=True)
        ]
    )
    assert all(plain.values())
    assert given_ == plain


@pytest.mark.parametrize("dialect", CODE)
def test_comments_above_every_line_only_move_the_findings(dialect):
    above = "".join(
        f"{switch}\n{line}\n"
        for line in CODE[dialect].splitlines()
        for switch in [SWITCHES[dialect][0]]
    )
    inputs = [Snippet(dialect, text).as_input(i) for i, text in enumerate([CODE[dialect], above])]
    found = code_findings(inputs)
    assert {rule for rule, _ in found[0]} == {rule for rule, _ in found[1]}
    moved = [(rule, {2 * row + 1 for row in rows}) for rule, rows in found[0]]
    lines_with_code = range(1, 2 * len(CODE[dialect].splitlines()), 2)
    assert [
        (rule, {row for row in rows if row in lines_with_code}) for rule, rows in found[1]
    ] == moved


def test_a_switch_inside_a_block_comment_or_a_string_is_no_switch():
    texts = [
        "/* a\n ast-grep-ignore */" + JAVASCRIPT,
        "const words = 'ast-grep-ignore'; " + JAVASCRIPT,
        "const words = `\n// ast-grep-ignore`; " + JAVASCRIPT,
    ]
    inputs = [Snippet("javascript", text).as_input(i) for i, text in enumerate(texts)]
    found = code_findings(inputs)
    assert len({tuple(rule for rule, _ in rules) for rules in found.values()}) == 1
    assert found[0]


def test_a_comment_that_the_spans_miss_switches_nothing_off():
    inputs = [
        RuleInput(number, "python", commented(PYTHON, switch).encode(), ())
        for number, switch in enumerate(["# x", *SWITCHES["python"]])
    ]
    plain, *others = code_findings(inputs).values()
    assert plain
    assert all(found == plain for found in others)


@pytest.mark.parametrize("place", ["around", "at home"])
def test_configuration_changes_nothing(place, tmp_path, monkeypatch):
    inputs = [Snippet(dialect, code).as_input(i) for i, (dialect, code) in enumerate(CODE.items())]
    plain = code_findings(inputs)
    for name, text in CONFIGURATION.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    variables = {"around": ["TMPDIR"], "at home": ["HOME", "RUFF_CONFIG", "RUFF_CACHE_DIR"]}
    for variable in variables[place]:
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path) if place == "around" else None)
    monkeypatch.chdir(tmp_path)
    assert code_findings(inputs) == plain


def test_a_tree_with_switches_and_configuration_has_the_same_verbosity(score_of):
    plain = score_of({"a/main.py": PYTHON, "a/app.js": JAVASCRIPT})
    hidden = {
        "a/main.py": "# ruff: noqa\n# ast-grep-ignore\n" + commented(PYTHON, "# noqa"),
        "a/app.js": "// ast-grep-ignore\n" + commented(JAVASCRIPT, "// ast-grep-ignore"),
    }
    given_ = score_of({**hidden, **{f"a/{name}": text for name, text in CONFIGURATION.items()}})
    assert plain["rule_sloc"]
    for key in ("sloc", "rule_sloc", "flagged_sloc", "verbosity"):
        assert given_[key] == plain[key]


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_comments_anywhere_change_no_finding(data):
    lines = PYTHON.splitlines()
    comment = st.sampled_from(["", "  # x", "  # noqa", "  # ast-grep-ignore", "  # if a:"])
    drawn = data.draw(st.lists(comment, min_size=len(lines), max_size=len(lines)))
    text = "".join(f"{line}{end}\n" for line, end in zip(lines, drawn, strict=True))
    first = Snippet("python", PYTHON).as_input(0)
    second = replace(Snippet("python", text).as_input(0), number=1)
    found = code_findings([first, second])
    assert found[0] == found[1]
