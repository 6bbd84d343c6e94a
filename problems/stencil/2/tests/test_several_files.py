# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Templates that extend, include and import others."""

import pytest
from cases import assert_fails, render, render_site
from oracles import Lineage

SITE = {
    "base.txt": "== {% block title %}Untitled{% endblock %} ==\n{% block body %}{% endblock -%}\n",
    "page.txt": """\
{% extends "base.txt" %}
{% macro mark(text) %}*{{ text }}*{% endmacro %}
{% block title %}{% call mark(name) %}, {% super %}{% endblock %}
{% block body -%}
  {% for entry in entries %}{% include "parts/item.txt" with what = entry %}{% endfor %}
{%- endblock %}
""",
    "parts/item.txt": "- {{ what.label }}\n",
}


def shown(run, templates, data=None, *args):
    return render_site(run, templates, data, *args).ok().out


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example(run):
    data = {"name": "May", "entries": [{"label": "rake"}, {"label": "sow"}]}
    found = render_site(run, SITE, data, name="page.txt").ok().out
    assert found == "== *May*, Untitled ==\n- rake\n- sow\n"


@pytest.mark.core
def test_example_with_a_fault(run):
    data = {"name": "May", "entries": [{"label": "rake"}, {}]}
    found = render_site(run, SITE, data, name="page.txt")
    assert_fails(found, "undefined", "parts/item.txt:1:6", ["page.txt:5:29"])


@pytest.mark.core
def test_blocks_are_overridden_over_three_levels(run):
    templates = {
        "base": "{% block a %}a0{% endblock %}|{% block b %}b0{% endblock %}|"
        "{% block c %}c0{% endblock %}",
        "mid": '{% extends "base" %}{% block a %}a1{% endblock %}{% block b %}b1{% endblock %}',
        "main": '{% extends "mid" %}{% block b %}b2{% endblock %}',
    }
    assert shown(run, templates) == "a1|b2|c0"


@pytest.mark.core
def test_super_renders_the_next_definition(run):
    templates = {
        "base": "{% block a %}0{% endblock %}",
        "low": '{% extends "base" %}{% block a %}1{% super %}1{% endblock %}',
        "mid": '{% extends "low" %}',
        "main": '{% extends "mid" %}{% block a %}{% super %}2{% if true %}{% super %}{% endif %}'
        "{% endblock %}",
    }
    assert shown(run, templates) == "1012101"


@pytest.mark.core
def test_include_sees_the_variables_of_its_place(run):
    templates = {
        "main": '{% for x in xs %}{% include "part" %}{% endfor %}{{ x }}',
        "part": "{{ loop.index }}{{ x }}{{ y }} ",
    }
    assert shown(run, templates, {"xs": ["a", "b"], "x": "X", "y": "Y"}) == "1aY 2bY X"


@pytest.mark.core
def test_include_with_sees_the_data_and_its_names_only(run):
    templates = {
        "main": "{% for x in xs %}{% for z in xs %}"
        '{% include "part" with y = x, w = z %}{% endfor %}{% endfor %}',
        "part": "{{ x }}{{ y }}{{ w }}{{ z is defined }}{{ loop.index is defined }} ",
    }
    found = shown(run, templates, {"xs": ["a"], "x": "X", "y": "Y"})
    assert found == "Xaafalsefalse "


@pytest.mark.core
def test_macros_see_the_data_and_their_parameters_only(run):
    template = (
        "{% macro m(a, b) %}{{ a }}{{ b }}{{ x }}{{ y is defined }}{{ loop.index is defined }}"
        "{% endmacro %}{% for x in xs %}{% for y in xs %}{% call m(x, y | upper) %};{% endfor %}"
        "{% endfor %}"
    )
    assert render(run, template, {"xs": ["p", "q"], "x": "X"}).ok().out == "".join(
        f"{first}{second}Xfalsefalse;" for first in "pq" for second in "PQ"
    )


@pytest.mark.core
def test_macros_of_imported_files(run):
    templates = {
        "main": '{% import "lib/a" as l %}{% macro m() %}own{% endmacro %}'
        "{% call l.m() %} {% call m() %} {% call l.twice(1) %}",
        "lib/a": "text{{ gone }}{% macro m() %}theirs{% endmacro %}"
        "{% macro twice(x) %}{{ x }}{% call m() %}{{ x }}{% endmacro %}",
    }
    assert shown(run, templates) == "theirs own 1theirs1"


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_a_block_sees_the_variables_of_the_place_where_it_is_reached(run):
    templates = {
        "base": "{% for x in xs %}{% block a %}{{ x }}{% endblock %}{% endfor %}",
        "main": '{% extends "base" %}{% block a %}{{ loop.index }}{{ x | upper }}{% super %} '
        "{% endblock %}",
    }
    assert shown(run, templates, {"xs": ["p", "q"], "x": "no"}) == "1Pp 2Qq "


@pytest.mark.functionality
def test_blocks_inside_a_definition_are_overridden_too(run):
    templates = {
        "base": "{% block a %}a0{% endblock %}",
        "mid": '{% extends "base" %}{% block a %}[{% block b %}b1{% endblock %}]{% endblock %}',
        "main": '{% extends "mid" %}{% block b %}b2{% super %}{% endblock %}'
        "{% block unused %}{{ gone }}{% endblock %}",
    }
    assert shown(run, templates) == "[b2b1]"


@pytest.mark.functionality
def test_super_without_a_further_definition_renders_nothing(run):
    templates = {
        "base": "<{% block a %}{% super %}{% endblock %}>",
        "main": '{% extends "base" %}{% block a %}{% super %}.{% block new %}{% super %}new'
        "{% endblock %}{% endblock %}",
    }
    assert shown(run, templates) == "<.new>"


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(5))
def test_lines_of_parents_against_definitions_looked_up_by_hand(run, seed):
    line = Lineage(seed)
    templates = {f"f{level}": line.source(level) for level in range(line.depth)}
    found = render_site(run, templates, name=f"f{line.depth - 1}").ok().out
    assert found == line.result()


@pytest.mark.functionality
def test_included_files_have_blocks_and_parents_of_their_own(run):
    templates = {
        "main": '{% extends "base" %}{% block a %}main[{% include "inner" %}]{% endblock %}',
        "base": "{% block a %}base{% endblock %}{% block b %}{% endblock %}",
        "inner": '{% extends "frame" %}{% block a %}inner {% super %}{% endblock %}',
        "frame": "({% block a %}frame{% endblock %}{% block b %}B{% endblock %})",
    }
    assert shown(run, templates) == "main[(inner frameB)]"


@pytest.mark.functionality
def test_macros_belong_to_the_file_in_which_the_call_is_written(run):
    templates = {
        "base": '{% import "lib" as l %}{% macro m() %}base{% endmacro %}'
        "{% call m() %}{% call l.m() %} {% block a %}{% call m() %}{% endblock %} "
        '{% include "part" %}',
        "main": '{% extends "base" %}{% import "other" as l %}{% macro m() %}main{% endmacro %}'
        "{% block a %}{% call m() %}{% call l.m() %}{% super %}{% endblock %}",
        "part": "{% call m() %}{% macro m() %}part{% endmacro %}",
        "lib": "{% macro m() %}lib{% endmacro %}",
        "other": "{% macro m() %}other{% endmacro %}",
    }
    assert shown(run, templates) == "baselib mainotherbase part"


@pytest.mark.functionality
def test_macros_call_themselves_and_each_other(run):
    template = """\
{% call tree(root) %}
{%- macro tree(node) %}({{ node.name }}{% call rest(node.parts) %}){% endmacro %}
{%- macro rest(nodes) %}{% for n in nodes %}{% call tree(n) %}{% endfor %}{% endmacro %}
"""
    root = {"name": "a", "parts": [{"name": "b", "parts": [{"name": "c", "parts": []}]}]}
    root["parts"].append({"name": "d", "parts": {}})
    assert render(run, template, {"root": root}).ok().out == "(a(b(c))(d))\n"


@pytest.mark.functionality
def test_undefined_is_passed_on(run):
    templates = {
        "main": '{% macro m(a) %}{{ a is defined }}{{ a | default("-") }}{% endmacro %}'
        '{% call m(gone) %} {% call m(gone.x) %} {% include "part" with a = gone, b = loop.index %}',
        "part": '{{ a is defined }}{{ b is defined }}{{ a | default("+") }}',
    }
    assert shown(run, templates, {"a": "data", "b": "data"}) == "false- false- falsefalse+"


@pytest.mark.functionality
def test_variables_do_not_leak_out(run):
    templates = {
        "main": '{% macro m(p) %}{% for q in p %}{% include "part" %}{% endfor %}{% endmacro %}'
        '{% call m(xs) %}{% include "part" %}{% include "part" with p = 1 %}'
        "{{ p is defined }}{{ q is defined }}{{ r is defined }}{{ loop.index is defined }}",
        "part": "{% for r in xs %}{% endfor %}{{ p is defined }}{{ r is defined }} ",
    }
    found = shown(run, templates, {"xs": [1]})
    assert found == "truefalse falsefalse truefalse falsefalsefalsefalse"


@pytest.mark.functionality
def test_names_after_with_and_parameters_hide_data_and_are_hidden_by_loops(run):
    templates = {
        "main": "{% macro m(x) %}{{ x }}{% for x in xs %}{{ x }}{% endfor %}{{ x }}{% endmacro %}"
        '{% call m(x | upper) %} {% include "part" with x = xs, y = x %}',
        "part": "{% for x in x %}{{ x }}{{ y }}{% endfor %}{{ x }}",
    }
    assert shown(run, templates, {"x": "d", "xs": ["l"]}) == 'DlD ld["l"]'


@pytest.mark.functionality
def test_names_are_paths_below_the_folder_wherever_they_are_used(run):
    templates = {
        "main": "{% include \"a/b/one.t\" %}{% include 'a/-x' %}",
        "a/b/one.t": '1{% include "a/b/two" %}',
        "a/b/two": "2",
        "a/-x": "x",
        "b/two": "wrong",
        "a/b/a/b/two": "wrong",
    }
    assert shown(run, templates) == "12x"


@pytest.mark.functionality
def test_white_space_and_comments_of_a_child_are_not_printed(run):
    templates = {
        "base": " [{% block a %}{% endblock %}] ",
        "main": ' \n{# x #}\t{#- y #}{% extends "base" %}  {# z #}\n{% import "lib" as l %}\n'
        "{% block a %} in {% endblock %} \r\n {% macro m() %}m{% endmacro -%} \t\n",
        "lib": "",
    }
    assert shown(run, templates) == " [ in ] "


@pytest.mark.functionality
def test_definitions_of_macros_and_imports_print_nothing_but_their_surroundings_stay(run):
    templates = {
        "main": 'a {% macro m() %} m {% endmacro %} b {% import "lib" as l %} c {% call l.n() %}',
        "lib": "not this {% macro n() %} n {% endmacro %} {% block z %}nor this{% endblock %}",
    }
    assert shown(run, templates) == "a  b  c  n "


@pytest.mark.functionality
def test_one_file_may_be_used_many_times(run):
    templates = {
        "main": '{% extends "base" %}{% import "lib" as a %}{% import "lib" as b %}'
        '{% block x %}{% include "part" %}{% include "part" %}{% call a.m() %}{% call b.m() %}'
        "{% endblock %}",
        "base": '{% import "lib" as a %}{% include "part" %}{% block x %}{% endblock %}',
        "part": '{% import "lib" as c %}{% call c.m() %},',
        "lib": "{% macro m() %}m{% endmacro %}",
    }
    assert shown(run, templates) == "m,m,m,mm"


@pytest.mark.functionality
def test_a_hundred_calls_may_be_open(run):
    template = (
        "{% macro m(n) %}{{ n.v }}{% if n.next %}{% if true %}{% for x in one %}"
        "{% call m(n.next) %}{% endfor %}{% endif %}{% endif %}{% endmacro %}{% call m(list) %}"
    )
    data = '{"v":1}'
    for _ in range(45):
        data = f'{{"v":1,"next":{data}}}'
    found = render(run, template, f'{{"list":{data},"one":[0]}}')
    assert found.ok().out == "1" * 46
    # data are nested 50 deep at most: the rest of the hundred by a second macro
    template = "{% macro m0() %}.{% endmacro %}" + "".join(
        f"{{% macro m{n}() %}}{{% if true %}}{{% call m{n - 1}() %}}{{% endif %}}{{% endmacro %}}"
        for n in range(1, 100)
    )
    assert render(run, template + "{% call m99() %}").ok().out == "."


@pytest.mark.functionality
def test_the_option_stands_anywhere_and_the_last_one_counts(run):
    files = {"a/t": "a{{ x }}", "b/t": "b{{ x }}", "d.json": '{"x":1}'}
    for args in [
        ["--path", "b", "t", "d.json"],
        ["t", "--path", "b", "d.json"],
        ["--path", "a", "t", "d.json", "--path", "b"],
    ]:
        assert run("render", *args, files=files).ok().out == "b1", args


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_wrong_command_lines(run):
    files = {"t": "x", "d": "{}"}
    for args in [["t", "--path"], ["t", "--frobnicate", "x"], ["--path", "."], ["t", "--path=."]]:
        assert_fails(run("render", *args, files=files), "usage", status=2, case=args)


@pytest.mark.error
def test_names_that_name_no_file(run):
    templates = {"sub/x": "x", "y": "y"}
    for name in ["gone", "../site/y", "./y", "sub//x", "sub"]:
        found = render_site(run, {**templates, "main": f'.\n {{% include "{name}" %}}'})
        assert_fails(found, "unreadable", "main:2:2", [], case=name)
    assert_fails(render_site(run, templates, name="./y"), "unreadable")
    assert_fails(render(run, '{% include "t.txt" %}'), "unreadable", "1:1")


@pytest.mark.error
def test_faults_of_named_files_tell_how_the_file_was_reached(run):
    templates = {
        "main": 'x{% include "a" %}',
        "a": '\n{% extends "b" %}',
        "b": '{% import "c" as c %}{% import "c" as d %}',
    }
    trail = ["b:1:1", "a:2:1", "main:1:2"]
    for text, code, place in [
        ("\n {{ ? }}", "syntax", "c:2:2"),
        ("{{ x | sparkle }}", "unknown-filter", "c:1:8"),
        ("{% super %}", "misplaced", "c:1:1"),
        ("{% call m() %}", "unknown-macro", "c:1:1"),
        ('{% include "gone" %}', "unreadable", "c:1:1"),
        (b"\xff", "unreadable", "b:1:1"),
    ]:
        steps = trail if place.startswith("c") else trail[1:]
        found = render_site(run, {**templates, "c": text})
        assert_fails(found, code, place, steps, case=text)


@pytest.mark.error
def test_cycles(run):
    for templates, place, trail in [
        ({"main": 'a{% include "main" %}'}, "main:1:2", []),
        ({"main": '{% extends "main" %}'}, "main:1:1", []),
        (
            {
                "main": '{% if false %}{% include "a" %}{% endif %}',
                "a": '{% extends "b" %}',
                "b": '{% import "main" as m %}',
            },
            "b:1:1",
            ["a:1:1", "main:1:15"],
        ),
        (
            {"main": '{% include "a" %}{% include "a" %}', "a": '\n{% include "a" %}'},
            "a:2:1",
            ["main:1:1"],
        ),
    ]:
        assert_fails(render_site(run, templates), "cycle", place, trail, case=templates)


@pytest.mark.error
def test_misplaced(run):
    base = {"base": "{% block a %}{% endblock %}"}
    for text, place in [
        ('a{% extends "base" %}', "main:1:2"),
        ('{% extends "base" %}{% extends "base" %}', "main:1:21"),
        ('{% if true %}{% extends "base" %}{% endif %}', "main:1:14"),
        ('{% extends "base" %} \n\t x{{ 1 }}', "main:2:3"),
        ('{% extends "base" %}{{ 1 }}', "main:1:21"),
        ('{% extends "base" %}{% if true %}{% block a %}{% endblock %}{% endif %}', "main:1:21"),
        ('{% if true %}{% import "base" as b %}{% endif %}', "main:1:14"),
        ("{% block a %}{% macro m() %}{% endmacro %}{% endblock %}", "main:1:14"),
        ("{% macro m() %}{% macro n() %}{% endmacro %}{% endmacro %}", "main:1:16"),
        ("{% macro m() %}{% if true %}{% block a %}{% endblock %}{% endif %}{% endmacro %}", None),
        ("{% block a %}{% endblock %}{% super %}", "main:1:28"),
    ]:
        found = render_site(run, {**base, "main": text})
        assert_fails(found, "misplaced", place or "main:1:29", [], case=text)


@pytest.mark.error
def test_names_that_are_used_twice(run):
    for text, code, place in [
        ("{% block a %}{% block a %}{% endblock %}{% endblock %}", "duplicate", "1:14"),
        ("{% macro m() %}{% endmacro %}{% macro m(x) %}{% endmacro %}", "duplicate", "1:30"),
        ('{% macro m() %}{% endmacro %}{% import "x" as m %}', "duplicate", "1:30"),
        ("{% macro m(a, a) %}{% endmacro %}", "syntax", "1:1"),
        ('{% include "x" with a = 1, a = 2 %}', "syntax", "1:1"),
    ]:
        assert_fails(render(run, text), code, place, case=text)
    allowed = "{% block m %}1{% endblock %}{% macro m(m) %}{{ m }}{% endmacro %}{% call m(2) %}"
    assert render(run, allowed).ok().out == "12"


@pytest.mark.error
def test_calls_that_fit_no_macro(run):
    lib = '{% import "base" as inner %}{% macro m(a) %}{{ a }}{% endmacro %}'
    for call, code in [
        ("{% call n(1) %}", "unknown-macro"),
        ("{% call k.m(1) %}", "unknown-macro"),
        ("{% call l.n() %}", "unknown-macro"),
        ("{% call m(1) %}", "unknown-macro"),
        ("{% call l.m() %}", "arity"),
        ("{% call l.m(1, 2) %}", "arity"),
    ]:
        main = '{% extends "base" %}{% import "lib" as l %}{% block a %}'
        base = "{% block a %}{% endblock %}{% macro base() %}{% endmacro %}"
        templates = {"main": f"{main}{call}{{% endblock %}}", "lib": lib, "base": base}
        assert_fails(render_site(run, templates), code, "main:1:57", [], case=call)


@pytest.mark.error
def test_statements_that_are_not_of_their_form(run):
    for text in [
        "{% block %}{% endblock %}",
        '{% include "a" with %}',
        '{% include "a" with x %}',
        '{% import "a" %}',
        "{% macro m %}{% endmacro %}",
        "{% macro m(1) %}{% endmacro %}",
        "{% call m %}",
    ]:
        assert_fails(render(run, text), "syntax", "1:1", case=text)


@pytest.mark.error
def test_faults_during_rendering_tell_the_includes_and_calls(run):
    templates = {
        "base": "{% block a %}{% endblock %}",
        "main": '{% extends "base" %}{% import "lib" as l %}\n'
        '{% block a %}{% call l.m(1) %}{% include "part" %}{% endblock %}',
        "lib": '{% macro m(x) %}{% if x %}{% include "part" with y = x %}{% endif %}{% endmacro %}',
        "part": '{{ y }}{% import "lib2" as l %}{% call l.n(y) %}',
        "lib2": "{% macro n(x) %}\n{{ x | upper }}{% endmacro %}",
    }
    found = render_site(run, templates, {"y": "fine"})
    trail = ["part:1:32", "lib:1:27", "main:2:14"]
    assert_fails(found, "type", "lib2:2:8", trail)


@pytest.mark.error
def test_a_fault_in_a_tag_is_not_reached_through_it(run):
    templates = {
        "main": '{% include "part" %}',
        "part": "{% macro m(a) %}{% endmacro %}{% call m(x | upper) %}",
    }
    found = render_site(run, templates, {"x": 1})
    assert_fails(found, "type", "part:1:45", ["main:1:1"])


@pytest.mark.error
def test_more_than_a_hundred_open_calls(run):
    template = "{% macro m() %}{{ 1 }}\n{% call m() %}{% endmacro %}{% call m() %}"
    found = render(run, template)
    assert_fails(found, "depth", "2:1", [*["2:1"] * 99, "2:29"])


@pytest.mark.error
def test_the_order_of_faults(run):
    good = {"good": "{% macro m() %}{% endmacro %}", "bad": "{{ ? }}"}
    for text, code, place in [
        ("{% super %}{{ x | sparkle }}{{ ? }}", "syntax", "main:1:29"),
        ("{% super %}{{ x | sparkle }}", "misplaced", "main:1:1"),
        ('{% include "bad" %}{% super %}', "misplaced", "main:1:20"),
        ('{% call m() %}{% include "bad" %}', "syntax", "bad:1:1"),
        ('{% include "main" %}{% include "gone" %}', "cycle", "main:1:1"),
        ('{% call g.n() %}{% import "good" as g %}{% call g.m(1) %}', "unknown-macro", "main:1:1"),
        ("{% if false %}{% call m() %}{% endif %}", "unknown-macro", "main:1:15"),
        ('{% if false %}{% include "good" %}{% endif %}', "bad-data", None),
        (
            "{% macro m() %}{% block a %}{% block a %}{% endblock %}{% endblock %}{% endmacro %}",
            "misplaced",
            "main:1:16",
        ),
    ]:
        found = render_site(run, {**good, "main": text}, "")
        assert_fails(found, code, place, case=text)
