"""Keeps tests from being led out of the program's folders by links that the program has planted.

What a wrapper finds it removes. But a program that runs while its test reads, or one whose wrapper
was killed, may have left a link from `out.json` to the expected answer. So whatever this process
opens below a folder of the program has to lie in such a folder.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .links import TOOLS, within
from .settings import Settings

FOLLOWED = {
    *("open", "os.listdir", "os.scandir", "os.chdir", "os.truncate", "os.chmod", "os.chown"),
    *("os.utime", "sqlite3.connect"),
}
"""Events of the interpreter that follow a link at the end of their first argument."""
UNFOLLOWED = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink"}


class Guard:
    """An audit hook; there is no way to take it off again."""

    def __init__(self, settings: Settings, entry: Sequence[str]) -> None:
        self._entry = list(entry)
        self._places = (*settings.open, *settings.writable)
        self._allowed = (*map(os.path.realpath, self._places), *TOOLS)
        self._incidents = settings.incidents

    def begin(self) -> None:
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in FOLLOWED:
            self._check(arguments[0], os.path.realpath)
        elif event in UNFOLLOWED:
            self._check(arguments[0], _real_parent)
        elif event == "subprocess.Popen":
            self._check_command(arguments[1])

    def _check(self, path: Any, resolve: Callable[[str], str]) -> None:
        """Raises PermissionError for a path that leads out."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        named = os.path.join(os.getcwd(), os.fsdecode(path))
        if not within(named, self._places):
            return
        real = resolve(named)
        if not within(real, self._allowed):
            self._note(named)
            raise PermissionError(f"a link leads out of the program's folders: {named}")

    def _check_command(self, words: Any) -> None:
        """Another program than that under test, such as diff, would follow links as well."""
        if not isinstance(words, list | tuple):
            return
        if [os.fsdecode(word) for word in words[: len(self._entry)]] == self._entry:
            return
        for word in words:
            self._check(word, os.path.realpath)

    def _note(self, path: str) -> None:
        if self._incidents is not None:
            note = f"a link leads out of the program's folders: {os.path.basename(path)}\n"
            with open(self._incidents, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(note)


def _real_parent(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)
