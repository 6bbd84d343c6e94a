"""A score in the Static Analysis Results Interchange Format 2.1.0, which code hosts show at the lines.

Specification: https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from slopbench import __version__
from slopbench.quality.clone_groups import Place
from slopbench.quality.erosion import CUT
from slopbench.quality.facts import FileFacts, Function
from slopbench.quality.part import Part
from slopbench.quality.provenance import clone_groups

COMPLEX, CLONE, UNPARSED = "complex-function", "clone", "syntax-error"
_OWN = {
    COMPLEX: f"A function of a cyclomatic complexity over {CUT}",
    CLONE: "Code that is a copy of other code up to the names",
    UNPARSED: "Code that can't be parsed",
}

_RELATED = 10
"""Other places of a clone that are named beside each, at most."""


Wanted = Callable[[Place], bool]


def everything(_: Place) -> bool:
    """Wants what is found anywhere."""
    return True


def within(lines: Collection[tuple[str, int]]) -> Wanted:
    """Wants what touches one of these lines, which are given by file and number."""

    def wanted(place: Place) -> bool:
        return any(
            (place.file, line) in lines for line in range(place.first_line, place.last_line + 1)
        )

    return wanted


def log(
    part: Part, titles: Mapping[str, str], folder: PurePosixPath, wanted: Wanted
) -> dict[str, Any]:
    """The log of one run: `titles` says what each rule is about, and paths get the folder before them."""
    results = [result.to_json(folder) for result in _results(part) if wanted(result.place)]
    titles = {**titles, **_OWN}
    used = sorted({result["ruleId"] for result in results})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "slopbench",
                        "version": __version__,
                        "rules": [
                            {"id": rule, "shortDescription": {"text": titles[rule]}}
                            for rule in used
                        ],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "results": results,
            }
        ],
    }


@dataclass(frozen=True)
class _Result:
    rule: str
    level: str
    said: str
    place: Place
    related: tuple[Place, ...] = ()

    def to_json(self, folder: PurePosixPath) -> dict[str, Any]:
        return {
            "ruleId": self.rule,
            "level": self.level,
            "message": {"text": self.said},
            "locations": [_location(self.place, folder)],
            "relatedLocations": [_location(place, folder) for place in self.related],
        }


def _results(part: Part) -> Iterator[_Result]:
    """Everything that a part of a tree has to show."""
    for facts in part.files:
        yield from _results_of_file(facts)
    for number, group in clone_groups(part):
        said = f"clone group {number}: {group.tokens} tokens, {group.occurrences} times"
        for place in group.places:
            others = tuple(other for other in group.places[:_RELATED] if other != place)
            yield _Result(CLONE, "note", said, place, others)


def _results_of_file(facts: FileFacts) -> Iterator[_Result]:
    if facts.error_line is not None:
        where = Place(facts.file, facts.error_line, facts.error_line)
        yield _Result(UNPARSED, "warning", "this can't be parsed", where)
    for function in facts.functions:
        if function.cc > CUT:
            yield _result_of_function(function)
    for finding in facts.findings or ():
        where = Place(facts.file, finding.first_row + 1, finding.last_row + 1)
        yield _Result(finding.rule, "note", f"there is a shorter form: {finding.rule}", where)


def _result_of_function(function: Function) -> _Result:
    said = f"{function.name} has a cyclomatic complexity of {function.cc}"
    where = Place(function.file, function.line, function.line)
    return _Result(COMPLEX, "warning", f"{said}, and a mass of {function.mass:.1f}", where)


def _location(place: Place, folder: PurePosixPath) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(str(folder / place.file))},
            "region": {"startLine": place.first_line, "endLine": place.last_line},
        }
    }
