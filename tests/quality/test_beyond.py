"""Languages that are read with lizard: functions, decisions, lines and clones over its tokens."""

import re
from dataclasses import astuple
from pathlib import PurePosixPath

import lizard
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.quality.beyond import read_beyond
from slopbench.quality.clone_lines import clones_of
from slopbench.quality.languages import LANGUAGES
from slopbench.quality.languages.beyond import BEYOND
from slopbench.quality.source import decode
from slopbench.quality.tokens import Interner

INTERNER = Interner()
BY_SUFFIX = {suffix: language for language in BEYOND for suffix in language.suffixes}
LEFT_OUT = {".sql", ".es"}


def facts_of(code, file):
    language = BY_SUFFIX[PurePosixPath(file).suffix]
    data = code if isinstance(code, bytes) else code.encode()
    return read_beyond(decode(data, language), language, file, INTERNER)


LUA = """-- a comment
local function first(x)
  if x > 1 and x < 3 then
    return "one"
  end

  --[[ a comment
       of two lines ]]
  for i = 1, 3 do print(i) end
end

function second() return first(2) end
print(second())
"""
SAMPLES = {
    "lua": ("a.lua", LUA, {"first": 4, "second": 1}),
    "perl": (
        "a.pl",
        "=pod\n\nif you can't\n\n=cut\n\nsub a {\n  if ($x && $y) { b(); }\n}\n\n__END__\nif while\n",
        {"a": 3},
    ),
    "erlang": (
        "a.erl",
        "-module(a).\n% if\nf(X) ->\n  case X of\n    1 -> a;\n    _ -> b\n  end.\n",
        {"f": 2},
    ),
    "fortran": (
        "a.f90",
        "subroutine a(x)\n  ! if\n  if (x > 1) then\n    y = 1\n  end if\nend subroutine a\n",
        {"a": 2},
    ),
    "fixed fortran": (
        "a.f",
        "C     if else if\n      subroutine a(x)\n      if (x .gt. 1) y = 1\n      end\n",
        {"a": 2},
    ),
    "r": ("a.r", "f <- function(x) {\n  # if\n  if (x > 1) 2 else 3\n}\n", {"f": 2}),
    "solidity": (
        "a.sol",
        "contract A {\n  // if\n  function f(uint x) public { if (x > 1 || y) { z(); } }\n}\n",
        {"f": 3},
    ),
    "objective-c": (
        "a.m",
        "@implementation A\n- (int)f:(int)x {\n  // if\n  return x ? 1 : 2;\n}\n@end\n",
        {"f:": 2},
    ),
    "zig": (
        "a.zig",
        "fn f(x: i32) i32 {\n  // if\n  if (x > 1) return 1;\n  return 2;\n}\n",
        {"f": 2},
    ),
    "gdscript": ("a.gd", "func f(x):\n\t# if\n\tif x:\n\t\treturn 1\n", {"f": 2}),
    "plsql": (
        "a.pkb",
        "CREATE PROCEDURE f IS\nBEGIN\n  -- IF\n  IF x > 1 THEN\n    y;\n  END IF;\nEND f;\n",
        {"f": 2},
    ),
    "ttcn": ("a.ttcn", "function f() {\n  // if\n  if (x) { y(); }\n}\n", {"f": 2}),
    "vue": (
        "a.vue",
        "<script>\n// if\nfunction f(x) { if (x) { y(); } }\n</script>\n",
        {"f": 2},
    ),
}


@pytest.mark.parametrize(("file", "code", "expected"), SAMPLES.values(), ids=SAMPLES)
def test_functions_have_1_and_the_decisions_that_lizard_counts(file, code, expected):
    facts = facts_of(code, file)
    assert {each.name: each.cc for each in facts.functions} == expected
    assert facts.error_line is None


@pytest.mark.parametrize(("file", "code", "expected"), SAMPLES.values(), ids=SAMPLES)
def test_blank_lines_are_no_code(file, code, expected):
    padded = re.sub(r"\n(?=\S)", "\n\n", code) if file != "a.gd" else code + "\n\n"
    assert facts_of(padded, file).sloc == facts_of(code, file).sloc


def test_lines_with_a_token_are_code_and_belong_to_the_innermost_function():
    facts = facts_of(LUA, "a.lua")
    assert (facts.sloc_rows + 1).tolist() == [2, 3, 4, 5, 9, 10, 12, 13]
    assert facts.comment_lines == 3
    assert [(each.name, each.line, each.sloc) for each in facts.functions] == [
        ("first", 2, 6),
        ("second", 12, 1),
    ]
    assert (facts.module.name, facts.module.cc, facts.module.sloc) == ("<module>", 1, 1)


def test_documentation_and_what_follows_the_end_of_perl_are_no_code():
    assert (facts_of(SAMPLES["perl"][1], "a.pl").sloc_rows + 1).tolist() == [7, 8, 9]


def test_the_cognitive_complexity_grows_with_nesting():
    code = "sub a { if ($x) { if ($y) { b(); } } }\n"
    assert [each.cognitive for each in facts_of(code, "a.pl").functions] == [3]


@pytest.mark.parametrize(
    "order",
    ["#lizard forgives", "#lizard forgive global", "GENERATED CODE", "#lizard forgives(length)"],
)
def test_a_comment_gives_no_orders(order):
    plain, ordered = (
        facts_of(f"function a(x)\n  -- {text}\n  if x then y() end\nend\n{LUA}", "a.lua")
        for text in ("plain", order)
    )
    assert [astuple(each)[:6] for each in plain.functions] == [
        astuple(each)[:6] for each in ordered.functions
    ]
    assert len(plain.functions) == 3


def test_a_function_that_the_end_of_the_file_cuts_off_counts():
    facts = facts_of("function a(x)\n  if x then y() end\n", "a.lua")
    assert [(each.name, each.cc) for each in facts.functions] == [("a", 2)]


def test_a_renamed_copy_is_a_clone():
    body = "\n".join(
        f"  if item > {n} and count < 5 then total = total + rate({n}) end" for n in "1234"
    )
    code = f"function price(item, count)\n{body}\nend\n"
    copy = re.sub(r"\b(price|item|count|total|rate)\b", r"my_\1", code)
    files = [facts_of(text, file) for text, file in ((code, "a.lua"), (copy, "b.lua"))]
    assert clones_of(files).sloc == sum(facts.sloc for facts in files) == 12
    assert clones_of([files[0]]).sloc == 0


def test_a_table_of_data_is_no_clone():
    rows = [
        "local t = {\n" + "\n".join(f"  {n}, '{m}'," for n in range(40)) + "\n}\n" for m in "ab"
    ]
    assert clones_of([facts_of(text, f"{n}.lua") for n, text in enumerate(rows)]).sloc == 0


@pytest.mark.parametrize(
    "text", ["<" + "?" * 5000, "[[" * 5000, "function a() " * 2000, "\x00" * 10], ids=len
)
def test_what_lizard_cannot_read_counts_its_lines_and_is_noted(text):
    facts = facts_of(f"a = 1\n\n{text}\n", "a.lua")
    assert facts.sloc == 2
    assert facts.error_line == (None if text[0] == "\x00" else 1)


@pytest.mark.parametrize(
    ("file", "expected"),
    {
        "tests/a.lua": True,
        "a_spec.lua": True,
        "t/a.pl": True,
        "test_a.r": True,
        "ATests.m": True,
        "a.lua": False,
        "attest.pl": False,
        "src/contest.m": False,
    }.items(),
)
def test_tests_are_told_by_their_names(file, expected):
    assert BY_SUFFIX[PurePosixPath(file).suffix].is_test(PurePosixPath(file)) == expected


def test_strings_may_name_files():
    code = "require('shop.basket')\ndofile(\"lib/tools.lua\")\nprint('no name')\n"
    assert facts_of(code, "a.lua").mentions == {"shop/basket", "lib/tools"}


def test_every_ending_that_lizard_reads_has_a_language():
    known = {suffix for language in (*LANGUAGES, *BEYOND) for suffix in language.suffixes}
    read = {f".{ending.lower()}" for reader in lizard.languages() for ending in reader.ext}
    assert read - known == LEFT_OUT
    assert {suffix for language in LANGUAGES for suffix in language.suffixes}.isdisjoint(BY_SUFFIX)


@pytest.mark.parametrize("suffix", sorted(BY_SUFFIX))
def test_lizard_reads_every_ending_of_a_language_alike(suffix):
    readers = {lizard.get_reader_for(f"x{each}") for each in BY_SUFFIX[suffix].suffixes}
    assert len(readers) == 1
    assert None not in readers


@given(st.sampled_from(sorted(BY_SUFFIX)), st.binary(max_size=200))
def test_any_bytes_are_measured(suffix, data):
    facts = facts_of(data, f"a{suffix}")
    assert facts.sloc + facts.comment_lines <= facts.lines
    assert len(facts.tokens.shape) >= facts.sloc > -1
