"""Where everything of a run lies, and how a run directory is made and opened."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from slopbench.errors import InfrastructureError, UsageError
from slopbench.run.artefacts import write_atomically
from slopbench.run.journal import Key
from slopbench.run.plan import Plan


@dataclass(frozen=True)
class RunDirectory:
    """The paths of one run."""

    root: Path

    @property
    def plan_file(self) -> Path:
        return self.root / "run.json"

    @property
    def journal_file(self) -> Path:
        return self.root / "journal.jsonl"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots.git"

    @property
    def table_file(self) -> Path:
        return self.root / "checkpoints.csv"

    def attempt(self, key: Key, number: int) -> Path:
        """The folder of one try at a checkpoint."""
        parts = (key.problem, str(key.sample), str(key.checkpoint), str(number))
        return self.root.joinpath("attempts", *parts)

    @classmethod
    def create(cls, root: Path, plan: Plan) -> "RunDirectory":
        """Make the folder and freeze the plan in it.

        Raises UsageError if something is there already; nothing of that is touched.
        """
        directory = cls(root.absolute())
        try:
            directory.root.mkdir(parents=True, exist_ok=True)
            if any(directory.root.iterdir()):
                raise directory._taken()
            directory.journal_file.touch(exist_ok=False)
        except FileExistsError as error:
            raise directory._taken() from error
        except OSError as error:
            raise UsageError(
                f"can't be made: {error.strerror}",
                where=str(directory.root),
                mend="choose another folder with --out",
            ) from error
        write_atomically(directory.plan_file, plan.to_json())
        return directory

    @classmethod
    def open(cls, root: Path) -> "RunDirectory":
        """An existing run. Raises UsageError if there is none."""
        directory = cls(root.absolute())
        if not (directory.plan_file.is_file() and directory.journal_file.is_file()):
            raise UsageError(
                "is no run: it has no run.json and journal.jsonl",
                where=str(root),
                mend="give the folder that `slopbench run --out` made",
            )
        return directory

    def plan(self) -> Plan:
        """The frozen plan. Raises UsageError if the file isn't one, InfrastructureError if unreadable."""
        try:
            content = self.plan_file.read_bytes()
        except OSError as error:
            raise InfrastructureError(
                f"can't be read: {error.strerror}",
                where=str(self.plan_file),
                mend="make it readable or put it back from a copy",
            ) from error
        return Plan.from_json(content, self.plan_file)

    @property
    def plan_sha256(self) -> str:
        """The hash of run.json as it is now; the journal's first line has the one that counts."""
        return hashlib.sha256(self.plan_file.read_bytes()).hexdigest()

    def _taken(self) -> UsageError:
        if self.plan_file.exists():
            mend = f"choose another --out, or continue it: slopbench resume {self.root}"
            return UsageError("holds another run", where=str(self.root), mend=mend)
        return UsageError("isn't empty", where=str(self.root), mend="choose another --out")
