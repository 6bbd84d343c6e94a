"""What this machine offers for runs: each finding with the command that mends it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError, SlopbenchError
from slopbench.sandbox import cgroup
from slopbench.sandbox.backends import BACKENDS
from slopbench.sandbox.toolchain import find_root, find_tool

GIGABYTE = 1 << 30
DISK_WANTED = 5 * GIGABYTE
FULL_IMAGE = "for --sandbox docker: slopbench image build --variant full"
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: `ok`, `note` (works without it) or `missing` (something can't be used).
        found: what is there.
        mend: the command or change that helps, empty if nothing is wrong.
    """

    name: str
    level: str
    found: str
    mend: str = ""


def diagnose() -> list[Finding]:
    """Everything that matters for a run, in the order in which one would mend it."""
    return [
        git_finding(),
        *backend_findings(),
        namespace_finding(),
        cgroup_finding(),
        disk_finding(),
        *key_findings(),
    ]


def usable(findings: list[Finding]) -> bool:
    """Whether a run can start here: git, the disk and at least one sandbox."""
    levels = {finding.name: finding.level for finding in findings}
    sandboxes = [levels[f"sandbox {name}"] for name in BACKENDS]
    return "ok" in sandboxes and "missing" not in (levels["git"], levels["disk"])


def git_finding() -> Finding:
    path = shutil.which("git")
    if path is None:
        return Finding("git", "missing", "not on the PATH", "apt-get install git")
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return Finding("git", "ok", done.stdout.strip())


def backend_findings() -> Iterator[Finding]:
    for name, make in BACKENDS.items():
        try:
            backend = make()
            faults = backend.check()
        except SlopbenchError as error:
            yield Finding(f"sandbox {name}", "note", error.what, error.mend)
            continue
        if faults:
            yield Finding(f"sandbox {name}", "note", faults[0].what, faults[0].mend)
            continue
        limits = ", ".join(f"{limit} by {how}" for limit, how in backend.enforcement().items())
        yield Finding(f"sandbox {name}", "ok", f"{backend.toolchain().id}; {limits}")


def namespace_finding() -> Finding:
    from slopbench.sandbox.bubblewrap import mend_for_this_host

    mend = mend_for_this_host()
    if mend:
        return Finding("user namespaces", "note", "switched off for ordinary users", mend)
    return Finding("user namespaces", "ok", "allowed")


def cgroup_finding() -> Finding:
    held = sorted(cgroup.parents())
    found = f"version {cgroup.version()}, writable: {', '.join(held) or 'none'}"
    if held:
        return Finding("control groups", "ok", found)
    mend = "nothing needed: watchdogs and rlimits hold the limits; as root groups would"
    return Finding("control groups", "note", found, mend)


def disk_finding() -> Finding:
    folder = existing(state_folder())
    free = shutil.disk_usage(folder).free
    found = f"{free / GIGABYTE:.0f} GiB free at {state_folder()}"
    if not os.access(folder, os.W_OK):
        return Finding("disk", "missing", f"{folder} can't be written", "set SLOPBENCH_STATE")
    if free < DISK_WANTED:
        return Finding("disk", "missing", found, "free the disk or set SLOPBENCH_STATE elsewhere")
    return Finding("disk", "ok", found)


def tool_finding(name: str, package: str, level: str, wanted_by: str) -> Finding:
    """Whether sandboxes made of the tools of this machine show a tool.

    Args:
        package: the Debian package that brings it, empty if that is not known.
        level: what it means if it isn't there.
        wanted_by: who needs it, in words.
    """
    try:
        path = find_tool(find_root(), name)
    except InfrastructureError as error:
        return Finding(f"tool {name}", level, error.what, error.mend)
    if path is not None:
        return Finding(f"tool {name}", "ok", f"{path}; {wanted_by}")
    mend = f"apt-get install {package}; {FULL_IMAGE}" if package else f"install {name} under /usr"
    return Finding(f"tool {name}", level, f"not there; {wanted_by}", mend)


def existing(path: Path) -> Path:
    """The path itself or its nearest parent that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def key_findings() -> Iterator[Finding]:
    for name in KEYS:
        if os.environ.get(name):
            yield Finding(f"key {name}", "ok", "set")
        else:
            yield Finding(f"key {name}", "note", "not set; only agents of that provider need it")
