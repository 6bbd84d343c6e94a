"""The score as a person reads it in a terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slopbench.printable import visible
from slopbench.quality.clone_groups import CloneGroup, Place
from slopbench.quality.difference import Complexified, Difference
from slopbench.quality.facts import Function
from slopbench.quality.part import Numbers, Part
from slopbench.quality.provenance import (
    RuleHotspot,
    frequent_rules,
    heaviest,
    largest_clones,
)
from slopbench.quality.score import Score

if TYPE_CHECKING:
    from slopbench.quality.crosscheck import Agreement

_BAR = 20
_NAMED = 5


def summary(score: Score, hotspots: int) -> RenderableType:
    """The headline, the heaviest places and what to know about them."""
    parts: list[RenderableType] = [_title(score)]
    if score.cause is None:
        part = score.production
        parts += [_headline(part), *_languages(part), *_hotspots(part, hotspots)]
    notes = list(_notes(score))
    return Group(*parts, *([Text(), *notes] if notes else []))


def difference(change: Difference, revision: str) -> RenderableType:
    """The numbers of what was added since a revision, and the functions that became complex."""
    numbers = change.numbers()
    title = Text(f"since {visible(revision)}", style="bold")
    title += Text(f"  {numbers['added_sloc']:,} lines of code added", style="not bold")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_row("verbosity", _share(numbers["verbosity"]), _verbosity_note(numbers))
    table.add_row("clones", _share(numbers["clone_share"]), f"{numbers['clone_sloc']:,} lines")
    for name in ("erosion", "excess"):
        before, after = change.before.headline[name], change.after.headline[name]
        table.add_row(name, _share(after), f"of the whole; it was {_share(before)}")
    return Group(title, table, *_complexified(change.complexified))


def _share(value: object) -> Text:
    return Text(f"{value:.3f}" if isinstance(value, float) else "–", style="bold")


def _complexified(functions: list[Complexified]) -> Iterator[Table]:
    if not functions:
        return
    table = _table("functions made complex", "CC", "before")
    for each in functions:
        where = Text(visible(each.function)) + Text(f"  {visible(each.file)}:{each.line}", "dim")
        before = "new" if each.cc_before is None else str(each.cc_before)
        table.add_row(where, str(each.cc), before)
    yield table


def flagged_table(lines: dict[tuple[str, int], list[str]]) -> RenderableType:
    """Every flagged line and what flagged it; clone N is the N-th largest group."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan")
    table.add_column("\nflagged lines", overflow="fold")
    table.add_column("\nby")
    for (file, line), by in lines.items():
        table.add_row(Text(f"{visible(file)}:{line}"), Text(", ".join(by)))
    return table


def agreement_table(agreements: "dict[str, Agreement]") -> RenderableType:
    """How far other tools agree on cyclomatic complexity, and on which functions they don't."""
    table = _table("cyclomatic complexity beside", "equal", "of", "across 10", "not seen")
    for name, agreement in agreements.items():
        counts = (agreement.equal, agreement.compared, agreement.across_cut, agreement.missing)
        table.add_row(name, *(f"{count:,}" for count in counts))
    lines = [
        Text(f"  {name} {each.theirs}, ours {each.ours}: {visible(each.file)}:{each.line} ")
        + Text(visible(each.function), style="bold")
        for name, agreement in agreements.items()
        for each in agreement.differences
    ]
    return Group(table, *lines)


def scb_table(theirs: Numbers, ours: Numbers) -> RenderableType:
    """The headline of an scb-check beside ours, and what it said."""
    table = _table(f"beside {visible(theirs['program'])} {theirs['version'] or ''}", "its", "ours")
    for name in ("erosion", "verbosity"):
        table.add_row(name, _share(theirs[name]), _share(ours[name]))
    said = theirs["said"]
    assert isinstance(said, list)
    notes = [f"scb-check: {line}" for line in said]
    if theirs["cause"] is not None:
        notes.insert(0, f"no figures of scb-check: {theirs['cause']}")
    return Group(table, *map(_warning, notes))


def _title(score: Score) -> Text:
    part = score.production
    title = Text(visible(score.root.resolve().name or score.root), style="bold")
    if score.cause is not None:
        return title + Text(f"  no score: {score.cause}", style="yellow")
    counts = f"  {len(part.files):,} files, {part.lines_of_code:,} lines of code, "
    return title + Text(f"{counts}{len(part.functions):,} functions", style="not bold")


def _headline(part: Part) -> Table:
    numbers = part.numbers()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    rows = (
        ("erosion", numbers["erosion"], "of the functions' mass has CC over 10"),
        ("excess", numbers["excess"], "of the mass is complexity beyond 10"),
        ("verbosity", numbers["verbosity"], _verbosity_note(numbers)),
        ("clones", numbers["clone_share"], _clone_note(numbers)),
    )
    for name, value, note in rows:
        share = value if isinstance(value, float) else None
        shown = "–" if share is None else f"{share:.3f}"
        bar = Text() if share is None else _bar(share)
        table.add_row(Text(name), Text(shown, style="bold"), bar, Text(note, style="dim"))
    return table


def _languages(part: Part) -> Iterator[Table]:
    """The headline of each language, where there are several."""
    if len(part.languages) < 2:
        return
    table = _table("languages", "files", "lines", "erosion", "verbosity", "clones")
    for name, each in part.languages.items():
        numbers = each.headline
        shares = (_share(numbers[key]) for key in ("erosion", "verbosity", "clone_share"))
        table.add_row(Text(name), f"{len(each.files):,}", f"{each.lines_of_code:,}", *shares)
    yield table


def _verbosity_note(numbers: Numbers) -> str:
    if numbers["verbosity"] is None:
        return f"no number: {visible(str(numbers['verbosity_reason']))}"
    return f"{numbers['flagged_sloc']:,} lines, {numbers['rule_sloc']:,} of them by rules"


def _clone_note(numbers: Numbers) -> str:
    return (
        f"{numbers['clone_sloc']:,} lines are copies, "
        f"{numbers['clone_sloc_verbatim']:,} to the letter"
    )


def _bar(share: float) -> Text:
    filled = round(share * _BAR)
    colour = "green" if filled <= _BAR // 5 else "yellow" if filled <= _BAR // 2 else "red"
    return Text("█" * filled, style=colour) + Text("░" * (_BAR - filled), style="bright_black")


def _hotspots(part: Part, count: int) -> Iterator[RenderableType]:
    functions = heaviest(part.functions, count)
    if functions:
        yield _function_table(functions)
    groups = [group for _, group in largest_clones(part, count)]
    if groups:
        yield _clone_table(groups)
    rules = frequent_rules(part, count)
    if rules:
        yield _rule_table(rules)


def _function_table(functions: list[Function]) -> Table:
    table = _table("heaviest functions", "CC", "lines", "mass")
    for each in functions:
        where = Text(visible(each.name), style="bold") + Text(
            f"  {visible(each.file)}:{each.line}", style="not bold dim"
        )
        style = "red" if each.cc > 10 else ""
        table.add_row(where, Text(str(each.cc), style=style), f"{each.sloc:,}", f"{each.mass:.1f}")
    return table


def _clone_table(groups: list[CloneGroup]) -> Table:
    table = _table("largest clones", "times", "tokens", "lines")
    for group in groups:
        shown = "\n".join(map(_place, group.places[:3]))
        more = len(group.places) - 3
        where = Text(shown + (f"\nand {more:,} more" if more > 0 else ""))
        table.add_row(where, f"{group.occurrences:,}", f"{group.tokens:,}", f"{group.sloc:,}")
    return table


def _rule_table(rules: list[RuleHotspot]) -> Table:
    table = _table("most frequent rules", "times")
    for each in rules:
        where = Text(each.rule) + Text(f"  {visible(each.file)}:{each.line}", style="dim")
        table.add_row(where, f"{each.matches:,}")
    return table


def _place(place: Place) -> str:
    return f"{visible(place.file)}:{place.first_line}-{place.last_line}"


def _table(title: str, *numbers: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan")
    table.add_column("\n" + title, overflow="fold")
    for number in numbers:
        table.add_column("\n" + number, justify="right")
    return table


def _notes(score: Score) -> Iterator[Text]:
    tests = score.tests
    if tests.files:
        yield Text(
            f"tests, scored apart: {len(tests.files):,} files, {tests.lines_of_code:,} lines"
        )
    for unread in score.production.unparsed[:_NAMED]:
        yield _warning(f"doesn't parse: {visible(str(unread['file']))}:{unread['line']}")
    if len(score.production.unparsed) > _NAMED:
        yield _warning(f"doesn't parse: {len(score.production.unparsed) - _NAMED:,} more files")
    for entry in score.excluded[:_NAMED]:
        yield Text(f"left out: {visible(entry.path)} ({entry.reason}, {entry.lines:,} lines)")
    if len(score.excluded) > _NAMED:
        yield Text(f"left out: {len(score.excluded) - _NAMED:,} more")


def _warning(text: str) -> Text:
    return Text(text, style="yellow")
