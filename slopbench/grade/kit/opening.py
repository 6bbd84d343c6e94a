"""Opens what a test names below a folder of the program, and nothing else, whatever runs meanwhile.

Between the guard's look at a path and the opening, a program that still runs may put a link in its
place. So such paths are looked through first and then opened step by step, following nothing.
"""

import builtins
import errno
import io
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from .beneath import open_folder, opened

OPENER = 6
"""The position of `opener` among what `open` takes behind the file."""
Resolve = Callable[[Any], str | None]
"""The path behind a path of the program's folders; None for any other."""


def begin(resolve: Resolve) -> None:
    """From now on, for `open` and `os.open`."""
    original = os.open
    step_by_step = partial(_open, original, resolve)
    built_in = partial(_open_file, builtins.open, step_by_step)
    builtins.open = io.open = built_in
    os.open = step_by_step


def _open_file(original: Any, by_steps: Any, /, file: Any, *args: Any, **options: Any) -> Any:
    if len(args) <= OPENER and options.get("opener") is None and not isinstance(file, int):
        options["opener"] = lambda path, flags: by_steps(path, flags, 0o666)
    return original(file, *args, **options)


def _open(
    original: Callable[..., int],
    resolve: Resolve,
    /,
    path: Any,
    flags: int,
    mode: int = 0o777,
    *,
    dir_fd: int | None = None,
) -> int:
    real = resolve(path) if dir_fd is None else None
    if real is None:
        return original(path, flags, mode, dir_fd=dir_fd)
    folder, name = os.path.split(real)
    try:
        with opened(open_folder(folder)) as above:
            descriptor = original(name or ".", flags | os.O_NOFOLLOW, mode, dir_fd=above)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise PermissionError(f"a link has come into the way: {path}") from None
        error.filename = path
        raise
    return descriptor
