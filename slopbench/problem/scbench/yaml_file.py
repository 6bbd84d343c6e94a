"""Reads a YAML file of a stranger: plain data only, with bounds, and no key that is given twice."""

from pathlib import Path
from typing import Any

import yaml

from slopbench.problem.faults import BrokenProblem, Fault

MOST_BYTES = 1_000_000
MOST_VALUES = 20_000
"""How many values a file may stand for once its aliases are written out."""

BAD_SCALARS = (ValueError, LookupError, AttributeError, TypeError, OverflowError)
"""What PyYAML raises for scalars that lie about their type, such as `!!bool maybe`."""


def read_yaml(file: Path) -> Any:
    """What a YAML file holds, as dicts, lists, strings, numbers, dates and None.

    Raises BrokenProblem if it is missing, a link, too large, no YAML, or not plain data.
    """
    text = _text(file)
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            return None
        _check(node, file)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _broken(file, f"is no valid YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise _broken(file, f"is no valid YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise _broken(file, "is nested too deeply") from error
    except BAD_SCALARS as error:
        raise _broken(file, f"holds a value that can't be read: {error}") from error


def _text(file: Path) -> str:
    if file.is_symlink():
        raise _broken(file, "is a symbolic link", mend="put the file itself there")
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        cause = (error.strerror or "unreadable").lower()
        mend = "add the file or mend its rights"
        raise _broken(file, f"can't be read: {cause}", mend=mend) from error
    if len(data) > MOST_BYTES:
        raise _broken(file, f"is larger than {MOST_BYTES} bytes", mend="make it smaller")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _broken(file, "is not UTF-8", mend="save it as UTF-8") from error


def _broken(
    file: Path, what: str, line: int | None = None, mend: str = "mend this place"
) -> BrokenProblem:
    return BrokenProblem([Fault(file, what, mend, line=line)])


def _check(root: yaml.Node, file: Path) -> None:
    """Refuse what would grow when it is read, has no end, or means two things."""
    if _weight(root, {}, file) > MOST_VALUES:
        raise _broken(file, f"stands for more than {MOST_VALUES} values", mend="use fewer aliases")


def _weight(node: yaml.Node, known: dict[int, int | None], file: Path) -> int:
    """How many values a node stands for; `known` holds None for those that are being counted."""
    if id(node) in known:
        weight = known[id(node)]
        if weight is None:
            raise _broken(file, "holds an alias of what it is part of", _line(node))
        return weight
    known[id(node)] = None
    if isinstance(node, yaml.MappingNode):
        _refuse_repeated_keys(node, file)
    weight = 1 + sum(_weight(part, known, file) for part in _parts(node))
    known[id(node)] = weight
    return weight


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _refuse_repeated_keys(node: yaml.MappingNode, file: Path) -> None:
    seen = set()
    for key, _ in node.value:
        name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
        if name in seen:
            raise _broken(file, f"has the key {key.value!r} twice", _line(key), "remove one")
        if name is not None:
            seen.add(name)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
