"""What the rows say together: where each metric began and ended, and how fast it changed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import accumulate

from slopbench.quality.fingerprint import quality_fingerprint
from slopbench.quality.history.repository import Repository
from slopbench.quality.history.walk import Row
from slopbench.stats.slope import Slope, slope

METRICS = ("erosion", "verbosity", "clone_share")
UNITS = {
    "per_100_commits": "per 100 commits",
    "per_year": "per year",
    "per_1000_added_lines": "per 1,000 added lines",
}
_COMMITS, _LINES = 100, 1000
_LEAST_SPAN = 0.1
_YEAR_SECONDS = 365.25 * 24 * 60 * 60


@dataclass(frozen=True)
class Course:
    """Rows of one folder of a repository, the oldest first."""

    repository: Repository
    path: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The name of what was scored."""
        name = self.repository.folder.resolve().name
        inside = self.path.removeprefix(self.repository.prefix).strip("/")
        return f"{name}/{inside}" if inside else name

    def values(self, metric: str) -> list[float | None]:
        """A metric of each row."""
        return [getattr(row, metric) for row in self.rows]

    def ranges(self) -> dict[str, dict[str, float] | None]:
        """Start, end, least and most of each metric; None for one that no row has."""
        return {metric: _range(self.values(metric)) for metric in METRICS}

    def slopes(self) -> dict[str, dict[str, Slope | None]]:
        """The slope of each metric over each unit.

        None where too few rows have both, or where they span less than a tenth of the unit.
        """
        return {
            metric: {unit: self._slope(metric, places) for unit, places in self._axes().items()}
            for metric in METRICS
        }

    def to_json(self) -> dict[str, object]:
        """The course as `history --json` prints it."""
        return {
            "repository": str(self.repository.folder),
            "path": self.path,
            "shallow": self.repository.shallow,
            "commits": [row.to_json() for row in self.rows],
            "ranges": self.ranges(),
            "slopes": {
                metric: {unit: found and asdict(found) for unit, found in slopes.items()}
                for metric, slopes in self.slopes().items()
            },
            "quality_fingerprint": quality_fingerprint(),
        }

    def _axes(self) -> dict[str, list[float | None]]:
        """Where each row lies on the scale of each unit of `UNITS`."""
        numbers = [row.number for row in self.rows]
        dates = [datetime.fromisoformat(row.date).timestamp() for row in self.rows]
        lines = accumulate(row.added_sloc or 0 for row in self.rows)
        scales: tuple[list[float | None], ...] = (
            [None if number is None else number / _COMMITS for number in numbers],
            [seconds / _YEAR_SECONDS for seconds in dates],
            [count / _LINES for count in lines],
        )
        return dict(zip(UNITS, scales, strict=True))

    def _slope(self, metric: str, places: Sequence[float | None]) -> Slope | None:
        points = [
            (x, y)
            for x, y in zip(places, self.values(metric), strict=True)
            if x is not None and y is not None
        ]
        if not points or points[-1][0] - points[0][0] < _LEAST_SPAN:
            return None
        return slope([x for x, _ in points], [y for _, y in points])


def _range(values: Sequence[float | None]) -> dict[str, float] | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {"start": known[0], "end": known[-1], "min": min(known), "max": max(known)}
