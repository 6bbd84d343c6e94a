"""Runs Python snippets and shows what calls do: started alone, jobs on stdin, answers on stdout.

Imports nothing of the engine.
"""

import ast
import asyncio
import contextlib
import inspect
import io
import itertools
import json
import os
import re
import signal
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

SECONDS = 5
MOST_ITEMS = 1000
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class BrokenSnippet(Exception):
    """What was to be run isn't Python."""


def main() -> None:
    """Answer each job with what its snippet and then each of its calls showed."""
    jobs = json.load(sys.stdin)
    signal.signal(signal.SIGALRM, _out_of_time)
    print(json.dumps([_answers(job) for job in jobs]))


def _out_of_time(*_: object) -> None:
    raise TimeoutError


def _answers(job: dict[str, Any]) -> list[str]:
    module = types.ModuleType("snippet")
    sys.modules["snippet"] = module
    os.chdir(tempfile.mkdtemp(dir=os.environ["HOME"]))
    names = module.__dict__
    loaded = _shown(lambda: exec(_compiled(job["code"]), names), fail="broken: ")  # noqa: S102
    return [loaded, *(_shown(partial(_call, job["call"], names)) for job in job["calls"])]


def _shown(act: Callable[[], Any], fail: str = "") -> str:
    """What an act gives, or the type of its exception, and what it prints."""
    out = io.StringIO()
    signal.alarm(SECONDS)
    try:
        with contextlib.redirect_stdout(out):
            said = _ADDRESS.sub("", repr(act()))
    except TimeoutError:
        said = "broken: takes too long"
    except BrokenSnippet as error:
        said = f"broken: {error}"
    except BaseException as error:  # noqa: BLE001
        said = f"{fail}raises {type(error).__name__}"
    finally:
        signal.alarm(0)
    return f"{said} and prints {out.getvalue()!r}" if out.getvalue() else said


def _compiled(code: str) -> types.CodeType:
    try:
        return compile(code, "snippet", "exec")
    except SyntaxError as error:
        raise BrokenSnippet(error) from error


def _call(text: str, names: dict[str, Any]) -> Any:
    """The value of an expression; of a call also its arguments afterwards."""
    try:
        call = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise BrokenSnippet(error) from error
    if not isinstance(call, ast.Call) or any(isinstance(each, ast.Starred) for each in call.args):
        return _settled(eval(text, names))  # noqa: S307
    arguments = [_value(argument, names) for argument in call.args]
    keywords = {word.arg: _value(word.value, names) for word in call.keywords if word.arg}
    result = _settled(_value(call.func, names)(*arguments, **keywords))
    shown = [_settled(argument) for argument in (*arguments, *keywords.values())]
    return f"{result!r} with arguments {shown!r}"


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "call", "eval"), names)  # noqa: S307


def _settled(value: Any) -> Any:
    """The items of an iterator, the result of a coroutine, and everything else as it is."""
    if inspect.iscoroutine(value):
        return asyncio.run(value)
    if isinstance(value, Iterator):
        return list(itertools.islice(value, MOST_ITEMS))
    return value


if __name__ == "__main__":
    main()
