"""An engine that is missing, broken or too slow is an error, never a finding less."""

import stat
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from slopbench.errors import InfrastructureError, LimitError
from slopbench.quality.facts import Finding
from slopbench.quality.rules import process
from slopbench.quality.rules.bundle import matchers
from slopbench.quality.rules.find import MOST_DEEP, find, in_halves
from slopbench.quality.rules.process import EngineDied, Limits
from slopbench.quality.rules.snippet import Snippet
from slopbench.quality.rules.texts import RuleInput, Sheet

from .conftest import NESTED, TWICE

ENGINES = {
    "ruff": ({"python/branch-nested": NESTED}, "python"),
    "ast-grep": ({"javascript/conv-twice": TWICE}, "javascript"),
}
HUGE = "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo '{}'; done"


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def find_with(make_bundle, tmp_path, monkeypatch, engine):
    """find_with(script, limits) → what is found when the engine is a shell script."""
    bundle, dialect = ENGINES[engine]
    rules = matchers(make_bundle(bundle))

    def run(script, limits=None):
        program = tmp_path / "engine"
        program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        for module in ("ast_grep", "ruff"):
            monkeypatch.setattr(f"slopbench.quality.rules.{module}.binary", lambda *_: str(program))
        return find([Snippet(dialect, "a\n").as_input(0)], rules, limits)

    return run


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 7", "status 7"),
        ("echo sorry >&2; exit 9", "sorry"),
        ("kill -9 $$", "signal 9"),
        ("echo '{}'", "can't be read"),
        ("echo 'no JSON'", "can't be read"),
        ("echo '[]'", "can't be read"),
    ],
)
def test_an_engine_that_fails_is_an_error(find_with, engine, script, said):
    with pytest.raises(InfrastructureError, match=f"^{engine}: .*{said}"):
        find_with(script)


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_engine_that_hangs_is_ended_with_all_that_it_started(find_with, tmp_path):
    started = tmp_path / "started"
    with pytest.raises(LimitError, match="took longer than 2 s"):
        find_with(f"sleep 600 & echo $! > {started}; wait", Limits(seconds=2))
    child = int(started.read_text())
    for _ in range(100):
        if not running(child):
            return
        time.sleep(0.05)
    raise AssertionError("what the engine started is still running")


@pytest.mark.parametrize(
    "limits", [Limits(output_bytes=1000, line_bytes=100), Limits(line_bytes=100)]
)
def test_an_engine_that_prints_without_end_is_ended(find_with, limits):
    script = HUGE if limits.output_bytes == 1000 else "head -c 5000 /dev/zero"
    valid = script.replace("{}", '{"filename": "texts/0.py", "name": "invalid-syntax"}')
    with pytest.raises((LimitError, InfrastructureError)):
        find_with(valid, limits)


def test_ast_grep_must_have_read_every_file(make_bundle, tmp_path, monkeypatch):
    program = tmp_path / "engine"
    program.write_text(
        "#!/bin/sh\necho 'sg: summary|file: scannedFileCount=1,skippedFileCount=0' >&2\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr("slopbench.quality.rules.ast_grep.binary", lambda *_: str(program))
    rules = matchers(make_bundle(ENGINES["ast-grep"][0]))
    inputs = [Snippet("javascript", "a\n").as_input(number) for number in range(2)]
    assert find(inputs[:1], rules).by_number == {0: []}
    with pytest.raises(InfrastructureError, match="didn't read 2 files"):
        find(inputs, rules)


def test_an_engine_that_is_not_installed_is_named(monkeypatch):
    def missing(_):
        raise PackageNotFoundError

    monkeypatch.setattr(process, "distribution", missing)
    with pytest.raises(InfrastructureError, match="ast-grep-cli: is not installed"):
        process.binary("ast-grep-cli", "ast-grep")


def test_a_program_that_the_distribution_lacks_is_named():
    with pytest.raises(InfrastructureError, match="ruff: has no program sg"):
        process.binary("ruff", "sg")


@pytest.mark.parametrize("name", ["sg", "ast-grep", "ruff"])
def test_a_program_of_that_name_on_the_path_is_never_started(name, tmp_path, monkeypatch, finder):
    fake = tmp_path / name
    fake.write_text("#!/bin/sh\nexit 0\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = finder({"python/branch-nested": NESTED, "javascript/conv-twice": TWICE})
    assert found("if a:\n    if b:\n        c()\n") == {"python/branch-nested": [(0,)]}
    assert found("a + a;", "javascript") == {"javascript/conv-twice": [(0,)]}


@pytest.mark.parametrize("killers", [[0], [6], [2, 3], list(range(7))])
def test_a_file_that_kills_the_engine_is_unread_and_no_other(killers):
    """Nobody can take a tree out of the score, or look like a broken machine, by one such file."""
    sheets = [Sheet(RuleInput(number, "python", b"", ()), b"", [0]) for number in range(7)]

    def attempt(tried):
        if any(each.file.number in killers and each.text == b"" for each in tried):
            raise EngineDied("was ended by signal 6")
        return [(each.file.number, Finding("a", 0, 0, (0,))) for each in tried]

    answers = in_halves(attempt, sheets)
    assert sorted(number for number, _ in answers) == list(range(7))
    assert [number for number, finding in answers if finding is None] == killers


def test_an_engine_that_dies_of_every_file_is_broken():
    def attempt(_):
        raise EngineDied("was ended by signal 6")

    with pytest.raises(InfrastructureError, match="signal 6"):
        in_halves(attempt, [Sheet(RuleInput(0, "python", b"", ()), b"", [0])])


def test_a_stack_that_overflows_costs_one_file(make_bundle):
    rules = matchers(make_bundle(ENGINES["ruff"][0]))
    nested = b"if a:\n    if b:\n        c()\n"
    texts = [nested, b"x = " + b"[" * 20_000 + b"]" * 20_000, nested]
    found = find([RuleInput(i, "python", text, ()) for i, text in enumerate(texts)], rules)
    assert found.unread == {"ruff": {1}}
    assert [len(found.by_number[number]) for number in range(3)] == [1, 0, 1]


def test_what_is_nested_too_deeply_is_tried_by_no_engine(find_with, engine, make_bundle):
    bundle, dialect = ENGINES[engine]
    deep = RuleInput(0, dialect, b"a\n", (), depth=MOST_DEEP + 1)
    found = find([deep], matchers(make_bundle(bundle)))
    assert (found.by_number, found.unread) == ({0: []}, {engine: {0}})


def test_a_killed_slopbench_leaves_no_engine_behind(tmp_path):
    """Also after SIGKILL, which nothing can be done about in time."""
    told = tmp_path / "pid"
    code = f"""
import sys
from slopbench.quality.rules.process import Command, Limits, output_lines
script = "import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
command = Command("slow", [sys.executable, "-c", script], {str(tmp_path)!r}, frozenset({{0}}))
list(output_lines(command, Limits(600), []))
"""
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        while not (told.exists() and told.read_text()):
            time.sleep(0.05)
        parent.kill()
    engine = int(told.read_text())
    end = time.monotonic() + 30
    while Path(f"/proc/{engine}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{engine}").exists()
