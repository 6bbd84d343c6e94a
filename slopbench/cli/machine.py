"""`doctor` and `clean`: what this machine offers, and what it should be rid of."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from slopbench.cli.options import BenchOption, JsonOption
from slopbench.errors import ExitCode

if TYPE_CHECKING:
    from slopbench.problem.faults import BrokenProblem
    from slopbench.problem.needs import PackageNeed, ToolNeed
    from slopbench.sandbox.diagnosis import Finding

WANTED = {
    "tests": "used by",
    "language": "only for",
    "specification": "named in",
}
"""How a tool comes to be needed, before the first place where it was found."""


def register(app: typer.Typer) -> None:
    app.command()(doctor)
    app.command()(clean)


def doctor(bench: BenchOption = None, as_json: JsonOption = False) -> None:
    """Say what this machine lacks for runs, and the cure.

    With --bench also what the problems in that folder need beside the program: tools, as far as
    commands, tests and specifications show them, and Python packages.

    Exits 0 if a run can start here and the set lacks nothing that its tests need, 3 if not.

    \b
    Examples:
      slopbench doctor
      slopbench doctor --bench my-bench --json
    """
    from slopbench.sandbox.diagnosis import diagnose, usable

    findings = diagnose()
    asked = set_findings(bench) if bench else []
    ready, complete = usable(findings), all(each.level != "missing" for each in asked)
    if as_json:
        import json
        from dataclasses import asdict

        found = [asdict(each) for each in [*findings, *asked]]
        typer.echo(json.dumps({"ok": ready and complete, "findings": found}))
    else:
        show([*findings, *asked])
        typer.echo(conclusion(ready, complete))
    raise typer.Exit(ExitCode.OK if ready and complete else ExitCode.INFRASTRUCTURE)


def conclusion(ready: bool, complete: bool) -> str:
    if not ready:
        return "no run can start here yet"
    if not complete:
        return "a run can start here, but not all of this set works as it is meant"
    return "a run can start here"


def set_findings(bench: Path) -> "list[Finding]":
    """What the problems of a benchmark need, and whether this machine has it."""
    from slopbench.problem.bench import Bench
    from slopbench.problem.needs import package_needs, tool_needs

    place = Bench.locate(bench)
    place.require_problems()
    problems, broken = place.loadable()
    findings = [broken_found(slug, error, bench) for slug, error in broken.items()]
    findings += [tool_found(need) for need in tool_needs(place, problems)]
    packages = package_needs(problems)
    findings += [packages_found(need) for need in packages]
    return findings + uv_found(packages)


def broken_found(slug: str, error: "BrokenProblem", bench: Path) -> "Finding":
    """The first fault of a problem that can't be loaded, and how many more there are."""
    from slopbench.sandbox.diagnosis import Finding

    first, more = error.faults[0], len(error.faults) - 1
    where = f"{first.file.name}: {first.key}" if first.key else first.file.name
    found, mend = f"{where}: {first.what}", first.mend
    if more:
        found += f"; faults beside this one: {more}"
        mend += f"; for all of them: slopbench problems lint --bench {bench}"
    return Finding(f"problem {slug}", "missing", found, mend)


def uv_found(needs: "list[PackageNeed]") -> "list[Finding]":
    """What installs packages, if any are needed; tests can't do without theirs."""
    from slopbench.errors import UsageError
    from slopbench.grade.dependencies.uv import uv_binary
    from slopbench.sandbox.diagnosis import Finding

    if not needs:
        return []
    try:
        return [Finding("uv", "ok", uv_binary())]
    except UsageError as error:
        level = "missing" if any(need.tests for need in needs) else "note"
        return [Finding("uv", level, error.what, error.mend)]


def tool_found(need: "ToolNeed") -> "Finding":
    from slopbench.problem.tools import APT_PACKAGES
    from slopbench.sandbox.diagnosis import tool_finding

    more = f" and {len(need.places) - 1} more" if need.places[1:] else ""
    level = "missing" if need.by == "tests" else "note"
    package = APT_PACKAGES.get(need.tool, "")
    return tool_finding(need.tool, package, level, f"{WANTED[need.by]} {need.places[0]}{more}")


def packages_found(need: "PackageNeed") -> "Finding":
    from slopbench.sandbox.diagnosis import Finding

    parts = []
    if need.tests:
        parts.append(f"tests: {', '.join(need.tests)}")
    if need.program:
        parts.append(f"solutions: {', '.join(need.program)}")
    mend = "give --dependencies registry, or --dependencies with a folder of wheels"
    return Finding(f"packages {need.slug}", "note", "; ".join(parts), mend)


def show(findings: "list[Finding]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colours = {"ok": "green", "note": "yellow", "missing": "red"}
    table = Table.grid(padding=(0, 2))
    for each in findings:
        found = Text(each.found)
        if each.mend:
            found.append(f"\n{each.mend}", "bold")
        table.add_row(Text(each.level, colours[each.level]), Text(each.name), found)
    Console().print(table)


def clean() -> None:
    """Remove what dead runs have left behind, and caches.

    That is containers, control groups and the cache of `score`; what living runs use is left alone.

    \b
    Examples:
      slopbench clean
    """
    from slopbench.errors import SlopbenchError
    from slopbench.sandbox.backends import BACKENDS

    for name, make in BACKENDS.items():
        try:
            removed = make().reap()
        except SlopbenchError as error:
            typer.echo(f"{name}: not looked at ({error})", err=True)
            continue
        typer.echo(f"{name}: {removed} left-overs removed")
    from slopbench.quality.cache import cache_file, empty

    typer.echo(f"cache of score: {empty(cache_file()) / 1e6:.1f} MB removed")
