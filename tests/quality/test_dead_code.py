"""Dead code: what vulture finds with a confidence of 80 % or more in all files together."""

from dataclasses import replace

import pytest
from vulture import Vulture

from slopbench.quality.dead import CONFIDENCE, dead_lines, look


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import os\n", 1),
        ("import os\nprint(os.sep)\n", 0),
        ("from a import (\n    b,\n    c,\n)\nb()\n", 4),
        ("def f():\n    return 1\n    print(2)\n\n    print(3)\n", 2),
        ("def f():\n    return 1\n    # why\n", 0),
        ("def f(unused):\n    return 1\n", 1),
        ("def never_called():\n    return 1\n", 0),
        ("import os  # noqa\n", 1),
    ],
)
def test_lines_that_nothing_reaches_or_uses(facts_of, code, lines):
    from slopbench.quality.source import blanked

    facts = facts_of(code)
    text = blanked(code.encode(), facts.comments.tolist()).decode()
    assert dead_lines([replace(facts, dead_code=look(text, "main.py"))]) == lines


def test_a_name_that_another_file_uses_is_not_dead(facts_of):
    one, two = "from b import x\n", "import a\nprint(a.x)\n"
    files = [replace(facts_of(code), dead_code=look(code, "main.py")) for code in (one, two)]
    assert dead_lines(files) == 0


@pytest.mark.parametrize("code", ["def f(:\n", "x = 1\0\n", "(" * 5000, "-" * 100000 + "1"])
def test_what_vulture_cannot_read_has_no_answer(facts_of, code):
    assert look(code, "main.py") is None
    assert dead_lines([replace(facts_of(code), dead_code=look(code, "main.py"))]) is None


def test_the_answer_is_that_of_one_run_over_all_files(facts_of):
    import json.decoder
    import json.encoder
    from pathlib import Path

    paths = [Path(module.__file__) for module in (json, json.decoder, json.encoder)]
    vulture = Vulture()
    facts = []
    for path in paths:
        code = path.read_text() + "\nimport os\ndef f(spare):\n    return 0\n    print(1)\n"
        vulture.scan(code, path)
        facts.append(replace(facts_of(code, path.name), dead_code=look(code, path.name)))
    found = vulture.get_unused_code(CONFIDENCE)
    assert len(found) >= 6
    assert dead_lines(facts) == sum(item.size for item in found)
