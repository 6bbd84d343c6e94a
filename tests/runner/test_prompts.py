"""Prompts: what they say, what they are told apart by, and what a faulty template is told."""

import hashlib

import pytest

from slopbench.errors import UsageError
from slopbench.problem.bench import Bench
from slopbench.runner.prompts import find_prompt, prompt_files

NAMES = ["anti-slop", "just-solve", "plan-first"]


@pytest.fixture
def template(tmp_path):
    """template(text) → the path of a prompt file, as a user gives it."""

    def make(text):
        path = tmp_path / "own.j2"
        path.write_text(text)
        return str(path)

    return make


def test_the_benchmark_has_three_prompts():
    assert set(NAMES) <= set(prompt_files(Bench.locate(None)))


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_shows_the_specification_and_what_is_kept(bench, name):
    text = find_prompt(bench, name).render(spec="Print <1> & {{ x }}.\n", is_continuation=False)
    assert "Print <1> & {{ x }}.\n" in text
    assert "It is empty." in text
    for said in ("current folder", "`.git`", "no network", "names the command"):
        assert said in text
    assert "minutes" not in text


@pytest.mark.parametrize("name", NAMES)
def test_a_continuation_says_that_the_work_is_the_agents_own(bench, name):
    text = find_prompt(bench, name).render(spec="S", is_continuation=True)
    assert "your own work" in text
    assert "It is empty." not in text


@pytest.mark.parametrize("name", NAMES)
def test_a_deadline_is_said_in_minutes(bench, name):
    prompt = find_prompt(bench, name)
    assert "30 minutes" in prompt.render(spec="S", is_continuation=True, deadline_minutes=30.0)
    assert "0.5 minutes" in prompt.render(spec="S", is_continuation=True, deadline_minutes=0.5)


def test_a_prompt_is_told_apart_by_the_hash_of_its_template(bench, template):
    prompt = find_prompt(bench, template("Do: {{ spec }}"))
    assert prompt.name == "own"
    assert prompt.sha256 == hashlib.sha256(b"Do: {{ spec }}").hexdigest()


def test_an_unknown_prompt_gets_near_matches(bench):
    with pytest.raises(UsageError, match="did you mean just-solve"):
        find_prompt(bench, "just-sovle")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ spec", "own.j2:1: is no valid template"),
        ("{{ spec }} {{ sepc }}", "unknown variable 'sepc'; did you mean spec"),
        ("Just do it.", "doesn't show the specification"),
    ],
)
def test_a_faulty_template_is_refused_before_a_run_begins(bench, template, text, words):
    with pytest.raises(UsageError, match=words):
        find_prompt(bench, template(text))


@pytest.mark.parametrize(
    "text",
    ["{{ spec.__class__.__mro__ }}", "{{ spec.missing }}", "{{ spec / 2 }}", "{% include spec %}"],
)
def test_a_template_that_reaches_out_or_fails_is_an_error(bench, template, text):
    prompt = find_prompt(bench, template(text))
    with pytest.raises(UsageError, match="can't be rendered"):
        prompt.render(spec="S", is_continuation=False)


def test_a_missing_file_is_named(bench, tmp_path):
    with pytest.raises(UsageError, match=r"none\.j2: can't be read"):
        find_prompt(bench, str(tmp_path / "none.j2"))


def test_a_build_step_is_told():
    for name in ("just-solve", "plan-first", "anti-slop"):
        prompt = find_prompt(Bench.locate(None), name)
        built = prompt.render(spec="S", is_continuation=False, build="go build -o tool .")
        assert "`go build -o tool .` is run once in this folder" in built
        assert "run once" not in prompt.render(spec="S", is_continuation=False)
