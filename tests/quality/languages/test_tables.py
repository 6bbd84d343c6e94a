"""What holds in every language, and the cases that show each table's own."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tree_sitter import Language as Grammar
from tree_sitter import Parser

from slopbench.quality.clone_lines import clones_of
from slopbench.quality.languages import LANGUAGES, language_of_shebang
from slopbench.quality.production import divide


def named_types(language):
    tables = (value for value in vars(language).values() if isinstance(value, Mapping | frozenset))
    not_types = language.suffixes | language.interpreters
    return {kind for table in tables for kind in table} - not_types | {language.separator}


def test_every_type_of_a_table_is_one_of_the_grammar(language):
    grammar = Grammar(language.grammar())
    kinds = {grammar.node_kind_for_id(number) for number in range(grammar.node_kind_count)}
    assert named_types(language) - kinds == set()


def test_no_suffix_belongs_to_two_languages():
    suffixes = [suffix for language in LANGUAGES for suffix in language.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_a_score_of_python_loads_no_other_grammar():
    code = (
        "import sys, slopbench.quality.languages;"
        "print(*[name for name in sys.modules if name.endswith('._binding') and 'tree_sitter_' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"tree_sitter_python._binding"}


def test_a_construct_adds_its_decisions_and_its_difficulty(cases, construct):
    function = cases.function(construct["code"])
    assert (function.cc - 1, function.cognitive) == (construct["cc"], construct["cognitive"])


def test_lines_with_a_token(cases, lines_case):
    facts = cases.facts(lines_case["code"])
    assert (facts.sloc_rows + 1).tolist() == lines_case["lines"]


def test_functions_have_the_names_of_what_encloses_them(cases):
    facts = cases.facts(cases.data["functions"]["code"])
    assert facts.error_line is None
    assert [each.name for each in facts.functions] == cases.data["functions"]["names"]
    assert [each.cc for each in facts.functions] == cases.data["functions"]["cc"]


def leaves(cases, code):
    """The leaves of the tree outside comments and of what is taken whole."""
    skipped = cases.language.comments | cases.language.ignored | cases.language.texts
    pending = [Parser(Grammar(cases.language.grammar())).parse(code).root_node]
    while pending:
        node = pending.pop()
        if node.child_count == 0 or node.type in skipped:
            yield node
        else:
            pending += node.children


def test_a_leaf_without_a_role_is_told_by_its_kind(cases):
    code = cases.sample.encode()
    told = set(cases.data["sample"]["told_by_kind"]) | named_types(cases.language)
    untold = {
        (leaf.type, leaf.text.decode())
        for leaf in leaves(cases, code)
        if leaf.type not in told and leaf.text.decode() != leaf.type
    }
    assert untold == set()


def test_no_text_is_between_the_leaves(cases):
    code = bytearray(cases.sample.encode())
    for leaf in leaves(cases, bytes(code)):
        code[leaf.start_byte : leaf.end_byte] = b" " * (leaf.end_byte - leaf.start_byte)
    assert code.split() == []


def test_the_sample_parses(cases):
    assert cases.facts(cases.sample).error_line is None


def measured(facts):
    functions = [(each.name, each.cc, each.cognitive, each.sloc) for each in facts.functions]
    return functions, facts.module.cc, facts.sloc, facts.tokens.shape.tolist()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_blank_lines_and_comments_change_nothing(cases, data):
    lines = cases.sample.splitlines()
    spaces = [""] if cases.data["sample"].get("layout") else ["", "  ", "\t"]
    extra = st.sampled_from([*spaces, *cases.data["sample"]["comments"]])
    padded = [text for line in lines for text in (*data.draw(st.lists(extra, max_size=2)), line)]
    facts = cases.facts("\n".join(padded) + "\n")
    assert measured(facts) == measured(cases.facts(cases.sample))


def renamed(cases):
    code = cases.sample
    for old, new in cases.data["sample"]["rename"].items():
        code = code.replace(old, new)
    return code


def test_a_renamed_copy_in_another_file_is_a_clone(cases):
    files = [
        cases.facts(code, f"{name}{cases.data['suffix']}")
        for name, code in (("a", cases.sample), ("b", renamed(cases)))
    ]
    assert files[0].tokens.exact.tolist() != files[1].tokens.exact.tolist()
    assert clones_of(files).sloc > 0.9 * sum(facts.sloc for facts in files)


def test_a_table_of_data_is_few_tokens_however_long(cases):
    table = cases.data["table"]
    sizes = {
        len(cases.facts(table["code"].replace("ROWS", table["row"] * rows)).tokens.shape)
        for rows in (3, 30)
    }
    assert len(sizes) == 1


def test_a_syntax_error_is_noted_and_the_rest_is_counted(cases):
    broken = cases.data["broken"]
    facts = cases.facts(broken["code"])
    assert facts.error_line == broken["line"]
    found = {each.name: each.cc for each in facts.functions}
    assert {name: found.get(name) for name in broken["found"]} == broken["found"]


def test_tests_are_told_by_their_names(cases):
    names = cases.data["names"]
    for is_test, expected in ((True, names["tests"]), (False, names["production"])):
        found = [
            name for name in expected if cases.language.is_test(PurePosixPath(name)) == is_test
        ]
        assert found == expected


def test_code_refers_to_other_files(cases):
    for case in cases.data["references"]:
        found = cases.facts(case["code"], case["file"]).references
        assert found == set(case["expected"])


@pytest.mark.parametrize("part", ["production", "tests"])
def test_what_production_loads_is_production_whatever_its_name(cases, part):
    for files in cases.data[part]:
        facts = [cases.facts(code, file) for file, code in files.items()]
        named = [file for file in files if cases.language.is_test(PurePosixPath(file))]
        moved = {each.file for each in divide(facts, named).production} & set(named)
        assert moved == (set(named) if part == "production" else set())


SHEBANGS = {
    "#!/usr/bin/env node": "javascript",
    "#!/usr/bin/nodejs --harmony": "javascript",
    "#!/usr/bin/env -S deno run": "typescript",
    "#!/usr/bin/java --source 21": "java",
    "#!/usr/bin/env python3.12": "python",
    "#!/usr/bin/env rust-script": "rust",
    "#!/bin/sh": None,
    "node": None,
}


@pytest.mark.parametrize(("line", "name"), SHEBANGS.items(), ids=SHEBANGS)
def test_a_program_names_its_language_on_the_first_line(line, name):
    found = language_of_shebang(line.encode() + b"\n")
    assert (found and found.name) == name


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), length=st.integers(0, 300))
def test_any_bytes_are_measured(cases, data, length):
    facts = cases.facts(cases.sample.encode()[:length] + data)
    assert facts.sloc + facts.comment_lines <= facts.lines
