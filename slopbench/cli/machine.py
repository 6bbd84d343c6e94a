"""`doctor` and `clean`: what this machine offers, and what it should be rid of."""

from typing import TYPE_CHECKING

import typer

from slopbench.cli.options import JsonOption
from slopbench.errors import ExitCode

if TYPE_CHECKING:
    from slopbench.sandbox.diagnosis import Finding


def register(app: typer.Typer) -> None:
    app.command()(doctor)
    app.command()(clean)


def doctor(as_json: JsonOption = False) -> None:
    """Say what this machine lacks for runs, and the cure.

    Exits 0 if a run can start here, 3 if not.

    \b
    Examples:
      slopbench doctor
      slopbench doctor --json
    """
    from slopbench.sandbox.diagnosis import diagnose, usable

    findings = diagnose()
    ready = usable(findings)
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps({"ok": ready, "findings": [asdict(each) for each in findings]}))
    else:
        show(findings)
        typer.echo("a run can start here" if ready else "no run can start here yet")
    raise typer.Exit(ExitCode.OK if ready else ExitCode.INFRASTRUCTURE)


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
    """Remove what runs that died have left behind.

    That is containers and control groups; what living runs use is left alone.

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
