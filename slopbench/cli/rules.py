"""`rules list|show|test`: what verbose code is, and the proof of it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopbench.cli.options import JsonOption
from slopbench.cli.tables import show_table
from slopbench.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from slopbench.quality.rules.laws import Broken
    from slopbench.quality.rules.rule import Rule

app = typer.Typer(
    no_args_is_help=True,
    help="List, read and prove the rules for verbose code.",
    rich_markup_mode=None,
)

RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", metavar="DIR", help="A folder of rules in place of the built-in ones."),
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="NAME", help="Only the rules of a language.")
]


@app.command("list")
def list_rules(
    language: LanguageOption = None, rules: RulesOption = None, as_json: JsonOption = False
) -> None:
    """List the rules.

    \b
    Examples:
      slopbench rules list --language python
      slopbench rules list --json
    """
    from slopbench.quality.rules.rule import load_rule

    found = [summary(load_rule(file)) for file in chosen([], language, rules).values()]
    if as_json:
        typer.echo(json.dumps({"rules": found}))
        return
    columns = ("id", "engine", "title")
    show_table(columns, ([row[column] for column in columns] for row in found))
    typer.echo(f"\n{len(found)} rules")


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Such as python/loop-search-for-any.")],
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a rule finds, why that is redundant, and the shorter form.

    \b
    Examples:
      slopbench rules show python/loop-search-for-any
      slopbench rules show go/bool-double-negation --json
    """
    from slopbench.quality.rules.flags import words_for
    from slopbench.quality.rules.pages import rewrite
    from slopbench.quality.rules.rule import load_rule

    (file,) = chosen([name], None, rules).values()
    rule = load_rule(file)
    if as_json:
        typer.echo(json.dumps({**summary(rule), **details(rule)}))
        return
    engine = f"{rule.engine} {rule.code or ''}".strip()
    typer.echo(f"{rule.id}: {rule.title}\n\n{rule.why.strip()}\n")
    typer.echo("\n".join(rewrite(rule)))
    typer.echo(f"\nfound by {engine}; flagged: {words_for(rule.flags)}")


@app.command()
def test(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Rules to test; all if none is named.")
    ] = None,
    language: LanguageOption = None,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Test that rules find what they show, flag no line too many, and keep behaviour.

    The snippets of the rules are run, so test only rules that you trust. JavaScript needs node.
    The status is 1 if a rule breaks a law, 2 if a file is faulty.

    \b
    Examples:
      slopbench rules test --language go
      slopbench rules test python/loop-search-for-any
      slopbench rules test --rules ./my-rules --json
    """
    from slopbench.quality.rules.laws import broken_laws, written

    tried = [written(file) for file in chosen(names or [], language, rules).values()]
    broken = broken_laws(tried)
    report(broken, len(tried), as_json=as_json)
    if broken:
        raise typer.Exit(ExitCode.FAILED)


def report(broken: "list[Broken]", count: int, *, as_json: bool) -> None:
    """Print the laws that are broken."""
    if as_json:
        faults = [{"rule": each.rule, "law": each.law, "what": each.what} for each in broken]
        typer.echo(json.dumps({"rules": count, "ok": not broken, "broken": faults}))
        return
    for each in broken:
        typer.echo(f"{each.rule}: {each.law}: {each.what}")
    typer.echo(f"{count} rules tested, {len({each.rule for each in broken})} break a law")


def chosen(names: list[str], language: str | None, folder: Path | None) -> dict[str, Path]:
    """The files of the named rules, or of all rules, of a language if one is given.

    Raises UsageError if there is no such rule.
    """
    from slopbench.quality.rules.bundle import own_bundle, rule_files

    bundle = folder or own_bundle()
    known = rule_files(bundle)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            f"there is no rule {unknown[0]!r}", where=str(bundle), mend=nearest(unknown[0], known)
        )
    found = {
        rule: file
        for rule, file in known.items()
        if (not names or rule in names) and language in (None, file.parent.name)
    }
    if not found:
        languages = ", ".join(sorted({file.parent.name for file in known.values()}))
        raise UsageError(
            f"there is no rule for {language}", where=str(bundle), mend=f"name one of: {languages}"
        )
    return found


def nearest(name: str, known: dict[str, Path]) -> str:
    """How to find the rule that was meant."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else "see: slopbench rules list"


def summary(rule: "Rule") -> dict[str, Any]:
    """One rule as `rules list --json` gives it."""
    return {
        "id": rule.id,
        "title": rule.title,
        "language": rule.language,
        "category": rule.category,
        "engine": rule.engine,
        "code": rule.code,
    }


def details(rule: "Rule") -> dict[str, Any]:
    """What `rules show --json` gives beyond that."""
    return {
        "why": rule.why.strip(),
        "flags": list(rule.flags),
        "bad": rule.bad,
        "good": rule.good,
        "calls": list(rule.calls),
    }
