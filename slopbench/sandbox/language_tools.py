"""Tools beyond those that an id always covers: what of them a sandbox has, and an id that covers them too.

A toolchain id is made of few tools, so that a compiler which nobody uses doesn't set two machines
apart. What a run does use besides is asked for by name, and told by the sandbox itself.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from slopbench.errors import InfrastructureError
from slopbench.sandbox.protocol import Backend, Purpose, Sandbox, SandboxSpec, Toolchain

LANGUAGE_TOOLS = ("node", "tsc", "go", "rustc", "cargo", "java", "javac", "gcc", "g++")
"""What the image variant `full` is for."""

USES = {
    "cargo": ("rustc",),
    "javac": ("java",),
    "npx": ("node",),
    "rustc": ("cc",),
    "tsc": ("node",),
}
"""Tools that can't do without others."""

PATH = "/usr/local/bin:/usr/bin:/bin"
ASK_SECONDS = 60.0
SCRIPT = """
for name; do
  path=$(type -P -- "$name") || continue
  hash=$(sha256sum <"$path")
  told=$("$path" --version 2>/dev/null </dev/null || "$path" version 2>/dev/null </dev/null)
  printf '%s %s %s\\n' "$name" "${hash%% *}" "$(printf %s "$told" | tr '\\n' ' ')"
done
"""
VERSION = re.compile(r"\d+(\.\d+)+")
HASH_LENGTH = 12
SUFFIX_LENGTH = 8
WHOLE_IMAGE = "docker:"
"""Ids that begin so are digests of everything that a sandbox shows."""


class ToolsMissing(InfrastructureError):
    """Sandboxes of a backend don't have the tools `names`."""

    def __init__(self, names: Sequence[str], backend: str) -> None:
        super().__init__(f"sandboxes don't have {', '.join(names)}", where=f"--sandbox {backend}")
        self.names = tuple(names)


def with_tools(backend: Backend, names: Iterable[str]) -> Toolchain:
    """The backend's toolchain with the named tools, and those that they use, in it.

    Where the id isn't that of a whole image they become part of it: `bubblewrap:…+…`, of which the
    part before the plus is what all languages share. Raises ToolsMissing for what isn't there, and
    InfrastructureError where no sandbox can be made.
    """
    toolchain = backend.toolchain()
    asked = [name for name in closure(names) if name not in toolchain.tools]
    if not asked:
        return toolchain
    with backend.create(SandboxSpec(Purpose.BUILD)) as sandbox:
        found = tools_in(sandbox, asked)
    missing = [name for name in asked if name not in found]
    if missing:
        raise ToolsMissing(missing, backend.name)
    return Toolchain(extended(toolchain.id, found), {**toolchain.tools, **found})


def closure(names: Iterable[str]) -> list[str]:
    """The names with all that they use, sorted."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += USES.get(name, ())
    return sorted(found)


def tools_in(sandbox: Sandbox, names: Sequence[str]) -> dict[str, str]:
    """Version and hash of each of these tools that a started sandbox has.

    Raises InfrastructureError if the sandbox doesn't answer.
    """
    done = sandbox.exec(
        ["bash", "-c", SCRIPT, "bash", *names],
        cwd="/",
        env={"PATH": PATH, "HOME": sandbox.path("/home/agent")},
        wall_seconds=ASK_SECONDS,
    )
    if done.status != 0:
        raise InfrastructureError(
            f"a trial of the tools failed ({done.cause or done.status})", where=", ".join(names)
        )
    answers = [line.split(" ", 2) for line in done.stdout.decode("utf-8", "replace").splitlines()]
    return {
        name: f"{version_in(told)} sha256:{hash_[:HASH_LENGTH]}" for name, hash_, told in answers
    }


def version_in(told: str) -> str:
    """The first part of a tool's answer that looks like a version."""
    found = VERSION.search(told)
    return found.group() if found else "unknown"


def extended(toolchain: str, found: dict[str, str]) -> str:
    """A toolchain id that changes with these tools too."""
    if toolchain.startswith(WHOLE_IMAGE):
        return toolchain
    lines = "".join(f"{name} {told}\n" for name, told in sorted(found.items()))
    return f"{toolchain}+{hashlib.sha256(lines.encode()).hexdigest()[:SUFFIX_LENGTH]}"
