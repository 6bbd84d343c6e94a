"""Making a faulty variant changes one place of a copy, or fails loudly."""

import pytest

from slopbench.errors import ValidationFailed
from slopbench.problem.mutants import Mutant, apply_mutant


def mutant(**changes):
    fields = {"id": "m", "breaks": "a rule", "file": "pkg/a.py", "find": "one", "replace": "two"}
    return Mutant(**{**fields, **changes})


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg/a.py").write_text("x = 'one'\n")
    (folder / "run.sh").write_text("true\n")
    (folder / "run.sh").chmod(0o755)
    return folder


def test_one_place_of_the_copy_is_changed_and_the_reference_is_not(source, tmp_path):
    apply_mutant(source, tmp_path / "target", mutant())
    assert (tmp_path / "target/pkg/a.py").read_text() == "x = 'two'\n"
    assert (source / "pkg/a.py").read_text() == "x = 'one'\n"
    assert (tmp_path / "target/run.sh").stat().st_mode & 0o111


@pytest.mark.parametrize("text, times", [("x = 'none'", 0), ("one one", 2), ("none", 0)])
def test_a_text_that_does_not_occur_once_is_refused(source, tmp_path, text, times):
    (source / "pkg/a.py").write_text(text.replace("none", "zero"))
    with pytest.raises(ValidationFailed, match=f"mutant 'm' replaces occurs {times} times"):
        apply_mutant(source, tmp_path / "target", mutant())
    assert not (tmp_path / "target").exists()


def test_a_missing_file_is_refused(source, tmp_path):
    with pytest.raises(ValidationFailed, match=r"b\.py: the text that mutant 'm'"):
        apply_mutant(source, tmp_path / "target", mutant(file="b.py"))


def test_caches_are_left_out(source, tmp_path):
    (source / "pkg/__pycache__").mkdir()
    (source / "pkg/__pycache__/a.pyc").write_bytes(b"")
    apply_mutant(source, tmp_path / "target", mutant())
    assert not (tmp_path / "target/pkg/__pycache__").exists()


def test_links_are_copied_and_never_followed(source, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("one")
    (source / "link").symlink_to(outside)
    (source / "pkg/b.py").symlink_to(outside / "a.py")
    for file in ("link/a.py", "pkg/b.py"):
        with pytest.raises(ValidationFailed, match="occurs 0 times"):
            apply_mutant(source, tmp_path / "target", mutant(file=file))
    apply_mutant(source, tmp_path / "target", mutant())
    assert (tmp_path / "target/link").is_symlink()
    assert (outside / "a.py").read_text() == "one"


def test_the_replaced_text_may_span_lines(source, tmp_path):
    (source / "pkg/a.py").write_text("if a:\n    one\n")
    apply_mutant(source, tmp_path / "target", mutant(find="if a:\n    one\n", replace=""))
    assert (tmp_path / "target/pkg/a.py").read_text() == ""


def test_a_reference_that_is_read_only_can_be_mutated(source, tmp_path):
    (source / "pkg/a.py").chmod(0o444)
    apply_mutant(source, tmp_path / "target", mutant())
    assert (tmp_path / "target" / "pkg/a.py").stat().st_mode & 0o777 == 0o644
    assert (source / "pkg/a.py").stat().st_mode & 0o777 == 0o444
