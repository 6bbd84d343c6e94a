"""What a test runs beside the program, in a place like the program's.

A suite may run what the program has made: a script that it has generated, or a tool that takes
hooks or modules from the program's folders. So every command that touches these gets a place, in
which it sees what it names; none is the tests' own script, and none deals with other processes.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .links import within
from .settings import Settings
from .view import mentioned, sealed

SHELL = "/bin/sh"
FOR_PROCESSES = {
    *("fuser", "kill", "killall", "lsof", "netstat", "pgrep", "pidof", "pkill", "ps", "ss", "top")
}
"""Tools that are no use in a place of their own."""
PYTHON = re.compile(r"python[\d.]*")
SAFE_PATH = "PYTHONSAFEPATH"
"""With this variable, Python imports nothing from the folder that it merely starts in."""
CWD, ENV, SHELL_FLAG = 3, 4, 7
"""Positions among what Popen hands on to the start of a process, behind words and executable."""


class Commands:
    """Puts commands of this process into places; `wrapper` are the words that do it."""

    def __init__(self, settings: Settings, kit: Sequence[str]) -> None:
        self._settings = settings
        self._kit = list(kit)
        self._wrapper = [*kit, "place", settings.path]
        self._places = (*settings.open, *settings.writable)

    def begin(self) -> None:
        """From now on, for all ways of starting a process that the standard library has."""
        self._change_popen()
        for name in ("execv", "execve", "posix_spawn", "posix_spawnp"):
            setattr(os, name, self._changed(getattr(os, name)))
        os.system = system

    def placed(
        self, words: Sequence[Any], cwd: Any = None, env: Mapping[Any, Any] | None = None
    ) -> list[str] | None:
        """The words that run a command in a place, None for one that stays with the tests."""
        texts = [os.fsdecode(word) for word in words]
        folder = os.path.abspath(os.fsdecode(cwd or "."))
        variables = {
            os.fsdecode(name): os.fsdecode(value)
            for name, value in (os.environ if env is None else env).items()
        }
        if texts[: len(self._kit)] == self._kit or not self._touches(texts, folder, variables):
            return None
        found = executable(texts[0], folder, variables)
        if found is None or self._belongs_to_the_tests(found, texts, folder):
            return None
        return [*self._wrapper, *texts]

    def _touches(self, texts: Sequence[str], folder: str, env: Mapping[str, str]) -> bool:
        """Whether a command names something of the program, or stands in such a folder.

        To stand in the solution's folder, as all do, means nothing to a careful interpreter.
        """
        named = (*texts, *env.values())
        if any(place in text for text in named for place in self._places):
            return True
        if any(within(path, self._places) for path in files(texts, folder)):
            return True
        careful = PYTHON.fullmatch(os.path.basename(texts[0])) and env.get(SAFE_PATH)
        return within(folder, self._places) and not (careful and folder in self._settings.open)

    def _belongs_to_the_tests(self, found: str, texts: Sequence[str], folder: str) -> bool:
        """Whether a command is no matter of the program, or needs what is never shown to it."""
        if within(os.path.realpath(found), self._places):
            return False
        if os.path.basename(found) in FOR_PROCESSES:
            return True
        first = next(iter(files(texts[1:], folder)), found)
        closed = sealed(self._settings, mentioned(self._settings, texts, {}))
        return closed or within(first, self._settings.hidden)

    def _change_popen(self) -> None:
        original = subprocess.Popen._execute_child  # type: ignore[attr-defined]

        def execute(process: Any, args: Any, executable: Any, *rest: Any) -> None:
            words = told(args, executable, rest[SHELL_FLAG])
            placed = self.placed(words, rest[CWD], rest[ENV])
            if placed is None:
                original(process, args, executable, *rest)
            else:
                others = (*rest[:SHELL_FLAG], False, *rest[SHELL_FLAG + 1 :])
                original(process, placed, placed[0], *others)

        subprocess.Popen._execute_child = execute  # type: ignore[attr-defined]

    def _changed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(path: Any, words: Sequence[Any], *env: Any, **options: Any) -> Any:
            placed = self.placed([path, *list(words)[1:]], None, env[0] if env else None)
            if placed is None:
                return original(path, words, *env, **options)
            return original(placed[0], placed, *env, **options)

        return start


def told(args: Any, executable: Any, shell: bool) -> list[Any]:
    """The words of a command as Popen takes them."""
    words = [args] if isinstance(args, str | bytes | os.PathLike) else list(args)
    if shell:
        return [executable or SHELL, "-c", *words]
    return [executable, *words[1:]] if executable else words


def executable(word: str, folder: str, env: Mapping[str, str]) -> str | None:
    """The file that a command's first word starts."""
    if os.path.dirname(word):
        path = os.path.join(folder, word)
        return path if os.access(path, os.X_OK) else None
    return shutil.which(word, path=env.get("PATH", os.defpath))


def files(words: Sequence[str], folder: str) -> list[str]:
    """Those words that name something which exists."""
    paths = (os.path.normpath(os.path.join(folder, word)) for word in words if "\0" not in word)
    return [path for path in paths if os.path.lexists(path)]


def system(command: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> int:
    """os.system, through a start that can be changed."""
    status = subprocess.call([SHELL, "-c", command])
    return status << 8 if status >= 0 else -status
