"""The rows of a history: what a commit scores, what it adds, and why one has no score."""

import pytest

from slopbench.quality.history.revisions import first_parents
from slopbench.quality.history.walk import walk
from slopbench.quality.reading import ALONE, Means
from slopbench.quality.score import score_tree

COMPLEX = "def f(a):\n" + "    if a:\n        a += 1\n" * 12


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files, which is empty again at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield folder
    assert list(folder.iterdir()) == []


def rows_of(work, path="", means=ALONE, heard=lambda row: None):
    repository = work.opened()
    return walk(repository, first_parents(repository, "HEAD"), path, means, heard)


def test_a_row_has_the_numbers_of_a_checkout(work, tmp_path):
    commit = work.commit({"a.py": COMPLEX, "test_a.py": "def test():\n    pass\n"}, subject="one")
    expected = score_tree(work.check_out(commit, tmp_path / "fresh")).to_json()
    (row,) = rows_of(work)
    found = row.to_json()
    assert (row.commit, row.subject, row.number) == (commit, "one", 1)
    assert row.date == "2026-01-01T00:00:00+00:00"
    assert {name: found[name] for name in set(found) & set(expected)}.items() <= expected.items()
    assert (row.sloc, row.functions, row.erosion, row.cause) == (25, 1, 1.0, None)


def test_added_lines_are_those_that_the_scored_row_before_lacks(work):
    sequence = (
        {"a.py": "a = 1\nb = 2\n"},
        {"a.py": "a = 1\nc = 3\n# no code\nd = 4\n"},
        {"README": "no code"},
        {"a.py": "a = 1\nc = 3\nd = 4\n", "e.py": "e = 5\n"},
        {"a.py": "a = 1\nc = 3\nd = 4\n", "e.py": "e = 5\n", "README": "new"},
    )
    for files in sequence:
        work.commit(files)
    rows = rows_of(work)
    assert [row.added_sloc for row in rows] == [None, 2, None, 1, 0]
    assert [row.cause for row in rows] == [None, None, "no_source", None, None]
    assert (rows[2].sloc, rows[2].erosion, rows[2].verbosity) == (None, None, None)


def test_a_folder_that_a_commit_lacks_is_a_gap(work):
    work.commit({"b.py": "b = 1\n"})
    work.commit({"b.py": "b = 1\n", "src/a.py": "a = 1\n"})
    rows = rows_of(work, "src")
    assert [(row.cause, row.sloc) for row in rows] == [("no_such_folder", None), (None, 1)]


def test_a_commit_that_cant_be_scored_is_a_row_with_the_cause(work):
    good = work.commit({"a.py": "a = 1\n"})
    lost = work.commit({"a.py": "lost\n"})
    work.commit({"a.py": "a = 2\n"})
    blob = work.git("rev-parse", f"{lost}:a.py")
    (work.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    first, second, third = rows_of(work)
    assert (first.commit, first.failed, third.failed, third.sloc) == (good, False, False, 1)
    assert second.failed
    assert "missing" in second.cause
    assert (second.sloc, second.files, second.erosion) == (None, None, None)


def test_what_isnt_looked_into_is_noted(work):
    pointer = "version https://git-lfs.github.com/spec/v1\n"
    work.commit({"a.py": pointer, "sub": ("160000", "1" * 40)})
    (row,) = rows_of(work)
    assert [note.split()[0] for note in row.notes] == ["1", "1"]
    assert "submodules" in row.notes[0]
    assert "LFS" in row.notes[1]


def test_the_cache_changes_no_row(work, tmp_path):
    for number in range(3):
        work.commit({"a.py": COMPLEX, "b.py": f"b = {number}\n"})
    cached = Means(tmp_path / "facts.sqlite")
    assert rows_of(work) == rows_of(work, means=cached) == rows_of(work, means=cached)
    assert cached.cache.is_file()


def test_rows_are_heard_one_by_one_and_an_interruption_leaves_nothing(work):
    for number in range(3):
        work.commit({"b.py": f"b = {number}\n"})
    heard = []

    def interrupt(row):
        heard.append(row.number)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rows_of(work, heard=interrupt)
    assert heard == [1, 2]
