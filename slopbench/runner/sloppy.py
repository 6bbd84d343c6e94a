"""Makes a Python program worse and leaves what it does as it is: dead copies and dead branches.

What is added stands at the end of a file inside functions that nobody calls, so that nothing of it
runs: no decorator, no default value, no annotation. At level k the largest file has k rounds of it,
the next one k - 1, and so on; each round has more dead branches than the one before.
"""

import ast
import re
from collections.abc import Iterator

from slopbench.errors import UsageError
from slopbench.runner.trees import File, Tree

INDENT = " " * 4
LEAST_BRANCHES = 2
MORE_BRANCHES = 8
"""Dead branches of every round; a round has this many more than the one before, and more still in a
file with many functions, so that they outgrow the copies."""


def sloppy_tree(tree: Tree, language: str, level: int) -> dict[str, File]:
    """The tree with `level` rounds of slop. Raises UsageError for a language other than Python."""
    if language != "python":
        raise UsageError(
            f"sloppy can't write {language}",
            where="runner sloppy",
            mend="use --language python, or another runner",
        )
    largest_first = sorted(tree, key=lambda name: (-len(tree[name].data), name))
    sources = [name for name in largest_first if name.endswith(".py")]
    rounds = {name: max(0, level - rank) for rank, name in enumerate(sources)}
    return {
        name: sloppy_file(name, file, rounds[name]) if name in rounds else file
        for name, file in tree.items()
    }


def sloppy_file(name: str, file: File, rounds: int) -> File:
    """A Python source of the tree with its rounds. Raises UsageError if it is none."""
    try:
        worse = sloppy_source(file.data.decode(), rounds)
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"is no Python source in UTF-8: {error}", where=name, mend="mend the reference"
        ) from error
    return File(worse.encode(), file.executable)


def sloppy_source(source: str, level: int) -> str:
    """A Python source with `level` rounds of dead code at its end; SyntaxError if it is none."""
    functions = list(function_texts(source))
    rounds = (dead_round(functions, number) for number in range(1, level + 1))
    worse = source.rstrip("\n") + "\n" + "".join(rounds)
    ast.parse(worse)
    return worse


def function_texts(source: str) -> Iterator[tuple[str, str]]:
    """Name and text, four blanks deep, of the functions of a module and of its classes."""
    lines = source.split("\n")
    for node in functions_of(ast.parse(source)):
        text = lines[node.lineno - 1 : node.end_lineno]
        if node.col_offset == 0:
            yield node.name, "\n".join(INDENT + line if line.strip() else line for line in text)
        elif text[0].startswith((f"{INDENT}def ", f"{INDENT}async ")):
            yield node.name, "\n".join(text)


def functions_of(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    classes = (node for node in module.body if isinstance(node, ast.ClassDef))
    for node in [*module.body, *(inner for outer in classes for inner in outer.body)]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dead_round(functions: list[tuple[str, str]], number: int) -> str:
    """Dead branches and a copy of every function, inside of a function that nobody calls."""
    copies = (renamed(name, text, f"{name}_again_{number}") for name, text in functions)
    count = LEAST_BRANCHES + number * (MORE_BRANCHES + len(functions) // 4)
    bodies = "\n\n".join([dead_branches(number, count), *copies])
    return f"\n\ndef _unused_round_{number}():\n{bodies}\n"


def renamed(name: str, text: str, new_name: str) -> str:
    return re.sub(rf"\bdef(\s+){re.escape(name)}\b", rf"def\g<1>{new_name}", text, count=1)


def dead_branches(number: int, count: int) -> str:
    """A function in which no branch can be reached."""
    lines = [f"def choose_again_{number}(code):"]
    for branch in range(count):
        lines += [
            f"{INDENT}if code == {branch} and code == {branch + 1}:",
            f"{INDENT * 2}return {branch}",
        ]
    lines.append(f"{INDENT}return code")
    return "\n".join(INDENT + line for line in lines)
