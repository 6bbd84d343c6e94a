"""The score of a whole tree: its keys, its nulls, its fingerprint, and what may not change it."""

import ast
import keyword
import sysconfig
import tokenize
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopbench.quality import fingerprint
from slopbench.quality.provenance import flagged, hotspots
from slopbench.quality.score import empty_score, score_tree
from slopbench.quality.signal_names import SIGNALS

KEYS = {
    *("sloc", "files", "languages", "functions", "erosion", "excess", "verbosity", "flagged_sloc"),
    *("rule_sloc", "clone_sloc", "parse_errors", "excluded", "excluded_share", "tests_part"),
    *("signals", "quality_fingerprint", "verbosity_reason", "cause"),
}
SMALL = """
import os


def simple(x):
    '''Says nothing.'''
    if x:  # why
        return 1
    return os.name


class Shape:
    def area(self, a, b):
        return a * b
"""


def test_the_score_of_a_small_tree(score_of):
    score = score_of({"a.py": SMALL, "b.py": "x = 1\n"})
    assert set(score) >= KEYS
    assert (score["cause"], score["sloc"], score["files"], score["functions"]) == (None, 9, 2, 2)
    assert (score["erosion"], score["excess"], score["clone_sloc"]) == (0, 0, 0)
    assert (score["verbosity"], score["verbosity_reason"]) == (0, None)
    assert (score["flagged_sloc"], score["rule_sloc"], score["rules"]) == (0, 0, {})
    headline = {key: score[key] for key in score["languages"]["python"]}
    assert score["languages"] == {"python": headline}
    assert score["excluded_share"] == 0
    assert tuple(score["signals"]) == SIGNALS
    assert score["signals"] == pytest.approx(
        {
            "max_cc": 2,
            "p95_cc": 2,
            "long_function_share": 0,
            "module_share": 3 / 9,
            "max_module_cc": 1,
            "max_cognitive": 1,
            "cognitive_share": 0,
            "main_file_share": 8 / 9,
            "comment_share": 1 / 10,
            "dead_code_share": 0,
            "propagation_cost": 2 / 4,
            "tied_share": 0,
        }
    )


def test_a_long_function_and_the_95th_percentile(score_of):
    long = "def long():\n" + "    a = 1\n" * 60
    short = "".join(f"def f{n}(x):\n" + "    if x: pass\n" * n for n in range(19))
    signals = score_of({"a.py": long, "b.py": short})["signals"]
    assert signals["long_function_share"] == pytest.approx(61 / (61 + 19 + sum(range(19))))
    assert (signals["max_cc"], signals["p95_cc"]) == (19, 18)


@pytest.mark.parametrize("files", [{}, {"notes.txt": "a\n"}], ids=["empty", "no source"])
def test_no_source_gives_nulls_and_never_0(score_of, files):
    score = score_of(files)
    assert (score["cause"], score["verbosity_reason"]) == ("no_source", "no_source")
    for key in ("sloc", "functions", "erosion", "excess", "verbosity", "clone_sloc"):
        assert score[key] is None, key
    assert (score["files"], score["excluded_share"]) == (0, None)


def test_a_tree_of_tests_alone_has_no_headline(score_of):
    score = score_of({"tests/test_a.py": SMALL})
    assert (score["cause"], score["sloc"], score["erosion"]) == ("no_source", None, None)
    assert (score["tests_part"]["sloc"], score["tests_part"]["functions"]) == (8, 2)


def test_code_without_functions_has_no_erosion(score_of):
    score = score_of({"a.py": "x = 1 if y else 2\n"})
    assert (score["sloc"], score["functions"], score["erosion"], score["excess"]) == (
        1,
        0,
        None,
        None,
    )


def test_a_file_that_does_not_parse_is_counted_and_shown(score_of):
    score = score_of({"a.py": SMALL, "b.py": "def f(x):\n    return x +\n"})
    assert (score["parse_errors"], score["files"]) == (1, 2)
    assert [entry["file"] for entry in score["unparsed"]] == ["b.py"]
    assert score["sloc"] == 10


def test_every_cloned_line_has_its_clone_group(make_tree):
    copy = "".join(f"    value_{n} = compute(data, {n}) + offset\n" for n in range(8))
    tree = {"a.py": f"def a(data, offset):\n{copy}", "b.py": f"import x\ndef b(more, of):\n{copy}"}
    score = score_tree(make_tree(tree))
    shown = flagged(score.production)
    groups = {f"clone {group['group']}" for group in shown["clone_groups"]}
    assert len(shown["lines"]) == score.to_json()["flagged_sloc"]
    by_clones = [line for line in shown["lines"] if set(line["by"]) & groups]
    assert len(by_clones) == score.to_json()["clone_sloc"] == 18
    assert {(line["file"], line["line"]) for line in by_clones} == {
        *(("a.py", line) for line in range(1, 10)),
        *(("b.py", line) for line in range(2, 11)),
    }


VERBOSE = """
def f(items):
    found = []
    for item in items:
        found.append(item * 2)
    return found
"""


def test_every_line_that_a_rule_flags_names_the_rule(make_tree):
    score = score_tree(make_tree({"a.py": VERBOSE}))
    numbers = score.to_json()
    shown = flagged(score.production)["lines"]
    assert numbers["flagged_sloc"] == numbers["rule_sloc"] == len(shown) > 0
    assert numbers["verbosity"] == len(shown) / 5
    assert {rule for line in shown for rule in line["by"]} == set(numbers["rules"])


def test_a_line_that_a_rule_and_a_clone_flag_counts_once(make_tree):
    body = VERBOSE * 6
    numbers = score_tree(make_tree({"a.py": body, "b.py": body})).to_json()
    assert numbers["clone_sloc"] > 0 < numbers["rule_sloc"]
    assert numbers["flagged_sloc"] < numbers["rule_sloc"] + numbers["clone_sloc"]
    assert numbers["verbosity"] <= 1


def test_a_file_that_a_rule_engine_cannot_read_takes_verbosity_away(score_of):
    score = score_of({"a.py": SMALL, "b.py": "def f(x):\n    return x +\n"})
    assert (score["verbosity"], score["verbosity_reason"]) == (None, "unreadable by ruff: b.py")
    assert score["rules_unread"] == [{"file": "b.py", "engines": ["ruff"]}]
    assert score["clone_sloc"] == 0


def test_hotspots_are_the_heaviest_functions_and_largest_clones(make_tree):
    heavy = "def heavy(x):\n" + "    if x:\n        pass\n" * 24
    found = hotspots(score_tree(make_tree({"a.py": SMALL, "b.py": heavy})).production, 1)
    assert found["functions"] == [
        {
            "file": "b.py",
            "name": "heavy",
            "line": 1,
            "last_line": 49,
            "cc": 25,
            "cognitive": 24,
            "sloc": 49,
            "mass": 175.0,
        }
    ]
    assert len(found["clones"]) == 1


def test_a_score_that_could_not_be_made_has_the_same_keys_and_no_number(score_of):
    empty = empty_score("wall_time")
    assert set(empty) == set(score_of({"a.py": SMALL}))
    kept = {"cause", "verbosity_reason", "quality_fingerprint", "measured_with", "tests_part"}
    assert all(value is None for key, value in empty.items() if key not in kept)
    assert set(empty["tests_part"].values()) == {None, "wall_time"}
    assert empty["cause"] == empty["verbosity_reason"] == "wall_time"


def test_the_fingerprint_changes_with_a_grammar_and_a_setting(monkeypatch):
    def fresh():
        fingerprint.measured_with.cache_clear()
        fingerprint.quality_fingerprint.cache_clear()
        return fingerprint.quality_fingerprint()

    first = fresh()
    assert first == fresh()
    monkeypatch.setattr(fingerprint, "version", lambda package: "0")
    other_grammar = fresh()
    monkeypatch.undo()
    monkeypatch.setattr(fingerprint, "WINDOW", 49)
    other_setting = fresh()
    monkeypatch.undo()
    assert len({first, other_grammar, other_setting}) == 3
    assert fresh() == first


STDLIB = Path(sysconfig.get_path("stdlib"))
PROGRAMS = [(STDLIB / name).read_text() for name in ("bisect.py", "json/encoder.py", "queue.py")]


def places_for_comments(program):
    """The lines before which a line of its own may stand: those that begin a statement."""
    tokens = list(tokenize.tokenize(BytesIO(program.encode()).readline))
    ends = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}
    return sorted(
        {b.start[0] for a, b in pairwise(tokens) if a.type in ends and b.type not in ends}
    )


def places_for_docstrings(program):
    """Line and column of statements that stand alone on their line, so that a string may precede."""
    lines = program.splitlines()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.stmt):
            line = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            text = lines[line - 1]
            indent = len(text) - len(text.lstrip())
            if indent == node.col_offset and not text.lstrip().startswith("elif"):
                yield line, indent


def with_inserted(program, insertions):
    """The program with each text on lines of its own before the line of the same number."""
    lines = program.splitlines()
    for line, text in sorted(insertions, reverse=True):
        lines.insert(line - 1, text)
    return "\n".join(lines) + "\n"


def numbers(tree):
    """All that comments may not change: everything but what counts comments or physical lines."""
    score = score_tree(tree).to_json()
    del score["signals"]["comment_share"], score["comment_rules"]
    return score


@pytest.fixture(scope="module")
def tree_of(tmp_path_factory):
    """tree_of(programs) writes them into a folder of this module, always the same one."""
    root = tmp_path_factory.mktemp("law")

    def write(programs):
        for number, program in enumerate(programs):
            (root / f"{number}.py").write_text(program)
        return root

    return write


COMMENTS = st.sampled_from(["", "   ", "# note", "\t# type: ignore", "# noqa", "#" * 90, "\x0c"])
DOCSTRINGS = st.sampled_from(['"""Note."""', "'note'", 'r"note"', '"""Long\n\n    note.\n"""'])


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_law_comments_blank_lines_and_docstrings_change_no_score(tree_of, data):
    program = data.draw(st.sampled_from(PROGRAMS))
    comments = st.tuples(st.sampled_from(places_for_comments(program)), COMMENTS)
    docstrings = st.tuples(st.sampled_from(list(places_for_docstrings(program))), DOCSTRINGS).map(
        lambda drawn: (drawn[0][0], " " * drawn[0][1] + drawn[1])
    )
    changed = with_inserted(program, data.draw(st.lists(comments | docstrings, max_size=40)))
    ast.parse(changed)
    assert numbers(tree_of([program, program])) == numbers(tree_of([changed, program]))


def renamed_apart(program):
    """The program with every name changed, each to one of its own."""
    lines = program.splitlines(keepends=True)
    for token in reversed(list(tokenize.tokenize(BytesIO(program.encode()).readline))):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            row, end = token.end
            lines[row - 1] = f"{lines[row - 1][:end]}_x{lines[row - 1][end:]}"
    return "".join(lines)


@pytest.mark.parametrize("program", PROGRAMS, ids=["bisect", "encoder", "queue"])
def test_law_renaming_everything_hides_no_clone(tree_of, program):
    copy = score_tree(tree_of([program, program])).to_json()
    renamed = score_tree(tree_of([program, renamed_apart(program)])).to_json()
    for key in ("sloc", "functions", "erosion", "excess", "clone_sloc"):
        assert copy[key] == renamed[key], key
    assert copy["clone_sloc"] > 0.9 * copy["sloc"]
    assert renamed["clone_sloc_verbatim"] < copy["clone_sloc_verbatim"]
