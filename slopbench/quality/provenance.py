"""Where the numbers come from: every flagged line with what flagged it, and the heaviest places."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from heapq import nsmallest

from slopbench.quality.clone_groups import CloneGroup, CloneGroups
from slopbench.quality.facts import FileFacts, Finding, Function
from slopbench.quality.part import Part


@dataclass(frozen=True)
class RuleHotspot:
    """A rule with the number of its matches, and the first of them."""

    rule: str
    matches: int
    file: str
    line: int


def clone_groups(part: Part) -> Iterator[tuple[int, CloneGroup]]:
    """All groups of clones with their numbers, those with the most lines first in each language."""
    for first, groups in _numbered(part):
        yield from enumerate(groups, first)


def flagged_lines(part: Part) -> dict[tuple[str, int], list[str]]:
    """Each flagged line, by file and number, and what flagged it: ids of rules, and `clone N` for
    the N-th group of clones."""
    found: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for facts in part.files:
        for row, rules in _rules_by_row(facts).items():
            found[facts.file, row + 1] += sorted(rules)
    for first, groups in _numbered(part):
        for file, line, numbers in groups.by_line():
            found[file, line] += [f"clone {first + number}" for number in numbers]
    return dict(sorted(found.items()))


def flagged(part: Part) -> dict[str, object]:
    """The flagged lines, and the clone groups that they name."""
    return {
        "lines": [
            {"file": file, "line": line, "by": by}
            for (file, line), by in flagged_lines(part).items()
        ],
        "clone_groups": [_shown(*numbered) for numbered in clone_groups(part)],
    }


def hotspots(part: Part, count: int) -> dict[str, object]:
    """The heaviest functions, the largest clone groups and the most frequent rules."""
    return {
        "functions": [
            {**_without_digest(function), "mass": function.mass}
            for function in heaviest(part.functions, count)
        ],
        "clones": [_shown(*numbered) for numbered in largest_clones(part, count)],
        "rules": [asdict(hotspot) for hotspot in frequent_rules(part, count)],
    }


def heaviest(functions: Sequence[Function], count: int) -> list[Function]:
    """The functions of the largest mass."""
    return nsmallest(count, functions, key=lambda each: (-each.mass, each.file, each.line))


def largest_clones(part: Part, count: int) -> list[tuple[int, CloneGroup]]:
    """The largest clone groups with their numbers, without those that lie wholly in larger ones."""
    chosen = [
        (first + number, groups[number])
        for first, groups in _numbered(part)
        for number in groups.largest(count)
    ]
    return nsmallest(count, chosen, key=lambda each: (-each[1].sloc, each[0]))


def frequent_rules(part: Part, count: int) -> list[RuleHotspot]:
    """The rules for code with the most matches, each with its first place."""
    matches: Counter[str] = Counter()
    first: dict[str, tuple[str, int]] = {}
    for facts in part.files:
        for finding in facts.findings or ():
            if finding.flags_code:
                matches[finding.rule] += 1
                first.setdefault(finding.rule, (facts.file, finding.first_row + 1))
    frequent = nsmallest(count, matches.items(), key=lambda each: (-each[1], each[0]))
    return [RuleHotspot(rule, number, *first[rule]) for rule, number in frequent]


def _numbered(part: Part) -> Iterator[tuple[int, CloneGroups]]:
    """The groups of each language, with the number of the first one."""
    first = 1
    for clones in part.clones:
        yield first, clones.groups
        first += len(clones.groups)


def _rules_by_row(facts: FileFacts) -> dict[int, set[str]]:
    """The rules that flag each row with code."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    code = set(facts.sloc_rows.tolist())
    for finding in facts.findings or ():
        for row in _rows_of_code(finding, code):
            found[row].add(finding.rule)
    return found


def _rows_of_code(finding: Finding, code: set[int]) -> set[int]:
    return code.intersection(finding.rows) if finding.flags_code else set()


def _without_digest(function: Function) -> dict[str, object]:
    return {name: value for name, value in asdict(function).items() if name != "digest"}


def _shown(number: int, group: CloneGroup) -> dict[str, object]:
    return {"group": number, **asdict(group)}
