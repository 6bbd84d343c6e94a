"""An installed scb-check: its figures are taken only from a program that finds what a probe holds."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from slopbench.errors import UsageError
from slopbench.quality.scb_check import FIGURES, OUTPUT_BYTES, scb_figures

FOUND = {
    "erosion": 0.25,
    "verbosity": 0.5,
    "files_scanned": 2,
    "total_loc": 40,
    "verbosity_flagged_loc": 20,
    "clone_loc": 12,
    "ast_grep_flagged_loc": 11,
    "total_functions": 4,
    "high_cc_functions": 1,
}
CLEAN = dict.fromkeys(FIGURES, 0) | {"files_scanned": 2, "total_loc": 40, "total_functions": 4}


def prints(report, status=1):
    """Shell code that prints a report and ends with a status."""
    text = report if isinstance(report, str) else json.dumps(report)
    return f"cat <<'END'\n{text}\nEND\nexit {status}"


REPORTS = prints(FOUND)


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """The folder for temporary files; a test must leave it empty."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert not list(folder.iterdir())


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "main.py").write_text("x = 1\n")
    return folder


@pytest.fixture
def install(tmp_path):
    """install(place, code) writes an executable shell script."""

    def write(place, code):
        program = tmp_path / place
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{code}\n")
        program.chmod(0o755)
        return program

    return write


@pytest.fixture
def figures(install, tree):
    """figures(on_tree, probe=…, version=…) are those of a program that runs this shell code."""

    def run(on_tree, *, probe=REPORTS, version="echo 0.1.3", wall_seconds=60.0):
        code = f"case $1 in --version) {version}\nexit;; esac\n"
        code += f'if [ "$4" = {tree} ]; then\n{on_tree}\nelse\n{probe}\nfi'
        program = install("bin/scb-check", code)
        return scb_figures(tree, str(program), wall_seconds=wall_seconds)

    return run


def assert_none(found, cause):
    assert found["cause"] == cause
    assert {found[name] for name in FIGURES} == {None}


def test_status_1_means_that_it_found_something(figures, tmp_path):
    extra = {"cog_erosion": 0.1, "syntax_by_language": {"python": {"tree_count": 2}}}
    assert figures(prints(FOUND | extra)) == {
        "program": str(tmp_path / "bin/scb-check"),
        "version": "0.1.3",
        "cause": None,
        "said": [],
        **FOUND,
    }


def test_zeros_count_after_the_probe_was_found(figures):
    found = figures(prints(CLEAN, status=0))
    assert found["cause"] is None
    assert {name: found[name] for name in FIGURES} == CLEAN


@pytest.mark.parametrize(
    "silent", ["erosion", "verbosity", "clone_loc", "ast_grep_flagged_loc", "high_cc_functions"]
)
def test_a_silent_zero_for_the_probe_takes_all_figures_away(figures, silent):
    found = figures(REPORTS, probe=prints(FOUND | {silent: 0}))
    assert_none(found, "probe_failed")
    assert found["version"] == "0.1.3"
    assert silent in found["said"][-1]


RULES_BY_SG = f"""case $1 in --version) echo 0.1.2; exit;; esac
hits=$(sg scan) || hits=0
echo '{json.dumps(FOUND)}' | sed "s/\\"ast_grep_flagged_loc\\": 11/\\"ast_grep_flagged_loc\\": $hits/"
"""
OTHER_SG = "echo \"sg: group '$1' does not exist\" >&2; exit 1"


@pytest.mark.parametrize(
    "others", [{}, {"system/sg": OTHER_SG}], ids=["missing", "another program"]
)
def test_rules_that_never_ran_are_noticed(install, tree, monkeypatch, others):
    program = install("bin/scb-check", RULES_BY_SG)
    folders = {str(install(place, code).parent) for place, code in others.items()}
    monkeypatch.setenv("PATH", ":".join([*folders, "/bin"]))
    assert_none(scb_figures(tree, str(program)), "probe_failed")


@pytest.mark.parametrize("called", ["bin", "links"])
def test_the_sg_beside_the_program_comes_before_another(install, tree, monkeypatch, called):
    program = install("bin/scb-check", RULES_BY_SG)
    install("bin/sg", "echo 11")
    system = install("system/sg", OTHER_SG).parent
    links = system.parent / "links"
    links.mkdir()
    (links / "scb-check").symlink_to(program)
    monkeypatch.setenv("PATH", f"{system}:{system.parent / called}:/usr/bin:/bin")
    found = scb_figures(tree)
    assert (found["cause"], found["ast_grep_flagged_loc"]) == (None, 11)
    assert found["program"] == str(system.parent / called / "scb-check")


def test_without_an_installed_program_the_figures_are_none(tree, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = scb_figures(tree)
    assert_none(found, "not_installed")
    assert (found["program"], found["version"]) == ("scb-check", None)


@pytest.mark.parametrize("name", ["no-such-program", "./no/such/program", "."])
def test_a_named_program_that_cannot_be_run_is_an_error(tree, name):
    with pytest.raises(UsageError, match="no program that can be run"):
        scb_figures(tree, name)


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="is no folder"):
        scb_figures(tmp_path / "nowhere")


def test_a_program_of_the_measured_code_is_not_found_by_a_relative_path(install, tree, monkeypatch):
    install("tree/scb-check", "touch was-run")
    monkeypatch.chdir(tree)
    monkeypatch.setenv("PATH", ".:")
    assert_none(scb_figures(tree), "not_installed")
    assert not (tree / "was-run").exists()


@pytest.fixture
def survivors(tmp_path):
    """Shell code that starts a process which would live longer, and a function that hears of it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    def heard():
        os.set_blocking(reader, True)
        return os.read(reader, 10)

    yield f"( sleep 5; echo alive >&3 ) 3>{pipe} &", heard
    os.close(reader)


@pytest.mark.parametrize("step", ["version", "probe", "on_tree"])
def test_a_hang_is_ended_with_all_that_it_started(figures, survivors, step):
    start, heard = survivors
    found = figures(**{"on_tree": REPORTS, step: f"{start}\nsleep 60"}, wall_seconds=0.7)
    assert_none(found, "wall_time")
    assert heard() == b""


def test_what_it_leaves_running_is_ended_and_not_waited_for(figures, survivors):
    start, heard = survivors
    assert figures(f"{start}\n{REPORTS}")["erosion"] == FOUND["erosion"]
    assert heard() == b""


GARBAGE = {
    "nothing": "",
    "words": "no slop here",
    "cut": json.dumps(FOUND)[:-1],
    "a word before it": f"warning {json.dumps(FOUND)}",
    "a list": "[]",
    "null": "null",
    "too deep": "[" * 100_000,
    "a figure missing": json.dumps({name: FOUND[name] for name in FIGURES[1:]}),
    "no number": json.dumps(FOUND | {"verbosity": float("nan")}),
    "no share": json.dumps(FOUND | {"verbosity": 1.01}),
    "below nothing": json.dumps(FOUND | {"erosion": -0.1}),
    "a text": json.dumps(FOUND | {"erosion": "0.1"}),
    "a truth": json.dumps(FOUND | {"erosion": True}),
    "a null figure": json.dumps(FOUND | {"erosion": None}),
    "a negative count": json.dumps(FOUND | {"total_loc": -1}),
    "a broken count": json.dumps(FOUND | {"total_loc": 1.5}),
}


@pytest.mark.parametrize("step", ["probe", "on_tree"])
@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_no_report(figures, garbage, step):
    found = figures(**{"on_tree": REPORTS, step: prints(garbage)})
    assert_none(found, "unreadable_report")


def test_bytes_that_are_no_text_are_no_report(figures):
    assert_none(figures(r"printf '\377\376\001'"), "unreadable_report")


@pytest.mark.parametrize("stream", [1, 2])
def test_huge_output_is_cut_off(figures, tmp_path, stream):
    huge = f"head -c {2 * OUTPUT_BYTES} /dev/zero >&{stream} && touch {tmp_path}/all-of-it"
    assert_none(figures(f"{huge}\n{REPORTS}"), "output_limit")
    assert not (tmp_path / "all-of-it").exists()


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (prints(FOUND, status=2), "ended with status 2"),
        (prints(FOUND, status=127), "ended with status 127"),
        ("kill -KILL $$", "ended with status -9"),
    ],
)
@pytest.mark.parametrize("step", ["version", "probe", "on_tree"])
def test_any_other_status_is_a_failure(figures, failure, said, step):
    found = figures(**{"on_tree": REPORTS, step: f"echo no code here >&2\n{failure}"})
    assert_none(found, "failed")
    assert found["said"] == ["no code here", said]


def test_a_traceback_that_ends_with_status_1_gives_no_figures(figures):
    found = figures("echo 'KeyError: 7' >&2; exit 1")
    assert_none(found, "unreadable_report")
    assert found["said"] == ["KeyError: 7"]


def test_a_file_that_is_no_program_is_a_failure(install, tree):
    program = install("bin/scb-check", "")
    program.write_bytes(b"\x7fELF nonsense")
    assert_none(scb_figures(tree, str(program)), "failed")


@pytest.mark.parametrize("version", ["echo dev", "true"])
def test_without_a_version_the_figures_compare_with_nothing(figures, version):
    assert_none(figures(REPORTS, version=version), "unknown_version")


@pytest.mark.parametrize("warning", ["ast-grep returned non-zero", "failed to execute ast-grep"])
def test_rules_that_fail_for_this_tree_alone_are_noticed(figures, warning):
    code = f"printf '\\033[33mwarning\\033[0m {warning}\\n' >&2\n{REPORTS}"
    found = figures(code)
    assert_none(found, "rules_failed")
    assert found["said"] == [f"warning {warning}"]


def test_what_it_says_of_files_stands_beside_the_figures(figures):
    code = f"printf 'failed to parse file=/a/ast-grep/b\\007.py\\n\\n' >&2\n{REPORTS}"
    found = figures(code)
    assert (found["cause"], found["said"]) == (None, [r"failed to parse file=/a/ast-grep/b\x07.py"])


def test_only_the_last_lines_that_it_says_are_kept(figures):
    said = figures(f"seq 1 5000 >&2\n{REPORTS}")["said"]
    assert said == [str(number) for number in range(4981, 5001)]


def test_neither_the_environment_nor_a_configuration_reaches_it(figures, tree, monkeypatch):
    (tree / "scb-check.toml").write_text('exclude = ["*"]\n')
    monkeypatch.chdir(tree)
    monkeypatch.setenv("SCB_CHECK_EXTRA_SLOP_RULES", "rules.yaml")
    monkeypatch.setenv("PYTHONPATH", str(tree))
    code = f"pwd >&2; cat scb-check.toml >&2; echo $HOME >&2; env | cut -d= -f1 >&2\n{REPORTS}"
    place, home, *names = figures(code)["said"]
    assert place == home
    assert not Path(place).is_relative_to(tree)
    assert set(names) <= {"PATH", "HOME", "TMPDIR", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"}
