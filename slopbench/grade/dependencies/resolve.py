"""From requirements to wheels: uv's answer is kept, so that the same question has the same one."""

import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError
from slopbench.grade.dependencies import lock
from slopbench.grade.dependencies.index import network_environment
from slopbench.grade.dependencies.interpreter import Interpreter
from slopbench.grade.dependencies.lock import Wheel
from slopbench.grade.dependencies.model import Source
from slopbench.grade.dependencies.requirements import Refused
from slopbench.grade.dependencies.source import identity
from slopbench.grade.dependencies.uv import ANSWERED, SOLVED, Ended, run_uv
from slopbench.printable import visible
from slopbench.sandbox.cached_folder import cached_folder, make_open

SCHEME = 1
"""Part of each key: changes when the same requirements could come to other wheels."""
LOCK = "pylock.toml"
WITNESS = "packaging"
LONGEST_REASON = 600
DISK_FLOOR = 64 << 20


@dataclass(frozen=True)
class Market:
    """Where packages are chosen, and for which interpreter."""

    source: Source
    interpreter: Interpreter

    def environment(self) -> dict[str, str]:
        """The variables that uv and the fetching of wheels get; none but PATH where there is no network."""
        if self.source.kind == "registry":
            return network_environment()
        return {"PATH": os.defpath}

    def options(self) -> list[str]:
        """uv's options for where it may look."""
        if self.source.kind == "registry":
            return []
        return ["--offline", "--no-config", "--no-index", "--find-links", str(self.source.folder)]


def packages_folder() -> Path:
    """Where everything about packages is kept."""
    return state_folder() / "packages"


def resolved(requirements: Sequence[str], market: Market) -> tuple[Wheel, ...]:
    """The wheels that requirements come to, with all that these need in turn.

    Raises Refused where no choice fits, InfrastructureError where the registry doesn't answer.
    """
    question = [SCHEME, identity(market.source), market.interpreter.id, sorted(requirements)]
    key = hashlib.sha256(json.dumps(question).encode()).hexdigest()

    def fill(folder: Path) -> None:
        lock.write(chosen(requirements, market), folder)

    return lock.read(cached_folder(packages_folder() / "resolved" / key[:32], fill))


def chosen(requirements: Sequence[str], market: Market) -> tuple[Wheel, ...]:
    """Ask uv; once more if what failed wasn't the requirements and the registry answers by now."""
    make_open(packages_folder())
    with tempfile.TemporaryDirectory(dir=packages_folder()) as temporary:
        folder = Path(temporary)
        ended = compiled(requirements, market, folder, cache_folder())
        if ended.status not in ANSWERED and market.source.kind == "registry":
            require_registry(market, folder)
            ended = compiled(requirements, market, folder, cache_folder())
        if ended.status != SOLVED:
            raise Refused(reason(ended, folder))
        return lock.chosen_wheels((folder / LOCK).read_bytes(), market.interpreter.tags)


def compiled(requirements: Sequence[str], market: Market, folder: Path, cache: Path) -> Ended:
    """One run of uv, which leaves its answer in the folder."""
    question = folder / "requirements.in"
    question.write_text("".join(f"{each}\n" for each in requirements))
    interpreter = market.interpreter
    ended = run_uv(
        [
            *("pip", "compile", str(question), "--output-file", str(folder / LOCK)),
            *("--no-header", "--no-build", "--no-sources", "--no-python-downloads"),
            *("--python", sys.executable, "--python-version", interpreter.version),
            *("--python-platform", interpreter.platform),
            *("--cache-dir", str(cache), *market.options()),
        ],
        market.environment(),
    )
    if shutil.disk_usage(folder).free < DISK_FLOOR:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    return ended


def require_registry(market: Market, folder: Path) -> None:
    """The witness from outside: whether the registry answers a question about another package.

    Raises InfrastructureError if not.
    """
    ended = compiled([WITNESS], market, folder, folder / "cache")
    if ended.status not in ANSWERED:
        raise InfrastructureError(
            f"the registry doesn't answer ({reason(ended, folder)})",
            where="--dependencies registry",
            mend="see whether uv reaches it: UV_DEFAULT_INDEX, SSL_CERT_FILE, uv.toml",
        )


def reason(ended: Ended, folder: Path) -> str:
    """What uv said, in one line and without the name of the temporary folder."""
    words = " ".join(ended.words.replace(f"{folder}/", "").split())
    words = words.removeprefix("error: ").rstrip(".")
    return visible(words or f"uv ended with {ended.status}", LONGEST_REASON)


def cache_folder() -> Path:
    """Where uv keeps what it has read of indexes."""
    return packages_folder() / "uv"
