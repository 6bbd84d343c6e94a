# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Rows from a stream, and limits."""

import json
import random

import pytest
from cases import assert_fails, render, render_site, write_rows

ROWS = ("--rows", "rows=-")
SMILE = "\N{GRINNING FACE}"
LOG = """\
Log of {{ host }}
{% for row in rows -%}
{{ row.level | upper }} {{ row.text }}
{% else -%}
nothing
{% endfor -%}
"""
LOG_ROWS = """\
{"level": "info", "text": "up"}

{"level": "warn", "text": "hot"}
{"text": "?"}
"""


def stream(run, template, rows, *args, data=None):
    """Render rows, each a value or the text of a line, that come from standard input."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    text = "".join(f"{line}\n" for line in lines)
    return render(run, template, data, *ROWS, *args, stdin=text)


def talk(repl, template, data=None, *args):
    files = {"t.txt": template, "d.json": json.dumps(data or {})}
    return repl("render", "t.txt", "d.json", *ROWS, *args, files=files)


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example(run):
    found = render(run, LOG, {"host": "pi"}, *ROWS, stdin=LOG_ROWS)
    assert_fails(found, "undefined", "3:4", [], stdout=b"Log of pi\nINFO up\nWARN hot\n")
    found = render(run, LOG, {"host": "pi"}, *ROWS, "--max-steps", "6", stdin=LOG_ROWS)
    assert_fails(found, "max-steps", status=3, stdout=b"Log of pi\nINFO up\nWARN ")


@pytest.mark.core
def test_what_precedes_the_loop_is_there_before_any_row(repl):
    log = talk(repl, LOG, {"host": "pi"})
    assert log.read_line() == "Log of pi"
    assert log.close().out == "Log of pi\nnothing\n"


@pytest.mark.core
def test_a_row_is_rendered_before_the_next_one_arrives(repl):
    log = talk(repl, LOG, {"host": "pi"})
    assert log.ask('{"level": "info", "text": "up"}') == "Log of pi"
    assert log.read_line() == "INFO up"
    log.send("")
    assert log.ask('{"level": "warn", "text": "hot"}') == "WARN hot"
    assert log.ask('{"level": "warn", "text": "hotter"}') == "WARN hotter"
    done = log.close().ok()
    assert done.out == "Log of pi\nINFO up\nWARN hot\nWARN hotter\n"


@pytest.mark.core
def test_rows_from_a_file(run):
    template = "{% for r in the_rows %}{{ loop.index }}{{ r.n }} {% endfor %}"
    files = {"t.txt": template, "a=b.rows": '{"n": "x"}\n{"n": "y"}'}
    args = ["--rows", "the_rows=a=b.rows"]
    assert run("render", *args, "t.txt", files=files).ok().out == "1x 2y "
    found = run("render", "t.txt", "-", *args, stdin='{"the_rows": 1}', files=files)
    assert found.ok().out == "1x 2y "


@pytest.mark.core
def test_output_is_cut_at_the_limit(run):
    template = "{% for x in xs %}{{ x }},{% endfor %}"
    data = {"xs": ["ab", "cd"]}
    for limit, text in [(0, ""), (1, "a"), (2, "ab"), (5, "ab,cd")]:
        found = render(run, template, data, "--max-output", str(limit))
        assert_fails(found, "max-output", status=3, stdout=text.encode(), case=limit)
    assert render(run, template, data, "--max-output", "6").ok().out == "ab,cd,"


@pytest.mark.core
def test_steps_are_values_conditions_and_turns(run):
    template = "{{ 1 }}{% if a %}A{% elif b %}B{% else %}C{% endif %}{% for x in xs %}-{% endfor %}"
    data = {"xs": [0, 0]}
    for limit, text in enumerate(["", "1", "1", "1C", "1C-"]):
        found = render(run, template, data, "--max-steps", str(limit))
        assert_fails(found, "max-steps", status=3, stdout=text.encode(), case=limit)
    assert render(run, template, data, "--max-steps", "5").ok().out == "1C--"


# --- functionality ----------------------------------------------------------


@pytest.mark.core
def test_last_waits_for_the_next_row_and_nothing_else_does(repl):
    template = (
        "{% for r in rows %}{{ r }} {{ loop.index }}{{ loop.first }}\n"
        "{{ r == 0 and loop.last }}\n{{ loop.last }}\n{% endfor %}end\n"
    )
    turns = talk(repl, template)
    assert turns.ask("1") == "1 1true"
    assert turns.read_line() == "false"
    turns.send(" ")
    assert turns.ask("2") == "false"
    assert turns.read_line() == "2 2false"
    assert turns.read_line() == "false"
    assert turns.close().ok().out.endswith("\n2 2false\nfalse\ntrue\nend\n")


@pytest.mark.functionality
def test_what_precedes_last_in_a_line_is_there_while_it_waits(repl):
    template = "{% for r in rows %}{{ r }}{% if not loop.last %}, {% endif %}{% endfor %}."
    turns = talk(repl, template)
    turns.send('"one"')
    assert turns.read_until("one") == "one"
    turns.send('"two"')
    assert turns.read_until("two") == ", two"
    assert turns.close().ok().out == "one, two."


@pytest.mark.functionality
def test_rows_arrive_through_files_macros_and_html(repl):
    templates = {
        "site/main": '{% extends "base" %}{% block a %}<p title="{% include "part" %}">{% endblock %}',
        "site/base": "{% block a %}{% endblock %}!\n",
        "site/part": "{% macro m() %}{% for r in rows %}{{ r }}\n{% endfor %}{% endmacro %}"
        '{% for once in one %}{{ once }}\n{% call m() %}{% include "end" %}{% endfor %}',
        "site/end": "{{ rows is defined }}{{ once }}",
        "d.json": '{"one": ["&"]}',
    }
    args = ["main", "d.json", "--path", "site", "--mode", "html", *ROWS]
    page = repl("render", *args, files=templates)
    assert page.read_line() == '<p title="&amp;'
    assert page.ask('"<"') == "&lt;"
    assert page.ask("[1]") == "[1]"
    assert page.close().ok().out.endswith('[1]\ntrue&amp;">!\n')


@pytest.mark.functionality
def test_lines_of_rows(run):
    template = "{% for r in rows %}{{ loop.index }}={{ r | json }} {% endfor %}"
    rows = ['{"a": "\\n"}', "", " \t\r", ' [1, "é"]\t\r', "null", "false", '"x"', "  1.50 "]
    found = stream(run, template, rows).ok().out
    assert found == '1={"a":"\\n"} 2=[1,"é"] 3=null 4=false 5="x" 6=1.5 '
    assert render(run, template, {}, *ROWS, stdin="1\n2").ok().out == "1=1 2=2 "


@pytest.mark.functionality
def test_a_stream_without_rows(run):
    template = "{% for r in (rows) %}{{ r }}{% else %}none{{ r }}{% endfor %}"
    for text in ["", "\n", " \t\n\r\n"]:
        found = render(run, template, {"r": "R"}, *ROWS, stdin=text)
        assert found.ok().out == "noneR", repr(text)


@pytest.mark.functionality
def test_turns_over_rows_are_turns_like_others(run):
    template = (
        "{% for r in rows %}{% for x in r.xs %}{{ loop.index }}{{ loop.last }}{{ x }}"
        "{% else %}empty{% endfor %}:{{ loop.index }}{{ loop.first }}{{ loop.last }} {% endfor %}"
        "{{ r is defined }}{{ loop.last is defined }}"
    )
    rows = [{"xs": ["a", "b"]}, {"xs": []}, {"xs": {"k": 1}}]
    found = stream(run, template, rows).ok().out
    assert found == ("1falsea2trueb:1truefalse empty:2falsefalse 1truek:3falsetrue falsefalse")


@pytest.mark.functionality
def test_the_name_of_the_stream_hides_data_and_is_hidden_by_variables(run):
    templates = {
        "main": "{% macro m(rows) %}{{ rows }}{% for r in rows %}{{ r }}{% endfor %}{% endmacro %}"
        "{{ rows is defined }}{% call m(xs) %}{% for rows in xs %}{{ rows }}{% endfor %}"
        '{% include "part" with rows = xs %}{% for r in rows %}<{{ r }}>{% endfor %}',
        "part": "{{ rows[0] }}",
    }
    found = render_site(run, templates, {"xs": [7], "rows": ["data"]}, *ROWS, stdin="1\n2\n")
    assert found.ok().out == "true[7]777<1><2>"


@pytest.mark.functionality
def test_rows_that_are_not_needed_are_not_looked_at(run):
    assert render(run, "{{ rows is not defined }}", {}, *ROWS, stdin="?").ok().out == "false"
    rows = ["1", "2", "?"]
    template = "{% for r in rows %}{{ r }}{{ 1 | join(r) }}{% endfor %}"
    found = stream(run, template, rows)
    assert_fails(found, "type", "1:34", [], stdout=b"1")


@pytest.mark.functionality
def test_many_rows_in_little_memory(run, folder):
    template = "{% for r in rows %}{{ r.id }}{% if r.id > 5 %}{{ r.name | upper }}{% endif %}\n{% endfor %}"
    count, padding = 120_000, "x" * 1150
    row = '{"id":%d,"name":"n%d","pad":"' + padding + '"}'
    write_rows(folder / "big.rows", count, lambda n: row % (n, n))
    args = ("--rows", "rows=big.rows", "--mode", "html")
    lines = render(run, template, {}, *args, timeout=30).ok().lines
    assert len(lines) == count
    assert lines[4:8] == ["4", "5", "6N6", "7N7"]
    assert lines[-1] == f"{count - 1}N{count - 1}"


@pytest.mark.functionality
def test_output_is_not_cut_within_a_character(run):
    text = f"aé€{SMILE}"
    template = f"{text}{{{{ x }}}}"
    whole = (text + text).encode()
    for limit in (2, 6, 9, 19):
        found = render(run, template, {"x": text}, "--max-output", str(limit))
        wanted = whole[:limit].decode("utf-8", "ignore").encode()
        assert_fails(found, "max-output", status=3, stdout=wanted, case=limit)
    assert render(run, template, {"x": text}, "--max-output", "20").ok().stdout == whole


@pytest.mark.functionality
def test_bytes_are_those_of_the_whole_escaped_output(run):
    templates = {
        "main": '{% extends "base" %}{% block a %}{% for x in xs %}{% include "part" %}{% endfor %}'
        "{% endblock %}",
        "base": "<{% block a %}{% endblock %}>",
        "part": "{% macro m(v) %}{{ v }}{% endmacro %}p {% call m(x) %}",
    }
    data = {"xs": ["x", "y"]}
    for limit in (1, 4, 7):
        found = render_site(run, templates, data, "--max-output", str(limit))
        assert_fails(found, "max-output", None, [], 3, b"<p xp y>"[:limit], case=limit)
    assert render_site(run, templates, data, "--max-output", "8").ok().out == "<p xp y>"
    for limit, text in [(3, b"&am"), (5, b"&amp;")]:
        args = ("--mode", "html", "--max-output", str(limit))
        found = render(run, "{{ x }}{{ x }}", {"x": "&"}, *args)
        assert_fails(found, "max-output", status=3, stdout=text)


@pytest.mark.functionality
def test_steps_count_over_all_files_and_nothing_else_is_a_step(run):
    templates = {
        "base": '{# c #}{% block a %}0{% endblock %}{% include "part" with v = 1 == 1 %}',
        "main": '{% extends "base" %}{% import "lib" as l %}{% block a %}{% super %}'
        "{% call l.m(x | upper | default(y)) %}{% call l.m(1) %}{% endblock %}",
        "lib": "{% macro m(v) %}<{% if v %}{{ v }}{% endif %}>{% endmacro %}",
        "part": "{% for n in none %}{% else %}{{ v and v }}{% endfor %}.",
    }
    outputs = ["0<", "0<", "0<X><", "0<X><", "0<X><1>"]
    for limit, text in enumerate(outputs):
        found = render_site(run, templates, {"x": "x", "none": []}, "--max-steps", str(limit))
        assert_fails(found, "max-steps", None, [], 3, text.encode(), case=limit)
    found = render_site(run, templates, {"x": "x", "none": []}, "--max-steps", "5")
    assert found.ok().out == "0<X><1>true."


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_every_limit_on_steps_gives_a_beginning_of_the_output(run, seed):
    rng = random.Random(seed)
    template, units = [], []
    for number in range(8):
        kind = rng.randrange(3)
        if kind == 0:
            template.append(f"{{{{ {number} }}}},")
            units += [("step", ""), ("text", f"{number},")]
        elif kind == 1:
            true = rng.random() < 0.5
            template.append(f"{{% if {'not ' * true}0 %}}if{{% elif 1 %}}elif{{% endif %}};")
            units += [("step", "")] if true else [("step", ""), ("step", "")]
            units.append(("text", "if;" if true else "elif;"))
        else:
            turns = rng.randrange(3)
            template.append("{% for x in xs[" + str(turns) + "] %}({{ x }}){% else %}-{% endfor %}")
            for turn in range(turns):
                units += [("step", ""), ("text", "("), ("step", ""), ("text", f"{turn})")]
            units += [] if turns else [("text", "-")]
    data = {"xs": [[], [0], [0, 1]]}
    steps = sum(kind == "step" for kind, _ in units)
    for limit in sorted(rng.sample(range(steps), 2)):
        left, wanted = limit, ""
        for kind, text in units:
            left -= kind == "step"
            if left < 0:
                break
            wanted += text
        found = render(run, "".join(template), data, "--max-steps", str(limit))
        assert_fails(found, "max-steps", status=3, stdout=wanted.encode(), case=limit)
    whole = "".join(text for _, text in units)
    assert render(run, "".join(template), data, "--max-steps", str(steps)).ok().out == whole


@pytest.mark.functionality
def test_the_limit_that_is_exceeded_first_is_reported(run):
    template = "ab{{ 1 }}{{ gone }}"
    for limits, code, text in [
        (("1", "0"), "max-output", b"a"),
        (("2", "0"), "max-steps", b"ab"),
        (("2", "1"), "max-output", b"ab"),
        (("3", "1"), "max-steps", b"ab1"),
    ]:
        args = ("--max-output", limits[0], "--max-steps", limits[1])
        assert_fails(render(run, template, {}, *args), code, status=3, stdout=text, case=limits)


@pytest.mark.functionality
def test_turns_count_when_the_row_is_there(repl):
    turns = talk(repl, "{% for r in rows %}{{ r }}\n{% endfor %}end", None, "--max-steps", "2")
    assert turns.ask("1") == "1"
    done = turns.close().ok()
    assert done.out == "1\nend"


@pytest.mark.functionality
def test_an_endless_work_is_stopped(run):
    template = (
        "{% macro m() %}.{% for a in xs %}{% for b in xs %}{% for c in xs %}{% for d in xs %}"
        "{% call m() %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endmacro %}{% call m() %}"
    )
    found = render(run, template, {"xs": list(range(1000))}, "--max-steps", "50")
    assert_fails(found, "max-steps", None, [], 3, b"." * 13)


@pytest.mark.functionality
def test_the_last_value_of_an_option_counts(run):
    args = ["--max-steps", "0", "--max-steps", "1", "--rows", "a=gone", "--rows", "b=-"]
    template = "{{ a is defined and b is defined }}"
    assert render(run, template, {}, *args, stdin="").ok().out == "false"


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_wrong_command_lines(run):
    files = {"t": "x", "d": "{}", "r": ""}
    for args in [
        ["--rows", "r"],
        ["--rows", "1a=r"],
        ["--rows", "loop=r"],
        ["--max-steps", "01"],
        ["--max-output", "1.5"],
        ["--max-output", "1000000000"],
        ["--max-output", "", "--max-output", "1"],
        ["-", "--rows", "a=-"],
    ]:
        assert_fails(run("render", "t", *args, files=files), "usage", status=2, case=args)


@pytest.mark.error
def test_rows_that_cannot_be_opened(run):
    for template, data, code, place in [
        ("a{{ 1 }}", "{}", "unreadable", None),
        ("{{ ? }}", "{}", "syntax", "1:1"),
        ("a", "[]", "bad-data", None),
    ]:
        found = render(run, template, data, "--rows", "rows=gone")
        assert_fails(found, code, place, case=template)


@pytest.mark.error
def test_bad_rows(run):
    template = "<{% for r in rows %}{{ r }},{% endfor %}>"
    for text, line, printed in [
        (b"1\n2\n{\n4\n", 3, b"<1,2,"),
        (b"\n\n1 2", 3, b"<"),
        (b"1\n\n  \n\xff\n", 4, b"<1,"),
        (b"1\nNaN\n", 2, b"<1,"),
        (b"1\n\x0b\n", 2, b"<1,"),
    ]:
        found = render(run, template, {}, *ROWS, stdin=text)
        assert_fails(found, "bad-row", f"line {line}", [], stdout=printed, case=text)


@pytest.mark.error
def test_a_bad_row_is_reported_when_it_is_needed(run):
    templates = {
        "main": '{% for r in rows %}{% include "part" %}{% endfor %}',
        "part": "{{ r }}{% if r == 2 and loop.last %}{% endif %};",
    }
    found = render_site(run, templates, {}, *ROWS, stdin="1\n2\n?\n")
    assert_fails(found, "bad-row", "line 3", [], stdout=b"1;2")


@pytest.mark.error
def test_other_uses_of_a_stream(run):
    templates = {"part": "x{{ r }}"}
    for text, place in [
        ("{{ rows }}", "main:1:5"),
        ("{{ rows[0] }}", "main:1:5"),
        ("{{ gone == rows }}", "main:1:13"),
        ("{{ rows.x is defined }}", "main:1:5"),
        ("{{ gone | default(rows) }}", "main:1:20"),
        ("{% for r in rows | default(1) %}{% endfor %}", "main:1:14"),
        ('{% include "part" with r = rows %}', "main:1:29"),
        ("{% macro m(r) %}{% endmacro %}{% call m(rows) %}", "main:1:42"),
    ]:
        found = render_site(run, {**templates, "main": f"<{text}"}, {"o": {}}, *ROWS, stdin="1\n")
        assert_fails(found, "stream", place, [], stdout=b"<", case=text)


@pytest.mark.error
def test_rows_are_handed_out_once(run):
    template = "{% for x in xs %}{% for r in rows %}{{ r }}{% endfor %};{% endfor %}"
    for rows, text in [(["1", "2"], b"12;"), ([], b";")]:
        found = stream(run, template, rows, data={"xs": [0, 0]})
        assert_fails(found, "stream", "1:30", [], stdout=text)
    template = "{% for r in rows %}{% for s in (rows) %}{% endfor %}{% endfor %}"
    assert_fails(stream(run, template, ["1", "2"]), "stream", "1:33", [])


@pytest.mark.error
def test_what_precedes_a_fault_is_written_with_these_options_only(run):
    templates = {
        "main": '{{ 1 }}{% include "part" %}',
        "part": "2{{ x | upper }}",
    }
    for args in [("--rows", "r=d.json"), ("--max-output", "99"), ("--max-steps", "99")]:
        found = render_site(run, templates, {"x": 3}, *args)
        assert_fails(found, "type", "part:1:9", ["main:1:8"], stdout=b"12", case=args)
        found = render_site(run, {**templates, "part": "{{ ? }}"}, {}, *args)
        assert_fails(found, "syntax", "part:1:1", ["main:1:8"], case=args)
    assert_fails(render_site(run, templates, {"x": 3}), "type", "part:1:9", ["main:1:8"])
