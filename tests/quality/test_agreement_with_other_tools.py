"""Our complexity beside radon's and lizard's, on real code and where they are known to be blind."""

import hashlib
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest
from radon.visitors import ComplexityVisitor

from slopbench.quality.crosscheck import cross_check
from slopbench.quality.languages import language_of_name
from slopbench.quality.reader import read
from slopbench.quality.source import decode, read_bytes
from slopbench.quality.tokens import Interner

ROOT = Path(__file__).parents[2]
STDLIB = Path(sysconfig.get_path("stdlib"))
PACKAGES = Path(sysconfig.get_path("purelib"))
OUTSIDE = {"site-packages", "test", "tests", "lib2to3"}
SHARES = {"javascript": 0.95, "c": 0.9, "cpp": 0.85}
"""The share that lizard finds equal, by language; in C and C++ it counts `#if` too."""


def picked(count, *places):
    """So many files of folders (pairs of a folder and a pattern), by the hash of their path in it."""
    found = {path.relative_to(root): path for root, glob in places for path in root.rglob(glob)}
    names = [name for name in found if not OUTSIDE & set(name.parts)]
    names.sort(key=lambda name: hashlib.sha256(name.as_posix().encode()).digest())
    return [found[name] for name in names[:count]]


def facts_of_files(paths):
    interner = Interner()
    languages = [language_of_name(path.name) for path in paths]
    return [
        read(decode(read_bytes(path), language), language, str(path), interner)
        for path, language in zip(paths, languages, strict=True)
    ]


@pytest.fixture(scope="module")
def real_code():
    """Python of the standard library and of installed packages."""
    packages = [(PACKAGES / name, "*.py") for name in ("rich", "numpy", "pydantic", "_pytest")]
    return facts_of_files(picked(300, (STDLIB, "*.py"), *packages))


def test_radon_and_lizard_agree_on_real_code(real_code):
    agreements = cross_check(Path("/"), real_code)
    radon, lizard = agreements["radon"], agreements["lizard"]
    assert radon.compared > 1_000
    assert not radon.unread
    assert radon.missing < 0.02 * radon.compared
    assert radon.equal >= 0.998 * radon.compared
    assert radon.across_cut == 0
    assert not lizard.unread
    assert lizard.missing < 0.05 * lizard.compared
    assert lizard.equal >= 0.97 * lizard.compared
    assert lizard.across_cut < 0.002 * lizard.compared


def test_lizard_agrees_on_real_code_of_other_languages():
    scripts = picked(120, (ROOT / "checkpoints", "*.js"))
    native = [(PACKAGES / name, end) for name in ("numpy", "mypyc") for end in ("*.c", "*.h")]
    agreement = cross_check(Path("/"), facts_of_files(scripts + picked(120, *native)))["lizard"]
    assert not agreement.unread
    for language, share in SHARES.items():
        counts = agreement.by_language[language]
        assert counts.compared > 100
        assert counts.missing < 0.15 * counts.compared, language
        assert counts.equal >= share * counts.compared, language
        assert counts.across_cut < 0.03 * counts.compared, language


def radon_as_it_is(path):
    """Radon's complexity of each function, asserts left out: by line and name."""
    visitor = ComplexityVisitor.from_code(path.read_bytes(), no_assert=True)
    pending, found = [*visitor.functions, *visitor.classes], {}
    while pending:
        block = pending.pop()
        if hasattr(block, "methods"):
            pending += [*block.methods, *block.inner_classes]
        else:
            pending += block.closures
            found[block.lineno, block.name] = block.complexity
    return found


def test_radon_as_it_is_differs_only_where_it_counts_else(real_code):
    compared = equal = 0
    for facts in real_code:
        theirs = radon_as_it_is(Path(facts.file))
        for function in facts.functions:
            other = theirs.get((function.line, function.name.rpartition(".")[2]))
            compared += other is not None
            equal += other == function.cc
    assert equal >= 0.975 * compared  # 0.983 of the whole standard library and these packages


BLIND = """
def f(items):
    assert items and all(items), "none"
    for item in items:
        try:
            item()
        except E:
            continue
        else:
            break
    else:
        return None
    class Inner:
        def unseen(self):
            return self or None
    return Inner
"""


def test_what_other_tools_do_not_see_is_said(make_tree, facts_of):
    root = make_tree({"a.py": BLIND, "b.py": "def f(x):\n    if x: return = 1\n"})
    files = [facts_of(BLIND, "a.py"), facts_of((root / "b.py").read_bytes(), "b.py")]
    radon = cross_check(root, files)["radon"]
    assert (radon.compared, radon.equal, radon.missing, radon.unread) == (1, 1, 2, ("b.py",))


def test_a_difference_names_the_function_and_both_numbers(make_tree, facts_of):
    root = make_tree({"a.py": "def f(x):\n    if x: return 1\n" + "\n" * 9})
    files = [facts_of("def f(x):\n" + "    if x: return 1\n" * 10, "a.py")]
    radon = cross_check(root, files)["radon"]
    shown = {"file": "a.py", "function": "f", "line": 1, "ours": 11, "theirs": 2}
    assert radon.to_json()["differences"] == (shown,)
    counts = {"compared": 1, "equal": 0, "across_cut": 1, "missing": 0}
    assert radon.to_json()["by_language"] == {"python": counts}
    assert counts.items() <= radon.to_json().items()


ALIKE = {
    "a.go": """
        package a
        func (t *T) Run(items []int) {
            go func() { if t.ready && t.open { return } }()
            sort.Slice(items, func(i, j int) bool { if i > j { return true }; return false })
        }
    """,
    "a.js": """
        function f(items) {
            return items.map(each => each ? 1 : 2).filter(function (each) {
                if (each && f) { return true }
            })
        }
        class A { static from(a) { for (const b of a) { if (b) return b } } }
    """,
    "a.ts": """
        class A {
            private one(items: number[]): number {
                for (const each of items) { if (each > 1 || each < 0) { return each } }
                return 0
            }
        }
    """,
    "a.java": """
        class A {
            @Override
            public int a(int b) { return b > 0 && b < 9 ? b : 0; }
            class B { int a(int b) { if (b > 0) { return b; } return 0; } }
        }
    """,
    "a.cpp": """
        namespace n {
        struct A { bool operator==(const A& o) { return x == o.x && y == o.y; } };
        int B::f(int a) { if (a) { while (a--) { g(a); } } return 0; }
        }
    """,
    "a.rs": """
        impl A {
            #[inline]
            fn a(&self, b: i32) -> i32 { if b > 0 && b < 9 { b } else { 0 } }
        }
    """,
    "a.rb": """
        class A
          def self.ready?(a)
            a.each { |b| return true if b && b.open }
          end
        end
    """,
    "a.py": """
        def outer(a):
            @cache
            def outer(b):
                return b if a else None
            return outer
    """,
}


@pytest.mark.parametrize("file", ALIKE)
def test_a_function_is_matched_by_its_last_name_and_its_lines(file, make_tree):
    root = make_tree({file: ALIKE[file]})
    facts = facts_of_files([root / file])
    lizard = cross_check(root, facts)["lizard"]
    assert lizard.compared == len(facts[0].functions) > 0
    assert (lizard.missing, lizard.differences) == (0, ())


def test_a_program_without_an_ending_is_read_as_its_language(make_tree, facts_of):
    code = "#!/usr/bin/env python3\ndef f(x):\n    if x or f: return 1\n"
    lizard = cross_check(make_tree({"tool": code}), [facts_of(code, "tool")])["lizard"]
    assert (lizard.compared, lizard.equal, lizard.unread) == (1, 1, ())


def test_what_lizard_itself_has_read_is_not_compared_with_it(make_tree, facts_of):
    facts = replace(facts_of("def f(x): return 1\n", "a.lua"), language="lua")
    assert cross_check(make_tree({"a.lua": "f()"}), [facts])["lizard"].by_language == {}
