# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Values in HTML."""

import json
import random
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from cases import assert_fails, render, render_site
from oracles import html_template

HTML = ("--mode", "html")
NASTY = "a&b<c>\"d'"
SMILE = "\N{GRINNING FACE}"
CARD = """\
{% macro tag(text) %}<i title={{ text }}>{{ text }}</i>{% endmacro -%}
<a href="{{ link }}?q={{ query }}">{% call tag(query) %}</a>
<script>show('{{ query }}')</script>{{ note | safe }}
"""


def html(run, template, data=None):
    return render(run, template, data or {}, *HTML).ok().out


def faulty(run, template, code, place, data=None):
    assert_fails(render(run, template, data or {}, *HTML), code, place, case=template)


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example(run):
    data = {"link": "/find", "query": "<a&b>", "note": "<hr>"}
    assert html(run, CARD, data) == (
        '<a href="/find?q=%3Ca%26b%3E"><i title=&#60;a&#38;b&#62;>&lt;a&amp;b&gt;</i></a>\n'
        "<script>show('\\u003ca\\u0026b\\u003e')</script><hr>\n"
    )


@pytest.mark.core
def test_values_in_text_and_quoted_attributes(run):
    template = "{{ x }}<p title=\"{{ x }}\" lang='{{ x }}'>{{ n }}{{ l }}{{ '<' }}</p>"
    found = html(run, template, {"x": NASTY, "n": None, "l": ["<", True]})
    nasty = "a&amp;b&lt;c&gt;&quot;d&#39;"
    assert found == (f"{nasty}<p title=\"{nasty}\" lang='{nasty}'>[&quot;&lt;&quot;,true]&lt;</p>")


@pytest.mark.core
def test_values_in_unquoted_attributes(run):
    found = html(run, "<p a={{ x }} b=x{{ x }}-{{ n }}>", {"x": f"a b=é{SMILE}'", "n": -1.5})
    value = "a&#32;b&#61;&#233;&#128512;&#39;"
    assert found == f"<p a={value} b=x{value}--1.5>"


@pytest.mark.core
def test_values_in_url_attributes(run):
    template = '<a href="{{ u }}">{{ u }}</a><img src="/i/{{ u }}?{{ u }}"><form action={{ u }}>'
    found = html(run, template, {"u": "/a b?c=ü&d='%20#e~"})
    whole, part = "/a%20b?c=%C3%BC&amp;d=&#39;%20#e~", "%2Fa%20b%3Fc%3D%C3%BC%26d%3D%27%2520%23e~"
    bare = "&#47;a&#37;20b&#63;c&#61;&#37;C3&#37;BC&#38;d&#61;&#39;&#37;20&#35;e&#126;"
    text = "/a b?c=ü&amp;d=&#39;%20#e~"
    assert found == (
        f'<a href="{whole}">{text}</a><img src="/i/{part}?{part}"><form action={bare}>'
    )


@pytest.mark.core
def test_urls_with_other_schemes_are_replaced(run):
    urls = [
        ("javascript:alert(1)", "#"),
        ("JavaScript:x", "#"),
        ("data:text/html", "#"),
        ("a+b-c.1:x", "#"),
        ("HTTPS://x/", "HTTPS://x/"),
        ("http:x", "http:x"),
        ("mailto:a@b", "mailto:a@b"),
        ("/x:y", "/x:y"),
        (" javascript:x", "%20javascript:x"),
        ("1a:x", "1a:x"),
        (":x", ":x"),
        ("jävascript:x", "j%C3%A4vascript:x"),
    ]
    template = '{% for u in us %}<a href="{{ u }}"></a>\n{% endfor %}'
    found = html(run, template, {"us": [url for url, _ in urls]})
    assert found.split("\n")[:-1] == [f'<a href="{wanted}"></a>' for _, wanted in urls]


@pytest.mark.core
def test_values_in_script_strings(run):
    template = "<script>f(\"{{ x }}\", '{{ x }}{{ n }}')</script>{{ x }}"
    found = html(run, template, {"x": "</a>\\\"'&\n\u2028é/", "n": 1})
    value = r"\u003c/a\u003e\u005c\u0022\u0027\u0026\u000a\u2028é/"
    text = "&lt;/a&gt;\\&quot;&#39;&amp;\n\u2028é/"
    assert found == f"<script>f(\"{value}\", '{value}1')</script>{text}"


@pytest.mark.core
def test_values_in_styles(run):
    template = '<style>p { color: {{ x }} }</style><p style="width: {{ x }}" STYLE={{ x }}>'
    found = html(run, template, {"x": f"1.5 é{SMILE}}}"})
    value = "1\\2e 5\\20 \\e9 \\1f600 \\7d "
    bare = "".join("&#92;" if c == "\\" else "&#32;" if c == " " else c for c in value)
    assert found == (
        f'<style>p {{ color: {value} }}</style><p style="width: {value}" STYLE={bare}>'
    )


@pytest.mark.core
def test_markup_is_not_escaped_in_text(run):
    template = "{{ x | safe }}{{ x }}<p title=\"{{ x | safe }}\"><script>'{{ x | safe }}'</script>"
    found = html(run, template, {"x": "<b>&"})
    assert found == (
        "<b>&&lt;b&gt;&amp;<p title=\"&lt;b&gt;&amp;\"><script>'\\u003cb\\u003e\\u0026'</script>"
    )


@pytest.mark.core
def test_a_value_without_a_place_is_found_before_rendering(run):
    faulty(run, "x\n{% if false %}<{{ gone }}>{% endif %}", "bad-context", "2:16")


@pytest.mark.core
def test_parts_that_end_in_different_contexts(run):
    template = "<p {% if x %}a=\"{% else %}b='{% endif %}"
    faulty(run, template, "split-context", "1:4")
    faulty(run, '<p a={% for x in xs %}"{% endfor %}', "split-context", "1:6")


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_one_macro_in_different_contexts(run):
    template = (
        "{% macro m(v) %}{{ v }}{% endmacro %}{% call m(x) %}"
        '<a href="/{% call m(x) %}" b=1{% call m(x) %}>'
        "<script>'{% call m(x) %}'</script><style>{% call m(x) %}</style>"
    )
    assert html(run, template, {"x": "a:<"}) == (
        "a:&lt;<a href=\"/a%3A%3C\" b=1a&#58;&#60;><script>'a:\\u003c'</script>"
        "<style>a\\3a \\3c </style>"
    )


@pytest.mark.functionality
def test_contexts_lead_through_files_and_blocks(run):
    templates = {
        "base": '<p {% block a %}title="{{ x }}"{% endblock %}><script>'
        '"{% block s %}{% endblock %}"</script>{% include "part" %}',
        "main": '{% extends "base" %}{% block s %}{% include "part" %}{% endblock %}'
        '{% block a %}{% super %} lang=x{% include "part" %} {% endblock %}',
        "part": "{{ x }}",
    }
    found = render_site(run, templates, {"x": "<"}, *HTML).ok().out
    assert found == ('<p title="&lt;" lang=x&#60; ><script>"\\u003c"</script>&lt;')


@pytest.mark.functionality
def test_the_mark_of_markup_is_passed_on(run):
    templates = {
        "main": "{% macro m(v) %}{{ v }}{{ v | default(1) }}{% for w in ws %}{{ v }}{% endfor %}"
        "{% endmacro %}{% call m(x | safe) %} {% call m((x | safe)) %} {% call m(x) %} "
        '{% include "part" with y = x | safe %} {{ gone | default(x | safe) }}',
        "part": '{{ y }}{% include "deep" %}',
        "deep": "{{ y }}",
    }
    found = render_site(run, templates, {"x": "<b>", "ws": [1]}, *HTML).ok().out
    assert found == "<b><b><b> <b><b><b> &lt;b&gt;&lt;b&gt;&lt;b&gt; <b><b> <b>"


@pytest.mark.functionality
def test_results_of_other_filters_are_not_marked(run):
    template = (
        "{{ x | safe | upper }} {{ x | safe | trim }} {{ x | safe | json }} {{ x | safe | lower }} "
        "{{ xs | join(x | safe) }} {{ one | join(x | safe) }} {{ x | safe | length }} "
        "{{ x | upper | safe }}"
    )
    found = html(run, template, {"x": "<b>", "xs": ["i", "i"], "one": ["<"]})
    b, big = "&lt;b&gt;", "&lt;B&gt;"
    assert found == f"{big} {b} &quot;{b}&quot; {b} i{b}i &lt; 3 <B>"


@pytest.mark.functionality
def test_safe_makes_any_value_into_a_string(run):
    template = (
        '{{ l | safe }}{{ n | safe | length }}{{ nothing | safe | length }}{{ 1.50 | safe == "1.5" }}'
        '{{ "a" | safe == "a" }}{{ "a" | safe < "b" }}{{ nothing | safe == null }}'
        "{% if nothing | safe %}wrong{% endif %}"
    )
    data = {"l": ["<", 1.0], "n": -2.50, "nothing": None}
    wanted = '["<",1]40truetruetruefalse'
    assert html(run, template, data) == wanted
    assert render(run, template, data).ok().out == wanted


@pytest.mark.functionality
def test_in_mode_text_nothing_is_escaped_or_looked_at(run):
    template = '<{{ x }} a={% if x %}"{% endif %}{{ x | safe }}'
    for args in [(), ("--mode", "text"), ("--mode", "html", "--mode", "text")]:
        assert render(run, template, {"x": "<'"}, *args).ok().out == "<<' a=\"<'"


@pytest.mark.functionality
def test_kinds_of_attributes_go_by_their_whole_name(run):
    template = (
        '<a HREF="{{ u }}" data-href="{{ u }}" hrefs="{{ u }}" formaction="{{ u }}" '
        'Src=\'{{ u }}\' styles="{{ u }}" won="{{ u }}" href ="{{ u }}" src= title="{{ u }}">'
    )
    # behind a blank, `=` begins an attribute of its own: the value after it has no place
    faulty(run, template, "bad-context", f"1:{template.index(' =') + 4}")
    template = template.replace(' href ="{{ u }}"', "")
    assert html(run, template, {"u": "a:b"}) == (
        '<a HREF="#" data-href="a:b" hrefs="a:b" formaction="#" '
        'Src=\'#\' styles="a:b" won="a:b" src= title="a:b">'
    )


@pytest.mark.functionality
def test_only_the_beginning_of_an_url_may_have_a_scheme(run):
    template = (
        '<a href="{{ u }}{{ u }}"><a href=" {{ u }}"><a href={{ e }}{{ u }}>'
        '<a href="{% for v in vs %}/{{ v }}{% endfor %}">'
    )
    # a loop in the beginning of an URL would end in another context than it began in
    faulty(run, template, "split-context", f"1:{template.index('{% for') + 1}")
    template = template.replace('href="{% for', 'href="/{% for')
    assert html(run, template, {"u": "x:/", "e": "", "vs": ["a", "b"]}) == (
        '<a href="#x%3A%2F"><a href=" x%3A%2F"><a href=x&#37;3A&#37;2F><a href="//a/b">'
    )


@pytest.mark.functionality
def test_script_and_style_go_by_their_whole_name_and_end_with_any_closing_tag(run):
    template = (
        "<scripts>'{{ x }}'</scripts><SCRIPT a='{{ x }}'>'</b>{{ x }}'+\"{{ x }}\"<!-- '\\'{{ x }}'"
        "<</x>{{ x }}<style/>{{ x }}<b></STYLE>{{ x }}<style>'</i>{{ x }}"
    )
    assert html(run, template, {"x": "<"}) == (
        "<scripts>'&lt;'</scripts><SCRIPT a='&lt;'>'</b>\\u003c'+\"\\u003c\"<!-- '\\'\\u003c'"
        "<</x>&lt;<style/>\\3c <b></STYLE>&lt;<style>'</i>&lt;"
    )


@pytest.mark.functionality
def test_contexts_follow_the_trimmed_text(run):
    template = "<p a= {{- x }} b={{ x -}} >{{ x }}<{#- -#} p> {{ x }}"
    assert html(run, template, {"x": "'"}) == "<p a=&#39; b=&#39;>&#39;<p> &#39;"


@pytest.mark.functionality
def test_parts_that_end_in_one_context_are_fine(run):
    template = (
        '<p {% if x %}class="{{ x }}"{% endif %}>'
        '<p class="{% for c in cs %}{{ c }} {% else %}none{% endfor %}">'
        "{% for c in cs %}<b>{{ c }}</b>{% endfor %}"
        '{% if x %}<a href="{{ x }}{% elif y %}<a href="/{% else %}<A HREF="#{% endif %}">'
        "<script>{% if x %}'{{ x }}'{% else %}null{% endif %}</script>"
        "<p a{% if y %}b{% else %}B{% endif %}>"
    )
    assert html(run, template, {"x": "<", "y": 0, "cs": ["&", "é"]}) == (
        '<p class="&lt;"><p class="&amp; é "><b>&amp;</b><b>é</b>'
        "<a href=\"%3C\"><script>'\\u003c'</script><p aB>"
    )


@pytest.mark.functionality
def test_the_output_may_end_anywhere_and_begins_in_text(run):
    templates = {"main": '{{ x }}<a {% include "part" %}', "part": 'b="{{ x }}" '}
    assert render_site(run, templates, {"x": "'"}, *HTML).ok().out == '&#39;<a b="&#39;" '
    assert render_site(run, templates, {"x": "'"}, *HTML, name="part").ok().out == 'b="&#39;" '
    assert html(run, "<a href=") == "<a href="


@pytest.mark.functionality
def test_what_no_rendering_can_reach_is_not_looked_at(run):
    templates = {
        "base": "{% macro m() %}<{{ x }}{% endmacro %}{% block a %}<{{ x }}{% endblock %}",
        "main": '{% extends "base" %}{% import "lib" as l %}{% block a %}{{ x }}{% endblock %}'
        "{% block b %}<{{ x }}{% endblock %}",
        "lib": "<{{ x }}{% macro n() %}<{{ x }}{% endmacro %}",
    }
    assert render_site(run, templates, {"x": "<"}, *HTML).ok().out == "&lt;"


@pytest.mark.functionality
def test_macros_that_call_themselves_in_html(run):
    template = (
        "{% macro m(n) %}<i title='{% call o(n) %}'>{{ n.v }}{% if n.next %}{% call m(n.next) %}"
        "{% endif %}</i>{% endmacro %}{% macro o(n) %}{{ n.v }}{% if n.next %}{% call o(n.next) %}"
        "{% endif %}{% endmacro %}{% call m(list) %}"
    )
    found = html(run, template, {"list": {"v": "<", "next": {"v": "'"}}})
    assert found == "<i title='&lt;&#39;'>&lt;<i title='&#39;'>&#39;</i></i>"


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(4))
def test_contexts_against_a_reader_of_another_make(run, seed):
    values = {"v": "a b", "w": f"<&>\"'\\/=é{SMILE}", "j": "x:y", "e": "", "u": "/a?b=c d%"}
    template, wanted, places = html_template(seed, values)
    assert len(places) >= 7, places
    assert html(run, template, values) == wanted


class Collected(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs]

    def handle_data(self, data):
        self.found.append(data)


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_a_reader_of_html_gets_the_values_back(run, seed):
    rng = random.Random(seed)
    chars = "abc &<>\"'\\/=`:;?#%{}()é\u00a0" + SMILE
    values = ["x" + "".join(rng.choices(chars, k=rng.randint(1, 12))) for _ in range(25)]
    # a blank in front keeps the value from being read as an URL's beginning
    template = (
        '{% for v in vs %}<p a="{{ v }}" b=\'{{ v }}\' c={{ v }} href="?{{ v }}" '
        'style="_{{ v }}">{{ v }}</p><script>"{{ v }}"</script>{% endfor %}'
    )
    found = iter(Collected(html(run, template, {"vs": values})).found)
    for value in values:
        a, b, c, href, style, text, script = (next(found) for _ in range(7))
        style = re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), style)
        read = [a, b, c, unquote(href[1:]), style[1:], text, json.loads(script)]
        assert read == [value] * 7


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_modes_that_do_not_exist(run):
    for args in [("--mode",), ("--mode", "HTML"), ("--mode", "")]:
        assert_fails(render(run, "x", {}, *args), "usage", status=2, case=args)


@pytest.mark.error
def test_values_have_no_place(run):
    for before, after in [
        ("a<", ">"),
        ("</p", ">"),
        ("<!-- ", " -->"),
        ("<b ", ">"),
        ("<b a", "=1>"),
        ('<b onclick="', '">'),
        ("<script>", "</script>"),
        ("<script>'\\", "'</script>"),
        ("<style><", "</style>"),
    ]:
        template = f"{before}{{{{ x }}}}{after}"
        faulty(run, template, "bad-context", f"1:{len(before) + 1}", {"x": "y"})


@pytest.mark.error
def test_split_contexts(run):
    for template, place in [
        ("<p{% if x %} {% endif %}>", "1:3"),
        ('<p {% if x %}href="{% else %}src="x{% endif %}', "1:4"),
        ('<p {% if x %}href="{% elif y %}title="{% else %}src="{% endif %}', "1:4"),
        ("<{% if x %}b{% else %}script{% endif %} >", "1:2"),
        ("{% if x %}<b {% else %}<script {% endif %}", "1:1"),
        ("<p {% for x in xs %}{% else %}a{% endfor %}", "1:4"),
        ('<p href="{% if x %}{{ x }}{% endif %}', "1:10"),
        ("<p {% block a %}a='{% endblock %}", "1:4"),
        ("{% macro m() %}'{% endmacro %}<script>{% call m() %}", "1:39"),
        ("{% if true %}{% for x in xs %}<{% endfor %}{% else %}<{{ x }}{% endif %}", "1:14"),
    ]:
        faulty(run, template, "split-context", place)


@pytest.mark.error
def test_splits_at_the_tags_that_lead_to_other_files(run):
    base = "<p {% block a %}{% endblock %}>\n{% block b %}{% endblock %}"
    lib = "{% macro m() %}<b {% endmacro %}"
    for text, place, trail in [
        ("{% block a %}x='{% endblock %}", "base:1:4", []),
        ("{% block b %}{% block c %}<{% endblock %}{% endblock %}", "main:1:34", []),
        ('{% block b %}{% include "open" %}{% endblock %}', "main:1:34", []),
        ('{% block b %}{% include "more" %}{% endblock %}', "more:1:2", ["main:1:34"]),
        ('{% import "lib" as l %}{% block b %}{% call l.m() %}{% endblock %}', "main:1:58", []),
    ]:
        templates = {
            "main": '{% extends "base" %} ' + text,
            "base": base,
            "lib": lib,
            "open": "<p",
            "more": ' {% include "open" %}>',
        }
        if text.startswith("{% block b"):
            place = place.replace("1:34", f"1:{22 + text.index('}') + 1}")
        found = render_site(run, templates, {}, *HTML)
        trail = [step.replace("1:34", f"1:{22 + text.index('}') + 1}") for step in trail]
        assert_fails(found, "split-context", place, trail, case=text)


@pytest.mark.error
def test_super_that_ends_elsewhere(run):
    templates = {
        "base": "{% block a %}<{% endblock %}",
        "main": '{% extends "base" %}{% block a %}{% super %}p>{% endblock %}',
    }
    assert_fails(render_site(run, templates, {}, *HTML), "split-context", "main:1:34")


@pytest.mark.error
def test_context_faults_tell_the_includes_and_calls(run):
    templates = {
        "base": "{% block a %}{% endblock %}",
        "main": '{% extends "base" %}{% block a %}\n<p {% include "part" %}>{% endblock %}',
        "part": "{% macro m() %} {{ x }}{% endmacro %}a='{% call m() %}'{% call m() %}",
    }
    found = render_site(run, templates, {}, *HTML)
    assert_fails(found, "bad-context", "part:1:17", ["part:1:56", "main:2:4"])


@pytest.mark.error
def test_calls_within_names(run):
    template = "{% macro m() %}{% endmacro %}"
    for text in ["<b{% call m() %}>", "<b a{% call m() %}>"]:
        faulty(run, template + text, "bad-context", f"1:{30 + text.index('{')}")
    assert html(run, template + "<{% call m() %}b {% call m() %}>") == "<b >"


@pytest.mark.error
def test_the_first_fault_in_the_order_of_rendering_is_reported(run):
    templates = {
        "base": '{% block a %}{% endblock %}<{{ 1 }}{% include "part" %}',
        "main": '{% extends "base" %}{% block b %}<{{ 2 }}{% endblock %}'
        "{% block a %}\n{% if gone %}a{% else %}<{% endif %}{% endblock %}",
        "part": "{{ 3 }}",
    }
    assert_fails(render_site(run, templates, {}, *HTML), "split-context", "main:2:1")
    templates["main"] = '{% extends "base" %}'
    assert_fails(render_site(run, templates, {}, *HTML), "bad-context", "base:1:29")


@pytest.mark.error
def test_context_faults_come_between_those_of_macros_and_of_data(run):
    for template, data, code, place in [
        ("<{{ x }}{% if false %}{% call m() %}{% endif %}", "{}", "unknown-macro", "1:23"),
        ("{{ x }}", "[]", "bad-data", None),
        ("{{ gone }}<{{ x }}", "{}", "bad-context", "1:12"),
    ]:
        assert_fails(render(run, template, data, *HTML), code, place, case=template)
