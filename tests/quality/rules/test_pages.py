"""docs/rules is what the rules say."""

from pathlib import Path

import pytest

from slopbench.errors import UsageError
from slopbench.quality.rules.bundle import own_bundle
from slopbench.quality.rules.pages import main, pages, write_pages
from slopbench.quality.rules.rule import load_rules

from .conftest import NESTED

DOCS = Path(__file__).parents[3] / "docs" / "rules"


def texts_of(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_the_pages_are_those_of_the_rules():
    expected = pages(load_rules(own_bundle()))
    found = texts_of(DOCS)
    stale = {name for name in expected.keys() | found if expected.get(name) != found.get(name)}
    assert not stale, "run: python -m slopbench.quality.rules.pages docs/rules"


def test_pages_of_rules_that_are_gone_go(make_bundle, tmp_path):
    rules = load_rules(
        make_bundle({"python/branch-nested": NESTED, "go/exc-old": NESTED.partition("calls")[0]})
    )
    folder = tmp_path / "pages"
    write_pages(folder, rules)
    assert set(texts_of(folder)) == {"README.md", "python/branch-nested.md", "go/exc-old.md"}
    write_pages(folder, rules[1:])
    assert set(texts_of(folder)) == {"README.md", "python/branch-nested.md"}
    assert (
        "- [Two nested conditions are one](python/branch-nested.md)"
        in texts_of(folder)["README.md"]
    )


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.md").write_text("years of work")
    with pytest.raises(UsageError, match="holds no pages of rules"):
        write_pages(tmp_path, [])
    assert (tmp_path / "thesis.md").exists()


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_the_command_wants_one_folder(arguments, capsys):
    assert main(arguments) == 2
    assert "one folder" in capsys.readouterr().err
