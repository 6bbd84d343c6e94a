"""docs/run-directory.md says what the code does."""

import re
from pathlib import Path

from slopbench.run.failures import FAILURES
from slopbench.run.journal import Event, Journal, Key

PAGE = (Path(__file__).parents[2] / "docs" / "run-directory.md").read_text()


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_table_of_causes_is_the_failure_table() -> None:
    yes = {True: "yes", False: "no"}
    assert rows("Causes") == [
        [cause, row.meaning, yes[row.retry], yes[row.grade], row.counts_as.value]
        for cause, row in FAILURES.items()
    ]


def test_every_event_is_documented() -> None:
    assert [row[0] for row in rows("journal.jsonl")] == [event.value for event in Event]


def test_the_documented_check_of_a_line_accepts_a_journal(tmp_path, monkeypatch) -> None:
    with Journal(tmp_path / "journal.jsonl", lambda entry: None) as journal:
        journal.append(Event.PHASE_STARTED, Key("alpha", 1, 1), 1, {"phase": "agent"})
    (code,) = re.findall(r"```python\n(.*?)```", section("journal.jsonl"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
