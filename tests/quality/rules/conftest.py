"""Bundles of rules that a test writes itself, and what they find in snippets."""

from textwrap import dedent

import pytest

from slopbench.quality.rules.bundle import matchers
from slopbench.quality.rules.find import find
from slopbench.quality.rules.snippet import Snippet

NESTED = """\
title: Two nested conditions are one
why: Both must hold for the same body.
engine: ruff
code: SIM102
bad: |
  def f(a, b):
      if a:
          if b:
              print("both")
good: |
  def f(a, b):
      if a and b:
          print("both")
calls:
  - f(1, 0)
  - f(1, 2)
"""
TWICE = """\
title: A value added to itself
why: For the tests.
engine: ast-grep
rule:
  pattern: $X + $X
bad: |
  function f(a) { return a + a - 2 * a; }
good: |
  function f(a) { return 0; }
calls:
  - f(0)
  - f(2)
"""


@pytest.fixture
def make_bundle(tmp_path):
    """make_bundle({id: text}) writes a bundle and gives its folder."""

    def make(rules):
        folder = tmp_path / "rules"
        for rule, text in rules.items():
            file = folder / f"{rule}.yml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text))
        return folder

    return make


@pytest.fixture
def finder(make_bundle):
    """finder({id: text}) gives find(code, dialect) → {id: rows of each match} by these rules."""

    def bundle(rules):
        matched = matchers(make_bundle(rules))

        def found(code, dialect="python"):
            answer = find([Snippet(dialect, dedent(code)).as_input(0)], matched)
            rows = {}
            for finding in answer.by_number.get(0, ()):
                rows.setdefault(finding.rule, []).append(finding.rows)
            return rows

        return found

    return bundle
