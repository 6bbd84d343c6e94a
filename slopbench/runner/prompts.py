"""Prompts: jinja2 templates that say to an agent what it is asked for."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from slopbench.errors import UsageError
from slopbench.problem.bench import Bench
from slopbench.problem.faults import near_matches

SUFFIX = ".j2"
VARIABLES = ("spec", "is_continuation", "deadline_minutes", "build")


@dataclass(frozen=True)
class Prompt:
    """A template; `sha256` (hex) of its bytes tells it from every other one."""

    name: str
    sha256: str
    template: Template

    def render(
        self,
        *,
        spec: str,
        is_continuation: bool,
        deadline_minutes: float | None = None,
        build: str | None = None,
    ) -> str:
        """The text for one checkpoint; `build` is the command of the build step, if there is one.

        Raises UsageError if the template fails.
        """
        try:
            return self.template.render(
                spec=spec,
                is_continuation=is_continuation,
                deadline_minutes=deadline_minutes,
                build=build,
            )
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise UsageError(
                f"can't be rendered: {error}", where=self.name, mend="mend the template"
            ) from error


def prompt_files(bench: Bench) -> dict[str, Path]:
    """The file of every prompt by name: the benchmark's own before the built-in ones."""
    roots = (Bench.locate(None).root, bench.root)
    found = [file for root in roots for file in sorted(root.glob(f"runners/prompts/*{SUFFIX}"))]
    return {file.stem: file for file in found}


def find_prompt(bench: Bench, name: str) -> Prompt:
    """The prompt called `name`, or the one in that file if `name` has a slash or ends with .j2.

    Raises UsageError if there is none or if it isn't a template that shows the specification.
    """
    if "/" in name or name.endswith(SUFFIX):
        return load_prompt(Path(name).stem, Path(name))
    known = prompt_files(bench)
    if name not in known:
        raise UsageError(
            f"there is no prompt {name!r}",
            where=str(bench.root / "runners" / "prompts"),
            mend=f"{near_matches(name, known)}; a file of your own is given as ./{name}{SUFFIX}",
        )
    return load_prompt(name, known[name])


def load_prompt(name: str, file: Path) -> Prompt:
    """The prompt in a file; see find_prompt."""
    try:
        data = file.read_bytes()
        source = data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"can't be read: {error}", where=str(file), mend="give a UTF-8 text file"
        ) from error
    # The output is text for an agent, not HTML.
    environment = SandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        used = meta.find_undeclared_variables(environment.parse(source))
        template = environment.from_string(source)
    except TemplateSyntaxError as error:
        raise UsageError(
            f"is no valid template: {error.message}",
            where=f"{file}:{error.lineno}",
            mend="mend this line",
        ) from error
    check_variables(used, file)
    return Prompt(name, hashlib.sha256(data).hexdigest(), template)


def check_variables(used: Iterable[str], file: Path) -> None:
    """Raise UsageError unless a template shows the specification and uses only what it gets."""
    used = set(used)
    for unknown in sorted(used - set(VARIABLES)):
        raise UsageError(
            f"uses an unknown variable {unknown!r}",
            where=str(file),
            mend=near_matches(unknown, VARIABLES),
        )
    if "spec" not in used:
        raise UsageError(
            "doesn't show the specification", where=str(file), mend="put {{ spec }} into it"
        )
