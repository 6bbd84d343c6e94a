"""What a program sees that a foreign test-suite starts: the paths that its command names.

Such a suite calls the entry command itself, from a folder and with files of its own choice. Shown
are the files and folders that occur in the arguments, and the working directory; never a folder
that holds the tests.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .launch import Command
from .settings import Settings

SYSTEM = ("/proc", "/dev")
GRADERS_OWN = "PYTEST_"


def command(
    settings: Settings, args: Sequence[str], cwd: str, environment: Mapping[str, str]
) -> Command:
    """The start of the program with these arguments, from this folder."""
    view = _View(settings)
    view.add_cwd(cwd)
    for path in _paths(args, cwd):
        view.add(path)
    return Command(
        argv=(*settings.program, *args),
        cwd=cwd,
        env={**settings.environment, **_relayed(environment, settings.hidden)},
        writable=tuple(view.writable),
        readonly=tuple(path for path in view.readonly if not within(path, view.writable)),
        empty=tuple(view.empty),
    )


class _View:
    def __init__(self, settings: Settings) -> None:
        tools = [word for word in settings.toolchain if word.startswith("/")]
        self._visible = (settings.root, *SYSTEM, *tools)
        self._writable_roots = (settings.work, *settings.writable)
        self._hidden = settings.hidden
        # Dictionaries as ordered sets.
        self.writable: dict[str, None] = {}
        self.readonly: dict[str, None] = {}
        self.empty: dict[str, None] = {}

    def add_cwd(self, path: str) -> None:
        if within(path, self._hidden) or self._reveals(path):
            self.empty[path] = None
        else:
            self.add(path)

    def add(self, path: str) -> None:
        """Show a path, unless it is seen anyway, isn't there, or holds what is hidden."""
        if within(path, self._writable_roots):
            self.writable[_folder(path)] = None
        elif within(path, self._visible):
            return
        elif os.path.lexists(path) and not self._reveals(path) and not self._leads_astray(path):
            self.readonly[path] = None

    def _reveals(self, path: str) -> bool:
        return any(within(hidden, (path,)) for hidden in self._hidden)

    def _leads_astray(self, path: str) -> bool:
        """A link to what is hidden, or to a folder that holds it."""
        real = os.path.realpath(path)
        return real != path and (within(real, self._hidden) or self._reveals(real))


def within(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of the folders or below one."""
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _paths(args: Sequence[str], cwd: str) -> Iterator[str]:
    """Every argument, and the value of every `--option=value`, as an absolute path."""
    for argument in args:
        for text in {argument, argument.partition("=")[2]} - {""}:
            if "\0" not in text:
                yield os.path.normpath(os.path.join(cwd, text))


def _folder(path: str) -> str:
    """The path if it is a folder, else the nearest folder above it."""
    while not os.path.isdir(path) or os.path.islink(path):
        path = os.path.dirname(path)
    return path


def _relayed(environment: Mapping[str, str], hidden: Sequence[str]) -> dict[str, str]:
    """The caller's variables but for pytest's and those that tell of a hidden place."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(GRADERS_OWN) and not any(place in value for place in hidden)
    }
