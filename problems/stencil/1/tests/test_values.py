# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Values, loops and conditions."""

import random

import pytest
from cases import assert_fails, assert_renders, render
from oracles import DATA, condition, trimmed_template

ORDER = """\
{# confirmation -#}
Dear {{ customer.name | default("customer") | upper }},
{% for item in items -%}
{{ loop.index }}. {{ item.name }}{% if item.count > 1 %} x {{ item.count }}{% endif %}
{% else -%}
Nothing was ordered.
{% endfor -%}
Total: {{ total }}
"""
SMILE = "\N{GRINNING FACE}"


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example(run):
    data = """{"customer": {"name": "Ada"}, "total": 12.50,
 "items": [{"name": "tea", "count": 2}, {"name": "cup", "count": 1}]}"""
    assert render(run, ORDER, data).ok().out == "Dear ADA,\n1. tea x 2\n2. cup\nTotal: 12.5\n"
    data = {"total": 0, "items": []}
    found = render(run, ORDER, data).ok().out
    assert found == "Dear CUSTOMER,\nNothing was ordered.\nTotal: 0\n"


@pytest.mark.core
def test_paths_lead_into_objects_and_lists(run):
    data = {"a": {"b": [1, {"c d": "x", "in": "y"}]}, "k": "b", "i": 1}
    rows = [
        ("{{ a.b[0] }}", "1"),
        ('{{a["b"][1]["c d"]}}', "x"),
        ("{{ a[k][i].in }}", "y"),
        ("{{ a [ k ] [ 1.0 ] . in }}", "y"),
        ('{{ a[(k | default("z"))][i]["in"] }}', "y"),
    ]
    assert_renders(run, rows, data)


@pytest.mark.core
def test_numbers_are_printed_in_plain_decimal(run):
    numbers = """1.50 -2.0 0.000010 -0 -0.0 1e3 12E-2 9007199254740991 -7 1000000000000000.0
                 0.000001234 123456.789012345 1e15""".split()
    wanted = """1.5 -2 0.00001 0 0 1000 0.12 9007199254740991 -7 1000000000000000
                0.000001234 123456.789012345 1000000000000000""".split()
    data = f'{{"n": [{", ".join(numbers)}]}}'
    found = render(run, "{% for n in n %}{{ n }}\n{% endfor %}", data).ok().lines
    assert found == wanted


@pytest.mark.core
def test_lists_and_objects_are_printed_as_json(run):
    rows = [
        ("{{ list }}", '[1.5,"a",null,true,[],{}]'),
        ("{{ object }}", '{"B":1,"a":{"x":[]},"é":"ü"}'),
        ("{{ text }}", r'["\"\\/\b\t\n\f\r\u0001\u001f"]'),
        ("<{{ nothing }}> {{ yes }} {{ no }}", "<> true false"),
        ('{{ "a" }}{{ -1.250 }}{{ true }}{{ null }}', "a-1.25true"),
    ]
    data = {
        "list": [1.5, "a", None, True, [], {}],
        "object": {"é": "ü", "a": {"x": []}, "B": 1},
        "text": ['"\\/\b\t\n\f\r\x01\x1f'],
        "nothing": None,
        "yes": True,
        "no": False,
    }
    assert_renders(run, rows, data)


@pytest.mark.core
def test_the_first_true_condition_chooses_the_part(run):
    template = (
        "{% for n in ns %}{% if n > 2 %}big{% elif n > 1 %}two{% elif n == 1 %}one"
        "{% else %}{% if n == 0 %}zero{% endif %}.{% endif %} {% endfor %}"
    )
    assert render(run, template, {"ns": [3, 2, 1, 0, -5]}).ok().out == "big two one zero. . "


@pytest.mark.core
def test_loops_number_their_turns(run):
    template = (
        "{% for x in xs %}{{ loop.index }}{{ x }}{{ loop.first }}{{ loop.last }} {% endfor %}"
    )
    found = render(run, template, {"xs": ["a", "b", "c"]}).ok().out
    assert found == "1atruefalse 2bfalsefalse 3cfalsetrue "
    assert render(run, template, {"xs": ["a"]}).ok().out == "1atruetrue "


@pytest.mark.core
def test_filters(run):
    rows = [
        ('{{ "Ab c" | upper }}{{ "Ab C"|lower }}', "AB Cab c"),
        ('<{{ " \\t a b\\n" | trim }}>', "<a b>"),
        ("{{ list | length }}{{ object | length }}{{ empty | length }}", "320"),
        ('{{ list | join(", ") }}', 'a, , [1,"b"]'),
        ('{{ gone | default("x") }}{{ nothing | default(list[0]) }}{{ zero | default(1) }}', "xa0"),
        ('{{ list | json }}{{ "q\'" | json }}{{ nothing | json }}', '["a",null,[1,"b"]]"q\'"null'),
        ('{{ gone | default(" a ") | trim | upper | length }}', "1"),
    ]
    data = {"list": ["a", None, [1, "b"]], "object": {"k": 1, "l": 2}, "empty": ""}
    assert_renders(run, rows, {**data, "nothing": None, "zero": 0})


@pytest.mark.core
def test_hyphens_trim_the_text_beside_the_tag(run):
    template = "a \t\r\n{{- 1 -}}\n b {%- if true -%} c {%- endif %} d {#- x -#}\n\n e"
    assert render(run, template).ok().out == "a1bc de"


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_what_counts_as_false(run):
    data = {
        "false": [None, False, 0, 0.0, "", [], {}],
        "true": [True, -1, 0.5, " ", "false", [None], {"": None}],
    }
    template = (
        '{% for x in f["false"] %}{% if x %}wrong {{ loop.index }}{% endif %}{% endfor %}'
        '{% for x in f["true"] %}{% if not x %}wrong {{ loop.index }}{% endif %}{% endfor %}'
        "{% if gone %}wrong{% endif %}{% if gone.there[0] %}wrong{% endif %}right"
    )
    assert render(run, template, {"f": data}).ok().out == "right"


@pytest.mark.functionality
def test_equality_goes_by_type_and_content(run):
    rows = [
        ("{{ 1 == true }}{{ 0 == false }}{{ zero == false }}", "falsefalsefalse"),
        ('{{ "1" == 1 }}{{ "" == null }}{{ null == false }}', "falsefalsefalse"),
        ("{{ gone == null }}{{ gone == away }}{{ gone != null }}", "falsetruetrue"),
        ("{{ ones == trues }}{{ ones == floats }}", "falsetrue"),
        ("{{ object == same }}{{ object == other }}{{ object != other }}", "truefalsetrue"),
        ('{{ 2.0 == 2 }}{{ "a" == \'a\' }}{{ ones != "x" }}', "truetruetrue"),
        ("{{ 1.50 == 1.5 }}{{ -0 == 0 }}", "truetrue"),
    ]
    data = {
        "zero": 0,
        "ones": [1, [1]],
        "trues": [True, [1]],
        "floats": [1.0, [1.0]],
        "object": {"a": 1, "b": []},
        "same": {"b": [], "a": 1.0},
        "other": {"a": 1, "c": []},
    }
    assert_renders(run, rows, data)


@pytest.mark.functionality
def test_strings_are_compared_by_code_points(run):
    rows = [
        ("{{ smile > last }}{{ smile < last }}", "truefalse"),
        ('{{ "B" < "a" }}{{ "a" < "ab" }}{{ "" < "a" }}{{ "a" < "a" }}', "truetruetruefalse"),
        ("{{ 10 > 9 }}{{ 1.5 < 1.25 }}{{ -1 < 0 }}", "truefalsetrue"),
    ]
    assert_renders(run, rows, {"smile": SMILE, "last": "\uffee"})


@pytest.mark.functionality
def test_what_does_not_exist_is_undefined(run):
    missing = """gone gone.x gone[0] list[3] list[-1] list[0.5] list.x list["0"] list[gone]
                 list[true] object.gone object[0] object[gone] text[0] text.length number.x
                 nothing.x object["toString"] loop.index loop.last""".split()
    rows = [(f"{{{{ {path} is defined }}}}", "false") for path in missing]
    rows += [(f"{{{{ {path} is not defined }}}}", "true") for path in missing]
    present = ["list[0]", "list[2.0]", "object.a", 'object["a b"]', 'object[""]', "nothing", "text"]
    rows += [(f"{{{{ {path} is defined }}}}", "true") for path in present]
    data = {
        "list": [1, 2, 3],
        "object": {"a": None, "a b": 1, "": 2},
        "text": "abc",
        "number": 5,
        "nothing": None,
    }
    assert_renders(run, rows, data)


@pytest.mark.functionality
def test_operators_give_true_or_false_and_bind_as_the_grammar_says(run):
    rows = [
        ('{{ "a" and 2 }}{{ "" or 0 }}{{ 0 or "x" }}', "truefalsetrue"),
        ("{{ not 1 == 2 }}{{ not false and false }}", "truefalse"),
        ("{{ true or true and false }}{{ (true or true) and false }}", "truefalse"),
        ('{{ "b" | upper == "B" and "c" | length < 2 }}', "true"),
        ('{{ ("a" == "b") == false }}{{ not not "x" }}', "truetrue"),
    ]
    assert_renders(run, rows)


@pytest.mark.functionality
def test_the_right_side_is_evaluated_only_if_needed(run):
    rows = [
        ("{{ false and gone < 1 }}", "false"),
        ("{{ true or gone < 1 }}", "true"),
        ("{{ x is defined and x > 1 }}", "false"),
        ('{{ 1 and (1 or "a" < 1) }}', "true"),
    ]
    assert_renders(run, rows)


@pytest.mark.functionality
def test_inner_variables_hide_outer_ones_and_end_with_their_loop(run):
    template = (
        "{{ x }}{% for x in xs %}[{{ x }}{% for x in inner %}({{ x }}){% endfor %}{{ x }}]"
        "{% endfor %}{{ x }}"
    )
    data = {"x": "data", "xs": [1, 2], "inner": ["a", "b"]}
    assert render(run, template, data).ok().out == "data[1(a)(b)1][2(a)(b)2]data"


@pytest.mark.functionality
def test_loop_is_that_of_the_innermost_loop(run):
    template = (
        "{% for a in xs %}{{ loop.index }}{{ loop.last }}:"
        "{% for b in ys %}{{ loop.index }}{{ loop.last }},{% endfor %}"
        "{{ loop.index }}{{ loop.last }};{% endfor %}{{ loop.index is defined }}"
    )
    found = render(run, template, {"xs": [0, 0], "ys": [0, 0]}).ok().out
    inner = "1false,2true,"
    assert found == f"1false:{inner}1false;2true:{inner}2true;false"


@pytest.mark.functionality
def test_the_expression_and_else_of_for_see_what_is_around_it(run):
    template = (
        "{% for x in x.items %}{{ x }}{% for x in x.items | default(none) %}!{% else %}"
        "{{ x }}{{ loop.index }}{% endfor %} {% else %}-{% endfor %}"
        "{% for y in none %}{% else %}{{ y }}{{ loop.index is defined }}{% endfor %}"
    )
    data = {"x": {"items": ["a", "b"]}, "none": [], "y": "Y"}
    assert render(run, template, data).ok().out == "aa1 bb2 Yfalse"


@pytest.mark.functionality
def test_keys_come_in_the_order_of_code_points(run):
    data = {SMILE: 1, "b": 2, "10": 3, "\uffee": 4, "9": 5, "B": 6, "é": 7}
    template = "{% for k in o %}{{ k }}{{ o[k] }}{{ loop.last }} {% else %}none{% endfor %}{{ o }}"
    order = ["10", "9", "B", "b", "é", "\uffee", SMILE]
    turns = "".join(f"{key}{data[key]}{'true' if key == SMILE else 'false'} " for key in order)
    printed = ",".join(f'"{key}":{data[key]}' for key in order)
    assert render(run, template, {"o": data}).ok().out == f"{turns}{{{printed}}}"
    assert render(run, template, {"o": {}}).ok().out == "none{}"


@pytest.mark.functionality
def test_strings_may_hold_what_ends_tags(run):
    rows = [
        ("""{{ "}}" }}{{ '-}}' }}{{- "%}" -}}{{ "#}" }}""", "}}-}}%}#}"),
        (r"""{{ "\"\\\'\n\t" | json }}{{ '\'' }}""", r'''"\"\\'\n\t"''' + "'"),
        ("""{% if "%}" == '%}' %}{{ "{{" }}{% endif %}""", "{{"),
        ("{# {{ %} \"#}'", "'"),
        ('{{ "" }}{{ "é' + SMILE + '" }}', f"é{SMILE}"),
    ]
    assert_renders(run, rows)


@pytest.mark.functionality
def test_everything_that_is_no_tag_is_literal(run):
    text = "} }} %} #} { {  { { x } {\u00a0\r\n\t$ \\n &amp; é" + SMILE + " {"
    assert render(run, text).ok().out == text
    assert render(run, "").ok().out == ""


@pytest.mark.functionality
def test_trimming_ends_at_the_next_tag(run):
    rows = [
        ("a {# c #} {{- 1 }}", "a 1"),
        ("{{ 1 -}} {# c #} b", "1 b"),
        ("{{ 1 -}}  {{- 2 }}", "12"),
        ("{{ 1 -}}\u00a0b", "1\u00a0b"),
        ("a {#-#} b", "a b"),
        ("a {#--#} b", "ab"),
        ("a {# - #} b", "a  b"),
        ('{{ " a " -}} {{-" b "}}', " a  b "),
        ("a {{-1}}{{--1}}{{ -1-}} b", "a1-1-1b"),
        ("a{% if true -%} b {%- else -%} c {%- endif %} d", "ab d"),
    ]
    assert_renders(run, rows)


@pytest.mark.functionality
def test_text_filters_count_code_points_and_know_ascii_only(run):
    rows = [
        ("{{ s | length }}", "3"),
        ("{{ s | upper }}{{ sharp | upper }}{{ big | lower }}", f"éA{SMILE}ßÉ"),
        ("<{{ padded | trim }}>", "<\u00a0x\u000b>"),
    ]
    data = {"s": f"éa{SMILE}", "sharp": "ß", "big": "É", "padded": " \r\n\t\u00a0x\u000b \n"}
    assert_renders(run, rows, data)


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_trimming_against_texts_cut_one_by_one(run, seed):
    template, wanted = trimmed_template(seed)
    assert render(run, template).ok().out == wanted


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_conditions_against_an_evaluation_beside_their_making(run, seed):
    rng = random.Random(seed)
    made = [condition(rng, 3) for _ in range(80)]
    rows = [(f"{{% if {text} %}}yes{{% else %}}no{{% endif %}}", truth) for text, truth in made]
    assert_renders(run, [(text, "yes" if truth else "no") for text, truth in rows], DATA)


@pytest.mark.functionality
def test_many_items_are_rendered_in_time(run):
    template = "{% for x in xs %}{{ loop.index }}{% if x.n > 5 %}{{ x.n }}{% endif %}\n{% endfor %}"
    data = {"xs": [{"n": n % 10} for n in range(100_000)]}
    found = render(run, template, data).ok()
    assert found.lines == [f"{n + 1}{n % 10 if n % 10 > 5 else ''}" for n in range(100_000)]


@pytest.mark.functionality
def test_deep_nesting(run):
    template = "{% if true %}{% for x in xs %}" * 25 + "{{ " + "(" * 50 + "x" + ")" * 50 + " }}"
    template += "{% endfor %}{% endif %}" * 25
    assert render(run, template, {"xs": ["deep"]}).ok().out == "deep"


@pytest.mark.functionality
def test_where_data_come_from(run):
    template = '{{ a | default("none") }}'
    files = {"t.txt": template}
    assert run("render", "t.txt", files=files).ok().out == "none"
    assert run("render", "t.txt", "-", stdin='{"a": 1, "a": 2}', files=files).ok().out == "2"
    assert render(run, template, ' \n{"a":"\\u00e9\\ud83d\\ude00"}\n').ok().out == f"é{SMILE}"


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_wrong_command_lines(run):
    files = {"t.txt": "x", "d.json": "{}"}
    for args in [
        [],
        ["paint", "t.txt"],
        ["render"],
        ["render", "t.txt", "d.json", "d.json"],
        ["render", "t.txt", "--frobnicate"],
        ["render", "-x", "t.txt"],
    ]:
        assert_fails(run(*args, files=files), "usage", status=2, case=args)


@pytest.mark.error
def test_files_that_cannot_be_read(run):
    files = {"t.txt": "{{", "latin.txt": b"caf\xe9", "sub/x": ""}
    for args in [["gone.txt"], ["t.txt", "gone.json"], ["latin.txt"], ["sub"]]:
        assert_fails(run("render", *args, files=files), "unreadable", case=args)


@pytest.mark.error
def test_bad_data(run):
    for text in ["", "[1]", '{"a": }', "{} {}", b'{"a": "\xff"}', '{"a": NaN}']:
        assert_fails(render(run, "{{ gone }}", text), "bad-data", case=text)


@pytest.mark.error
def test_tags_that_are_not_of_their_form(run):
    for tag in [
        "{{ a",
        "{% if a",
        "{# a",
        "{{ 01 }}",
        "{{ 'a' 'b' }}",
        r"{{ 'a\x' }}",
        "{{ a == b == c }}",
        "{{ (a) is defined }}",
        "{{ a\u00a0}}",
        "{% dance %}",
        "{{ a | default(1,) }}",
    ]:
        assert_fails(render(run, f"é\n {SMILE}{tag}", {}), "syntax", "2:3", case=tag)


@pytest.mark.error
def test_statements_that_have_no_place_or_no_end(run):
    for template, place in [
        ("a{% endif %}", "1:2"),
        ("{% for x in a %}\n{% elif x %}{% endfor %}", "2:1"),
        ("{% if a %}{% else %}{% else %}{% endif %}", "1:21"),
        ("{% if a %}{% else b %}{% endif %}", "1:11"),
        ("\n{% if a %}", "2:1"),
        ("{% if a %}{% for x in a %}", "1:11"),
        ("{% if a %}{% elif b %}{% else %}", "1:1"),
        ("{% if a %}{{ ? }}", "1:11"),
    ]:
        assert_fails(render(run, template, {}), "syntax", place, case=template)


@pytest.mark.error
def test_faults_of_filters(run):
    for template, code, place in [
        ("{{ a\n | upper\n | sparkle(1, 2) }}", "unknown-filter", "3:4"),
        ("{{ a | upper(1) }}", "arity", "1:8"),
        ("{{ a | default() }}", "arity", "1:8"),
        ("{% if a %}{{ b[c | sparkle] }}{% endif %}", "unknown-filter", "1:20"),
        ("{{ a | default(b | sparkle) | twinkle }}", "unknown-filter", "1:20"),
        ("{{ a | upper(1) }}{{ a | sparkle }}", "arity", "1:8"),
        ("{% for x in a | sparkle %}{% endfor %}{{ a | json(1) }}", "unknown-filter", "1:17"),
    ]:
        assert_fails(render(run, template, {}), code, place, case=template)


@pytest.mark.error
def test_undefined_values(run):
    for template, place in [
        ("ok {{ gone }}", "1:7"),
        ("{{ (gone) }}", "1:4"),
        ("{{ o.x | default(gone) | upper }}", "1:4"),
        ("{% for x in o.gone %}{% endfor %}", "1:13"),
        ("{{ 1 < gone }}", "1:8"),
        ("{{ list | join(gone) }}", "1:16"),
        ('{{ "\N{GRINNING FACE}" }}é\n\n \t{{-   loop.index }}', "3:9"),
    ]:
        assert_fails(
            render(run, template, {"o": {}, "list": [1]}), "undefined", place, case=template
        )


@pytest.mark.error
def test_values_of_the_wrong_type(run):
    for template, place in [
        ("{{ 1 | upper }}", "1:8"),
        ('{{ "ab" | join("") }}', "1:11"),
        ('{{ 1 < "1" }}', "1:6"),
        ("{{ true > false }}", "1:9"),
        ("{{ list\n< list }}", "2:1"),
        ("{% for x in 'abc' %}{% endfor %}", "1:13"),
        ("{% for x in (1) %}{% endfor %}", "1:13"),
    ]:
        assert_fails(render(run, template, {"list": []}), "type", place, case=template)


@pytest.mark.error
def test_the_order_of_faults(run):
    for template, data, code, place in [
        ("{{ a | sparkle }}{% if %}", "", "syntax", "1:18"),
        ("{% if false %}{{ a | sparkle }}{% endif %}", "", "unknown-filter", "1:22"),
        ("{{ gone }}", "", "bad-data", None),
        ("{{ gone }}{{ ? }}", "{}", "syntax", "1:11"),
        ("{{ gone < (1 | upper) }}", "{}", "undefined", "1:4"),
        ("{% if 1 < 2 and 'a' < 1 %}{% elif gone %}{% endif %}", "{}", "type", "1:21"),
    ]:
        assert_fails(render(run, template, data), code, place, case=template)


@pytest.mark.error
def test_nothing_is_printed_before_a_late_fault(run):
    template = "{% for x in xs %}{{ x.n }}\n{% endfor %}"
    data = {"xs": [{"n": 1}] * 5000 + [{}]}
    assert_fails(render(run, template, data), "undefined", "1:21")
