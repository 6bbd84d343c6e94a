"""The tools of a language: what the entries of problems name must be there before a run begins."""

from collections.abc import Iterable

from slopbench.errors import InfrastructureError
from slopbench.problem.model import Problem
from slopbench.problem.tools import APT_PACKAGES, commands_in
from slopbench.sandbox.language_tools import ToolsMissing, with_tools
from slopbench.sandbox.protocol import Backend, Toolchain

FULL_IMAGE = (
    "slopbench image build --variant full, and SLOPBENCH_IMAGE=slopbench/sandbox:full for the run"
)
ELSEWHERE = "install it under /usr, where sandboxes look for tools"


def toolchain_for(problems: Iterable[Problem], language: str, backend: Backend) -> Toolchain:
    """The tools that solutions in `language` are built, started and measured with.

    Raises UsageError if a problem has no entry for the language, and InfrastructureError with the
    cure if sandboxes lack a tool that an entry names.
    """
    names = {name for problem in problems for name in named_tools(problem, language)}
    try:
        return with_tools(backend, names)
    except ToolsMissing as error:
        raise InfrastructureError(
            f"{error.what}, which --language {language} needs",
            where=error.where,
            mend=mend(error.names, backend),
        ) from error


def named_tools(problem: Problem, language: str) -> list[str]:
    """The programs with which an entry's commands begin, without those of the solution itself."""
    entry = problem.entry_for(language)
    return [name for line in (entry.build, entry.command) if line for name in commands_in(line)]


def mend(missing: Iterable[str], backend: Backend) -> str:
    """How sandboxes of a backend come to have tools."""
    if backend.name == "docker":
        return FULL_IMAGE
    packages = dict.fromkeys(APT_PACKAGES[name] for name in missing if name in APT_PACKAGES)
    return f"apt-get install {' '.join(packages)} (as root)" if packages else ELSEWHERE
