"""A base image from Debian packages, where a Debian mirror but no container registry is reached."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError, UsageError
from slopbench.sandbox.docker_engine import engine_errors
from slopbench.sandbox.image import Progress

REPOSITORY = "slopbench/base"
SUITES = ("trixie", "bookworm")
"""The Debian releases that carry a Python new enough."""
LOG_BYTES = 2000
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/man/*")


def name_of(suite: str) -> str:
    """What the base of a Debian release is called. Raises UsageError for an unknown one."""
    if suite not in SUITES:
        raise UsageError(
            f"unknown suite {suite!r}", where="--suite", mend=f"give {' or '.join(SUITES)}"
        )
    return f"{REPOSITORY}:{suite}"


def bootstrap(client: Any, suite: str, mirror: str | None, progress: Progress) -> str:
    """Make a minimal Debian and import it as an image; the image's name.

    `mirror` defaults to the one that this host's apt uses. Raises UsageError for an unknown suite
    and InfrastructureError for what this host lacks.
    """
    name = name_of(suite)
    tool = shutil.which("mmdebstrap")
    if tool is None:
        raise InfrastructureError(
            "mmdebstrap is missing",
            where="image bootstrap",
            mend="apt-get install mmdebstrap (as root)",
        )
    sources = [f"deb {mirror} {suite} main"] if mirror else sources_of_host(suite)
    state_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bootstrap-", dir=state_folder()) as folder:
        archive = Path(folder, "base.tar")
        progress(f"making Debian {suite} with mmdebstrap")
        make_archive([tool, *arguments(suite, archive, sources)])
        progress(f"importing it as {name}")
        with engine_errors("import the base"):
            client.import_image_from_file(str(archive), repository=REPOSITORY, tag=suite)
    return name


def arguments(suite: str, archive: Path, sources: Sequence[str]) -> list[str]:
    """What mmdebstrap is told: the essential packages, without documentation and translations."""
    options = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    options.append("--dpkgopt=path-include=/usr/share/doc/*/copyright")
    return ["--variant=minbase", "--quiet", *options, suite, str(archive), *sources]


def make_archive(command: Sequence[str]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        words = " ".join(done.stderr[-LOG_BYTES:].split())
        rights = "" if os.geteuid() == 0 else "run it as root, or apt-get install uidmap"
        raise InfrastructureError(
            f"mmdebstrap failed: {words}", where="image bootstrap", mend=rights
        )


def sources_of_host(suite: str) -> list[str]:
    """Lines for sources.list: this host's own Debian mirror, and its security mirror if it has one.

    Raises InfrastructureError where apt knows none.
    """
    targets = [line.split() for line in debian_targets().splitlines()]
    mirrors = dict(reversed(targets))
    if "Debian" not in mirrors:
        raise InfrastructureError(
            "apt of this host knows no Debian mirror",
            where="image bootstrap",
            mend="apt-get update (as root), or give one with --mirror URL",
        )
    sources = [f"deb {mirrors['Debian']} {suite} main"]
    if "Debian-Security" in mirrors:
        sources.append(f"deb {mirrors['Debian-Security']} {suite}-security main")
    return sources


def debian_targets() -> str:
    """The package indexes of Debian that apt has fetched on this host, a `label address` a line."""
    tool = shutil.which("apt-get")
    if tool is None:
        return ""
    wanted = ["Created-By: Packages", "Origin: Debian"]
    done = subprocess.run(
        [tool, "indextargets", "--format", "$(LABEL) $(REPO_URI)", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout
