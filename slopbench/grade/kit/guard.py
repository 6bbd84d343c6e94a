"""Keeps tests from being led out of the program's folders, and from running what lies there.

What a wrapper finds it removes. But a program that runs while its test reads, or one whose wrapper
was killed, may have left a link from `out.json` to the expected answer. So whatever this process
opens below a folder of the program has to lie in such a folder.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from . import opening
from .links import TOOLS, within
from .settings import Settings

FOLLOWED = {
    *("open", "os.listdir", "os.scandir", "os.chdir", "os.truncate", "os.chmod", "os.chown"),
    *("os.utime", "sqlite3.connect"),
}
"""Events of the interpreter that follow a link at the end of their first argument."""
RUN = {"exec", "import", "ctypes.dlopen"}
"""Events before code of a file runs in this process."""
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
        opening.begin(self._check)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in FOLLOWED:
            self._check(arguments[0], os.path.realpath)
        elif event in UNFOLLOWED:
            self._check(arguments[0], _real_parent)
        elif event == "subprocess.Popen":
            self._check_command(arguments[1])
        elif event in RUN:
            self._check_code(getattr(arguments[0], "co_filename", arguments[event == "import"]))

    def _check(self, path: Any, resolve: Callable[[str], str] = os.path.realpath) -> str | None:
        """The path behind one of the program's folders. Raises PermissionError if it leads out."""
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        named = os.path.join(os.getcwd(), os.fsdecode(path))
        if not within(named, self._places):
            return None
        real = resolve(named)
        if not within(real, self._allowed):
            self._note(f"a link leads out of the program's folders: {os.path.basename(named)}")
            raise PermissionError(f"a link leads out of the program's folders: {named}")
        return real

    def _check_code(self, path: Any) -> None:
        """What the program may have written isn't run where it could see the tests."""
        if not isinstance(path, str) or path.startswith("<"):
            return
        real = os.path.realpath(path)
        if within(real, self._places):
            self._note(f"would run in the grader's place: {os.path.basename(path)}")
            raise PermissionError(f"code of the program would run in the grader's place: {path}")

    def _check_command(self, words: Any) -> None:
        """Another program than that under test, such as diff, would follow links as well."""
        if not isinstance(words, list | tuple):
            return
        if [os.fsdecode(word) for word in words[: len(self._entry)]] == self._entry:
            return
        for word in words:
            self._check(word, os.path.realpath)

    def _note(self, fault: str) -> None:
        if self._incidents is not None:
            with open(self._incidents, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{fault}\n")


def _real_parent(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)
