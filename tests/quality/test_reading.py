"""Reading a tree: in parallel, from the cache, and past engines that give up."""

from dataclasses import replace

import pytest

from slopbench.errors import InfrastructureError, LimitError
from slopbench.quality import reading
from slopbench.quality.codec import encode
from slopbench.quality.files import Scope, find_files
from slopbench.quality.reading import Means, read_files
from slopbench.quality.score import score_tree

CODE = "def f(x):\n    if x:\n        return True\n    else:\n        return False\n"


@pytest.fixture
def files(make_tree):
    tree = make_tree({f"p/m{n}.py": CODE + f"# {n}\n" * n for n in range(9)})
    return find_files(tree, Scope.REPOSITORY).measured


def same(one, other):
    return [encode(facts) for facts in one] == [encode(facts) for facts in other]


def test_several_processes_read_what_one_reads(files, monkeypatch):
    alone = read_files(files, Means())
    monkeypatch.setattr(reading, "WORTH_A_PROCESS", 1)
    assert same(alone, read_files(files, Means(jobs=2)))
    assert [facts.file for facts in alone] == [file.name for file in files]


def test_files_that_are_cached_are_not_read(files, tmp_path_factory, monkeypatch):
    means = Means(cache=tmp_path_factory.mktemp("cache") / "facts.sqlite")
    first = read_files(files, means)
    monkeypatch.setattr(reading, "read", None)
    assert same(first, read_files(files, means))


def test_only_what_changed_is_read(files, tmp_path_factory, monkeypatch):
    means = Means(cache=tmp_path_factory.mktemp("cache") / "facts.sqlite")
    read_files(files, means)
    files[3].path.write_text("x = 1\n")
    seen = []
    real = reading.read
    monkeypatch.setattr(reading, "read", lambda *given: seen.append(given[2]) or real(*given))
    again = read_files(files, means)
    assert seen == [files[3].name]
    assert same(again, read_files(files, Means()))


def test_an_engine_that_gives_up_takes_verbosity_alone_and_is_tried_again(
    make_tree, tmp_path_factory, monkeypatch
):
    means = Means(cache=tmp_path_factory.mktemp("cache") / "facts.sqlite")
    tree = make_tree({"a.py": CODE})

    def give_up(*_, **__):
        raise LimitError("took longer than 60 s", where="ast-grep")

    with monkeypatch.context() as patched:
        patched.setattr(reading, "find", give_up)
        slow = score_tree(tree, means=means).to_json()
    assert (slow["verbosity"], slow["erosion"], slow["clone_sloc"]) == (None, 0, 0)
    assert slow["verbosity_reason"] == "unreadable by ast-grep within its limits: a.py"
    assert score_tree(tree, means=means).to_json()["verbosity"] > 0


def test_a_program_that_changes_its_first_line_while_it_is_read_is_an_error(make_tree):
    tree = make_tree({"tool": "#!/usr/bin/env python3\nx = 1\n"})
    (tree / "tool").chmod(0o755)
    files = find_files(tree, Scope.REPOSITORY).measured
    (tree / "tool").write_text("no program any more\n")
    with pytest.raises(InfrastructureError, match="changed while it was read"):
        read_files(files, Means())


def test_a_file_that_vanishes_is_an_error_that_names_it(files):
    files[0].path.unlink()
    with pytest.raises(InfrastructureError, match=r"m0\.py"):
        read_files([replace(files[0])], Means())
