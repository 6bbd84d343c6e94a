"""What a program sees that a foreign test-suite starts: the paths that its command names.

Such a suite calls the entry command itself, from a folder and with files of its own choice. Shown
are the files and folders that occur in arguments and variables, the working directory and what
belongs to the running test; never a sealed file or a folder that holds one.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .launch import Command
from .links import within
from .settings import DEFAULT_ENVIRONMENT, Settings

SYSTEM = ("/proc", "/dev")
GRADERS_OWN = ("PYTEST_", "PYTHONSAFEPATH")
NAMED = r"/[^\s\"'`,;:|<>\\\0]+"
"""What follows a folder where a path is part of a longer text."""


def command(
    settings: Settings, args: Sequence[str], cwd: str, environment: Mapping[str, str]
) -> Command:
    """The start of the program with these arguments, from this folder."""
    view = _View(settings)
    view.add_cwd(cwd)
    for path in (*_own(settings), *_paths(args, cwd), *mentioned(settings, args, environment)):
        view.add(path)
    return Command(
        argv=(*settings.program, *args),
        cwd=cwd,
        env=_relayed(settings, environment, tuple(view.readonly)),
        writable=tuple(view.writable),
        readonly=tuple(path for path in view.readonly if not within(path, tuple(view.writable))),
        empty=tuple(view.empty),
    )


class _View:
    def __init__(self, settings: Settings) -> None:
        tools = [word for word in settings.toolchain if word.startswith("/")]
        self._visible = (settings.root, *SYSTEM, *tools)
        self._roots = sorted((settings.work, *settings.writable), key=len, reverse=True)
        self._hidden, self._sealed = settings.hidden, settings.sealed
        # Dictionaries as ordered sets.
        self.writable: dict[str, None] = dict.fromkeys(settings.open)
        self.readonly: dict[str, None] = dict.fromkeys(settings.shown)
        self.empty: dict[str, None] = {}

    def add_cwd(self, path: str) -> None:
        if self._holds_roots(path) or self._reveals(path):
            self.empty[path] = None
        else:
            self.add(path)

    def add(self, path: str) -> None:
        """Show a path, unless it is seen anyway, isn't there, or holds what is sealed."""
        root = next((root for root in self._roots if within(path, (root,))), None)
        if root is not None:
            self._add_entry(root, path)
        elif within(path, (*self._visible, *self._sealed)):
            return
        elif os.path.lexists(path) and not self._tells_too_much(path):
            self.readonly[path] = None

    def _add_entry(self, root: str, path: str) -> None:
        """Of a folder below which tests keep files: the entry in which the path lies."""
        entry = path[len(root) + 1 :].partition("/")[0]
        shown = os.path.join(root, entry)
        there = entry and os.path.exists(shown) and not os.path.islink(shown)
        if there and not self._holds_roots(shown):
            self.writable[shown] = None

    def _holds_roots(self, path: str) -> bool:
        return any(within(root, (path,)) for root in self._roots)

    def _tells_too_much(self, path: str) -> bool:
        """Whether a path leads to what is hidden or to the folders of other tests."""
        return self._reveals(path) or self._holds_roots(path) or self._leads_astray(path)

    def _reveals(self, path: str) -> bool:
        return any(within(closed, (path,)) for closed in (*self._hidden, *self._sealed))

    def _leads_astray(self, path: str) -> bool:
        """A link to what is hidden, or to a folder that holds it."""
        real = os.path.realpath(path)
        return real != path and (within(real, self._hidden) or self._reveals(real))


def _own(settings: Settings) -> Iterator[str]:
    """Folders that were made for the running test: its temporary ones, whether named or not."""
    if settings.current is None or not os.path.exists(settings.current):
        return
    with open(settings.current, encoding="utf-8") as file:
        current = json.load(file)
    for root, older in current.items():
        yield from (os.path.join(root, name) for name in set(os.listdir(root)) - set(older))


def _paths(args: Sequence[str], cwd: str) -> Iterator[str]:
    """Every argument, and the value of every `--option=value`, as an absolute path."""
    for argument in args:
        for text in {argument, argument.partition("=")[2]} - {""}:
            if "\0" not in text:
                yield os.path.normpath(os.path.join(cwd, text))


def sealed(settings: Settings, paths: Iterable[str]) -> bool:
    """Whether one of these paths is never shown to a program."""
    return any(within(path, settings.sealed) for path in paths)


def mentioned(
    settings: Settings, args: Sequence[str], environment: Mapping[str, str]
) -> Iterator[str]:
    """Paths of tests and of their temporary folders within arguments and variables."""
    folders = (settings.work, *settings.writable, *settings.hidden)
    pattern = re.compile(f"(?:{'|'.join(map(re.escape, folders))}){NAMED}")
    texts = [value for name, value in environment.items() if not name.startswith(GRADERS_OWN)]
    for text in (*args, *texts):
        yield from map(os.path.normpath, pattern.findall(text))
        if text.startswith(folders):
            yield os.path.normpath(text)


def _relayed(
    settings: Settings, environment: Mapping[str, str], shown: Sequence[str]
) -> dict[str, str]:
    """The caller's variables but for the grader's and those that tell of a hidden place.

    For a foreign suite these are all: what it takes from the environment the program hasn't.
    """
    own = settings.environment if settings.foreign is None else {}
    relayed = {
        name: value
        for name, value in environment.items()
        if not name.startswith(GRADERS_OWN) and not _tells(settings.hidden, value, shown)
    }
    needed = {name: DEFAULT_ENVIRONMENT[name] for name in ("PATH", "HOME")}
    return {**needed, **own, **relayed}


def _tells(hidden: Sequence[str], value: str, shown: Sequence[str]) -> bool:
    """Whether a value names a hidden place other than paths that are shown."""
    for part in value.split(":"):
        if any(place in part for place in hidden) and not within(os.path.normpath(part), shown):
            return True
    return False
