"""How a solution is started in each language, where the name of its entry file is all that is said.

The entry file is what is run, or what is given to the compiler.
"""

from dataclasses import dataclass

from slopbench.problem.entry import Entry


@dataclass(frozen=True)
class Convention:
    """What a language makes of an entry file; `{stem}` stands for its name without a suffix.

    Attributes:
        suffix: of the entry file.
        command: starts a solution that lies in `{root}`.
        text: the same command as specifications name it, for the folder that one is in.
        build: the command before the first start, if there is one.
    """

    suffix: str
    command: str
    text: str
    build: str | None = None


CONVENTIONS = {
    "python": Convention(".py", "python3 {root}/{stem}.py", "python {stem}.py"),
    "javascript": Convention(".js", "node {root}/{stem}.js", "node {stem}.js"),
    "java": Convention(".java", "java {root}/{stem}.java", "java {stem}.java"),
    "go": Convention(
        ".go", "{root}/{stem}", "./{stem}", "go build -o {root}/{stem} {root}/{stem}.go"
    ),
    "rust": Convention(
        ".rs", "{root}/{stem}", "./{stem}", "rustc -O -o {root}/{stem} {root}/{stem}.rs"
    ),
}


def entries_of(entry_file: str) -> dict[str, Entry]:
    """How a solution with this entry file is started, by language."""
    return {
        language: Entry(
            command=_filled(convention.command, entry_file),
            build=convention.build and _filled(convention.build, entry_file),
        )
        for language, convention in CONVENTIONS.items()
    }


def file_in(language: str, entry_file: str) -> str:
    """The name of the entry file in a language, such as `main.py`."""
    return _stem(entry_file) + CONVENTIONS[language].suffix


def command_in(language: str, entry_file: str) -> str:
    """The command as specifications name it, such as `python main.py`."""
    return _filled(CONVENTIONS[language].text, entry_file)


def _filled(command: str, entry_file: str) -> str:
    return command.replace("{stem}", _stem(entry_file))


def _stem(entry_file: str) -> str:
    """The name without a suffix; some sets write `main.py`, though the format says `main`."""
    suffixes = [convention.suffix for convention in CONVENTIONS.values()]
    return next(
        (entry_file.removesuffix(end) for end in suffixes if entry_file.endswith(end)), entry_file
    )
