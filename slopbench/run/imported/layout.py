"""What a recorded SlopCodeBench run was to do: its problems, and their checkpoints in order."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slopbench.printable import visible
from slopbench.run.imported.parsing import Unusable, as_text, parsed_yaml
from slopbench.run.imported.source import Refused, SourceFolder, TooLarge, refused

SETTINGS_BYTES = 4 << 20
PROBLEM_FILES = ("problem.yaml", "run_info.yaml")
RESULT_FILES = ("evaluation.json", "inference_result.json")
SNAPSHOT = "snapshot"
PROBLEM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
CHECKPOINT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
NUMBERED = re.compile(r"checkpoint_([1-9]\d{0,3})")
MOST_CHECKPOINTS = 1000


@dataclass(frozen=True)
class RecordedProblem:
    """A problem that was planned: the names of its checkpoints in order, and its version there.

    `present` are the checkpoints that have a folder; without a folder of its own it has none.
    """

    slug: str
    checkpoints: tuple[str, ...]
    version: str | None = None
    present: frozenset[str] = frozenset()

    @property
    def identity(self) -> str:
        """A hash (hex) that tells this problem from others and from other versions of it."""
        words = "\n".join((self.slug, self.version or "?", *self.checkpoints))
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass
class Layout:
    """What was planned, and one line for everything in the folder that is odd."""

    problems: list[RecordedProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_layout(
    run: SourceFolder, named: Sequence[str], known: Mapping[str, Sequence[str]] | None
) -> Layout:
    """The plan of a recorded run.

    `named` are the problems that the run's own settings name, `known` the checkpoints of each
    problem of the set that a user gave. Raises Refused where the folder contradicts itself or them.
    """
    layout = Layout()
    folders = run.folders()
    for name in folders:
        with run.folder(name) as folder:
            if name in named or is_problem(folder):
                layout.problems.append(read_problem(folder, name, known, layout.notes))
            else:
                layout.notes.append(f"{visible(name)}: left alone, it is no problem")
    missing = [name for name in (named or known or ()) if name not in folders]
    layout.problems += [absent(run, name, known) for name in missing]
    layout.problems.sort(key=lambda problem: problem.slug)
    if not layout.problems:
        what = "is no recorded run: it holds no problem"
        raise refused(run.shown, what, "give the folder of a whole run")
    return layout


def is_problem(folder: SourceFolder) -> bool:
    """Whether a folder of a run holds a problem."""
    return any(NUMBERED.fullmatch(name) for name in folder.folders()) or any(
        has_file(folder, name) for name in PROBLEM_FILES
    )


def has_file(folder: SourceFolder, name: str) -> bool:
    """Whether there is a regular file of this name. Raises Refused if it is something else."""
    stream = folder.stream(name)
    if stream is not None:
        stream.close()
    return stream is not None


def read_problem(
    folder: SourceFolder, slug: str, known: Mapping[str, Sequence[str]] | None, notes: list[str]
) -> RecordedProblem:
    """One problem of a run. Raises Refused for names that lead elsewhere and for surplus folders."""
    if not PROBLEM_NAME.fullmatch(slug):
        raise refused(folder.shown, "has a name that no problem has")
    settings = settings_of(folder, "problem.yaml") or {}
    names = recorded_names(folder, settings)
    if known is not None:
        names = agreed(folder, names, known.get(slug))
    present = folder.folders()
    if names is None:
        names = numbered(folder, present)
        notes.append(f"{slug}: its checkpoints were counted by their folders, {len(names)} of them")
    notes += left_alone(folder, slug, set(present) - set(names))
    return RecordedProblem(
        slug, tuple(names), as_text(settings.get("version")), frozenset(present) & set(names)
    )


def settings_of(folder: SourceFolder, name: str) -> dict[str, Any] | None:
    """A YAML file of a run, None if it isn't there. Raises Refused if it can't be used."""
    try:
        content = folder.file(name, SETTINGS_BYTES)
        return None if content is None else parsed_yaml(content)
    except (Unusable, TooLarge) as error:
        raise refused(folder.shown / name, str(error)) from error


def recorded_names(folder: SourceFolder, settings: Mapping[str, Any]) -> list[str] | None:
    """The checkpoints that the run itself says were planned, in order; None if it doesn't."""
    found = settings.get("checkpoints")
    if isinstance(found, list):
        return checked(folder, found)
    if isinstance(found, dict):
        return in_order(folder, checked(folder, found), found)
    summary = (settings_of(folder, "run_info.yaml") or {}).get("summary")
    states = summary.get("checkpoints") if isinstance(summary, dict) else None
    if isinstance(states, dict):
        return in_order(folder, checked(folder, states), {})
    return None


def checked(folder: SourceFolder, names: Iterable[object]) -> list[str]:
    """The names of checkpoints, none of which can lead out of the folder or comes twice."""
    given = list(names)
    found = [name for name in given if isinstance(name, str) and CHECKPOINT_NAME.fullmatch(name)]
    total = len(given)
    if len(found) < total:
        raise refused(folder.shown, "names a checkpoint as no checkpoint is named")
    if len(set(found)) < total:
        raise refused(folder.shown, "names a checkpoint twice")
    if not 0 < total <= MOST_CHECKPOINTS:
        raise refused(folder.shown, f"names {total} checkpoints")
    return found


def in_order(folder: SourceFolder, names: list[str], settings: Mapping[str, Any]) -> list[str]:
    """Sorted by `order` where each has one, else by number; the files themselves sort by name."""
    orders = {name: order_of(settings.get(name)) for name in names}
    if None not in orders.values():
        return sorted(names, key=lambda name: (orders[name], name))
    numbers = {name: NUMBERED.fullmatch(name) for name in names}
    if None in numbers.values():
        raise refused(folder.shown, "doesn't say in which order its checkpoints come")
    return sorted(names, key=lambda name: int(name.rpartition("_")[2]))


def order_of(settings: object) -> int | None:
    """The `order` of a checkpoint, if it has one that is a number."""
    found = settings.get("order") if isinstance(settings, dict) else None
    return int(found) if isinstance(found, str) and re.fullmatch(r"\d{1,6}", found) else None


def agreed(
    folder: SourceFolder, recorded: list[str] | None, known: Sequence[str] | None
) -> list[str]:
    """The checkpoints of the set that a user gave, which the run may not contradict."""
    if known is None:
        raise refused(folder.shown, "isn't in the problem set")
    if recorded is not None and recorded != list(known):
        raise refused(
            folder.shown,
            f"had {len(recorded)} checkpoints that aren't the {len(known)} of the problem set",
        )
    return list(known)


def numbered(folder: SourceFolder, present: Iterable[str]) -> list[str]:
    """checkpoint_1 to the last one that is there."""
    numbers = [int(match[1]) for name in present if (match := NUMBERED.fullmatch(name))]
    if not numbers:
        raise refused(folder.shown, "holds no checkpoint, and says of none")
    return [f"checkpoint_{n}" for n in range(1, max(numbers) + 1)]


def left_alone(folder: SourceFolder, slug: str, names: Iterable[str]) -> list[str]:
    """A line for each folder that is no checkpoint. Raises Refused for one that looks like one."""
    lines = []
    for name in sorted(names):
        with folder.folder(name) as other:
            if SNAPSHOT in other.folders() or any(has_file(other, file) for file in RESULT_FILES):
                raise refused(other.shown, "is a checkpoint that wasn't planned")
        lines.append(f"{slug}/{visible(name)}: left alone, it is no checkpoint")
    return lines


def absent(
    run: SourceFolder, slug: str, known: Mapping[str, Sequence[str]] | None
) -> RecordedProblem:
    """A problem that was planned and never begun."""
    names = (known or {}).get(slug)
    if not PROBLEM_NAME.fullmatch(slug) or names is None:
        raise Refused(
            f"planned {visible(slug)}, of which nothing is there, not even how many checkpoints",
            where=visible(run.shown),
            mend="give the problem set of the run with --bench DIR",
        )
    return RecordedProblem(slug, tuple(names))
