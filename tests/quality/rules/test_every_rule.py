"""Every rule of the bundle keeps every law."""

from itertools import groupby

import pytest

from slopbench.quality.rules.bundle import DIALECTS, own_bundle, rule_files
from slopbench.quality.rules.laws import broken_laws, written

AT_ONCE = 60


def in_batches(files):
    return [files[at : at + AT_ONCE] for at in range(0, len(files), AT_ONCE)]


FILES = list(rule_files(own_bundle()).values())
BATCHES = {
    f"{language}-{number}": batch
    for language, files in groupby(FILES, lambda file: file.parent.name)
    for number, batch in enumerate(in_batches(list(files)))
}


@pytest.mark.parametrize("files", BATCHES.values(), ids=BATCHES)
def test_rules_keep_the_laws(files):
    assert not broken_laws([written(file) for file in files])


@pytest.mark.parametrize(
    ("language", "at_least"),
    [("python", 120), ("javascript", 25), ("go", 25), ("rust", 25), ("java", 25)],
)
def test_a_language_has_as_many_rules_as_promised(language, at_least):
    code = [file for file in FILES if not file.name.startswith("comment-")]
    assert sum(file.parent.name == language for file in code) >= at_least


def test_every_folder_of_rules_is_a_language():
    assert {file.parent.name for file in FILES} <= set(DIALECTS)
