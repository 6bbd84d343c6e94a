"""Makes a new problem: a small complete one, to be replaced part by part."""

import re
from pathlib import Path

from slopbench.config import CANARY
from slopbench.errors import UsageError
from slopbench.problem.bench import IN_WHEEL, Bench, recognised
from slopbench.problem.content import entries

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".tmpl"


def new_problem(root: Path, slug: str) -> list[Path]:
    """Write a problem of two checkpoints, with references and mutants, into the benchmark `root`.

    Returns the two folders that were made. Raises UsageError if the slug has another form than
    `small-words`, is taken, or the benchmark is that of an installed package or of
    another format.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug):
        raise UsageError(
            f"{slug!r} is no name for a problem",
            mend="use small letters, digits and single hyphens, such as pocket-money",
        )
    if root == IN_WHEEL:
        raise UsageError(
            "the benchmark of an installed package is not for writing",
            where=str(root),
            mend="name a folder of your own with --bench DIR",
        )
    if _is_foreign(root):
        raise UsageError(
            "holds problems of SlopCodeBench",
            where=str(root),
            mend="name another folder with --bench DIR",
        )
    bench = Bench(root)
    targets = {"problems": bench.problems_folder / slug, "checkpoints": bench.answers(slug)}
    for folder in targets.values():
        if folder.exists():
            raise UsageError("exists already", where=str(folder), mend="choose another name")
    words = {"@SLUG@": slug, "@TITLE@": slug.replace("-", " ").capitalize(), "@CANARY@": CANARY}
    for part, folder in targets.items():
        _write(TEMPLATE / part, folder, words)
    return list(targets.values())


def _is_foreign(root: Path) -> bool:
    """Whether the problems in a folder, which may not be there yet, have another format than ours."""
    try:
        return type(recognised(root)) is not Bench
    except UsageError:
        return False


def _write(template: Path, target: Path, words: dict[str, str]) -> None:
    for source in entries(template):
        text = source.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        file = target / source.relative_to(template).as_posix().removesuffix(SUFFIX)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
