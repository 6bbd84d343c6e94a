"""SLOC: lines on which a token that is no comment and no bare docstring starts or continues."""

import pytest

CASES = {
    "nothing": ("", []),
    "blank lines": ("\n  \n\t\n", []),
    "comments": ("# a\n    # b\n", []),
    "a comment behind code": ("a = 1  # b\n", [1]),
    "docstring of a module": ('"""a\n\nb\n"""\na = 1\n', [5]),
    "docstrings of class and method": (
        'class A:\n    """a\n    b"""\n\n    def b(self):\n        "c"\n        return 1\n',
        [1, 5, 7],
    ),
    "a bare string anywhere": ("a = 1\n'b'\nc = 2\n'''d\n'''\n", [1, 3]),
    "joined bare strings": ('"a" "b"\na = 1\n', [2]),
    "a docstring beside code": ('def a(): "b"\n', [1]),
    "a docstring and a semicolon": ('"a"; b = 1\n', [1]),
    "an f-string is no docstring": ('f"a"\n', [1]),
    "bytes are no docstring": ('b"a"\n', [1]),
    "a raw docstring": ('r"a"\n', []),
    "a string token on several lines": ('a = """b\n\nc\n"""\n', [1, 2, 3, 4]),
    "a string with escapes on several lines": ('a = """b\\n\n\nc\n"""\n', [1, 2, 3, 4]),
    "blank lines inside brackets": ("a = [\n\n    1,\n    # b\n    2,\n]\n", [1, 3, 5, 6]),
    "a continued line": ("a = 1 + \\\n    2\n", [1, 2]),
    "only a backslash": ("a = 1 + \\\n    \\\n    2\n", [1, 3]),
    "several statements": ("a = 1; b = 2\n", [1]),
    "no line end": ("a = 1", [1]),
    "text that doesn't parse": ("a = = 1\n?\n", [1, 2]),
    "a part of an f-string": ('a = f"""b\n{c}\n\n"""\n', [1, 2, 3, 4]),
}


@pytest.mark.parametrize(("code", "lines"), CASES.values(), ids=CASES)
def test_lines_with_a_token(facts_of, code, lines):
    assert (facts_of(code.encode()).sloc_rows + 1).tolist() == lines


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["unix", "windows", "old mac"])
def test_no_line_end_hides_lines(facts_of, line_end):
    code = line_end.join([b"def f(x):", b"    if x:", b"        return 1", b""])
    facts = facts_of(code)
    assert (facts.sloc, facts.lines, facts.functions[0].cc) == (3, 3, 2)


def test_a_line_counts_for_each_function_that_has_a_token_on_it(facts_of):
    facts = facts_of("def f():\n    def g(): return 1\n    return g\n")
    assert {function.name: function.sloc for function in facts.functions} == {"f": 2, "f.g": 1}
    assert facts.sloc == 3


def test_comment_lines_have_a_comment_or_docstring_and_no_token(facts_of):
    facts = facts_of('# a\nb = 1  # c\n\ndef d():\n    """e\n\n    f"""\n    return 1\n')
    assert (facts.sloc, facts.comment_lines) == (3, 4)


ENCODINGS = {
    "utf-8": ("a = 'é'\n".encode(), "utf-8"),
    "byte order mark": (b"\xef\xbb\xbf" + "a = 'é'\n".encode(), "utf-8-sig"),
    "cookie": ("# -*- coding: cp1252 -*-\na = '€'\n".encode("cp1252"), "cp1252"),
    "cookie on the second line": (
        b"#!/usr/bin/env python\n# coding: latin-1\na = 1\n",
        "iso8859-1",
    ),
    "cookie of an unknown encoding": (b"# coding: no-such\na = 1\n", "utf-8"),
    "cookie that is wrong": (b"# coding: ascii\na = '\xc3\xa9'\n", "utf-8"),
    "cookie of a codec that isn't text": (b"# coding: hex\na = 1\n", "utf-8"),
    "no text at all": (b"a = '\xff\xfe\x81'\n", "iso8859-1"),
    "null bytes": (b"a = 1\n\x00\n", "utf-8"),
}


@pytest.mark.parametrize(("data", "encoding"), ENCODINGS.values(), ids=ENCODINGS)
def test_the_encoding_is_declared_or_utf8_or_latin1(facts_of, data, encoding):
    facts = facts_of(data)
    assert facts.encoding == encoding
    assert facts.sloc >= 1


def test_an_encoding_can_hide_no_code(facts_of):
    hidden = "def f(x):\n    if x: pass\n".encode("utf-7").replace(b"\n", b"+AAo-")
    assert [f.cc for f in facts_of(b"# coding: utf-7\n" + hidden + b"\n").functions] == [2]


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("def f():\n    'doc'\n    return 1\n", "def f():\n         \n    return 1\n"),
        ("def f():\n    'doc'\n", "def f():\n    'doc'\n"),
        ("def f():\n    'doc'\n    'more'\n", "def f():\n    'doc'\n    'more'\n"),
        ("'doc'; x = 1\n", "'doc'; x = 1\n"),
        ("x = 1  # why\n", "x = 1       \n"),
        ("if x:\n    # why\n    'doc'\n", "if x:\n         \n    'doc'\n"),
    ],
)
def test_rules_see_neither_comments_nor_docstrings_beside_code(facts_of, code, without):
    from slopbench.quality.source import blanked

    assert blanked(code.encode(), facts_of(code).comments.tolist()).decode() == without
