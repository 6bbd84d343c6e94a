"""What `slopbench score` shows of a tree, or of a change to it: for a person, a machine, a code host."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from slopbench.quality import provenance
from slopbench.quality.difference import Difference
from slopbench.quality.part import Numbers
from slopbench.quality.sarif import everything, within
from slopbench.quality.sarif import log as sarif_log
from slopbench.quality.score import Score, made_with

if TYPE_CHECKING:
    from rich.console import RenderableType

    from slopbench.quality.crosscheck import Agreement

HOTSPOTS = 5


@dataclass(frozen=True)
class Asked:
    """What is to be shown beside the headline; `hotspots` None is the view's own number."""

    lines: bool
    hotspots: int | None
    cross_check: bool
    scb_check: str | None
    """The scb-check whose figures are shown beside ours: a path or a name on the PATH."""


class View(Protocol):
    """One subject, in each of the forms in which it is shown."""

    def json(self, asked: Asked) -> dict[str, object]:
        """One object with the parts that were asked for."""

    def sarif(self) -> dict[str, Any]:
        """A SARIF log."""

    def rendered(self, asked: Asked) -> "list[RenderableType]":
        """For a terminal."""

    def limited(self) -> Mapping[str, object]:
        """The numbers that limits are about."""


@dataclass(frozen=True)
class WholeView:
    """A tree as it is."""

    score: Score

    def json(self, asked: Asked) -> dict[str, object]:
        part = self.score.production
        answer = self.score.to_json()
        if asked.lines:
            answer |= provenance.flagged(part)
        if asked.hotspots is not None:
            answer["hotspots"] = provenance.hotspots(part, asked.hotspots)
        if asked.cross_check:
            agreements = self._agreements()
            answer["cross_check"] = {tool: each.to_json() for tool, each in agreements.items()}
        if asked.scb_check is not None:
            answer["scb_check"] = self._scb_figures(asked.scb_check)
        return answer

    def sarif(self) -> dict[str, Any]:
        return sarif_log(
            self.score.production, _titles(), PurePosixPath(self.score.root), everything
        )

    def rendered(self, asked: Asked) -> "list[RenderableType]":
        from slopbench.quality import display

        part = self.score.production
        shown = [
            display.summary(self.score, HOTSPOTS if asked.hotspots is None else asked.hotspots)
        ]
        if asked.lines:
            shown.append(display.flagged_table(provenance.flagged_lines(part)))
        if asked.cross_check:
            shown.append(display.agreement_table(self._agreements()))
        if asked.scb_check is not None:
            shown.append(display.scb_table(self._scb_figures(asked.scb_check), part.numbers()))
        return shown

    def limited(self) -> Mapping[str, object]:
        part = self.score.production
        complexities = [function.cc for function in part.functions]
        return {**part.numbers(), "max_cc": max(complexities, default=0 if part.files else None)}

    def _agreements(self) -> "dict[str, Agreement]":
        from slopbench.quality.crosscheck import cross_check

        return cross_check(self.score.root, self.score.production.files)

    def _scb_figures(self, program: str) -> Numbers:
        from slopbench.quality.scb_check import scb_figures

        return scb_figures(self.score.root, program)


@dataclass(frozen=True)
class DifferenceView:
    """What was added to a tree since a revision."""

    score: Score
    revision: str
    difference: Difference

    def json(self, asked: Asked) -> dict[str, object]:
        answer = {"revision": self.revision, **self.difference.numbers()}
        if asked.lines:
            answer["lines"] = [
                {"file": file, "line": line, "by": by}
                for (file, line), by in self.difference.flagged.items()
            ]
        return answer | made_with()

    def sarif(self) -> dict[str, Any]:
        added = {
            (file, row + 1) for file, rows in self.difference.added.items() for row in rows.tolist()
        }
        folder = PurePosixPath(self.score.root)
        return sarif_log(self.score.production, _titles(), folder, within(added))

    def rendered(self, asked: Asked) -> "list[RenderableType]":
        from slopbench.quality import display

        shown = [display.difference(self.difference, self.revision)]
        if asked.lines:
            shown.append(display.flagged_table(self.difference.flagged))
        return shown

    def limited(self) -> Mapping[str, object]:
        numbers = self.difference.numbers()
        return {
            **self.difference.after.numbers(),
            "verbosity": numbers["verbosity"] if numbers["added_sloc"] else 0.0,
            "clone_share": numbers["clone_share"] if numbers["added_sloc"] else 0.0,
            "max_cc": numbers["max_cc"] or 0,
        }


def _titles() -> dict[str, str]:
    from slopbench.quality.rules.titles import titles

    return titles()
