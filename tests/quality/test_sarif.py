"""The SARIF log: every finding with a rule that the log explains, and a place."""

import json
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from slopbench.quality.facts import Finding
from slopbench.quality.part import Part
from slopbench.quality.sarif import everything, log, within

BODY = "".join(f"    v{n} = h(x, {n}) + y\n" for n in range(12))
FILES = {
    "a b.py": f"def a(x, y):\n{BODY}",
    "c.py": f"def c(x, y):\n{BODY}" + "    if x:\n        y()\n" * 11,
    "d.py": "def d(:\n",
}
FOUND = (Finding("python/loop-append", 1, 2, (2,)),)


@pytest.fixture
def part(facts_of):
    facts = [replace(facts_of(code, file), findings=()) for file, code in FILES.items()]
    return Part((replace(facts[0], findings=FOUND), *facts[1:]))


def made(part, wanted=everything):
    answer = log(part, {"python/loop-append": "A title"}, PurePosixPath("src"), wanted)
    return json.loads(json.dumps(answer))["runs"][0]


def places(results):
    for result in results:
        where = result["locations"][0]["physicalLocation"]
        yield result["ruleId"], where["artifactLocation"]["uri"], where["region"]["startLine"]


def test_each_kind_of_finding_has_its_place(part):
    found = set(places(made(part)["results"]))
    assert {
        ("python/loop-append", "src/a%20b.py", 2),
        ("complex-function", "src/c.py", 1),
        ("syntax-error", "src/d.py", 1),
    } <= found
    assert {uri for rule, uri, _ in found if rule == "clone"} == {"src/a%20b.py", "src/c.py"}


def test_a_clone_names_its_other_places(part):
    clones = [each for each in made(part)["results"] if each["ruleId"] == "clone"]
    for clone in clones:
        assert clone["relatedLocations"]
        assert clone["locations"][0] not in clone["relatedLocations"]


def test_every_rule_of_a_result_is_explained_once(part):
    run = made(part)
    explained = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert explained == sorted({result["ruleId"] for result in run["results"]})


def test_only_what_touches_the_wanted_lines_is_told(part):
    assert set(places(made(part, within({("a b.py", 3)}))["results"])) >= {
        ("python/loop-append", "src/a%20b.py", 2)
    }
    assert made(part, within({("other.py", 1)}))["results"] == []
