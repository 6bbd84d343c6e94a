"""JSON and YAML that somebody else wrote, parsed so that nothing is guessed and nothing explodes."""

import json
import math
from typing import Any

import yaml


class Unusable(ValueError):
    """A file isn't what its name promises; the message says why, in one line."""


class TextLoader(yaml.BaseLoader):
    """Takes every scalar as the text that stands there, and refuses a key that comes twice.

    Merge keys mean nothing to it, so that a few lines can't unfold into gigabytes.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """See yaml. Raises Unusable for a repeated key."""
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        if len(found) < len(node.value):
            raise Unusable("has a key twice")
        return found


def parsed_yaml(content: bytes) -> dict[str, Any]:
    """The mapping in a YAML file, with all scalars as text. Raises Unusable."""
    try:
        found = yaml.load(content.decode(), Loader=TextLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise Unusable(f"is no YAML: {' '.join(str(error).split())[:200]}") from error
    except UnicodeDecodeError as error:
        raise Unusable("is no UTF-8") from error
    except RecursionError as error:
        raise Unusable("is nested too deeply") from error
    if not isinstance(found, dict):
        raise Unusable("is no mapping")
    return found


def parsed_json(content: bytes) -> dict[str, Any]:
    """The object in a JSON file. Raises Unusable, also for NaN, infinity and repeated keys."""
    return _object(content, _refuse_constant, _finite)


def parsed_row(content: bytes) -> dict[str, Any]:
    """The same for a row of figures, in which NaN and infinity are kept as text."""
    return _object(content, str, _finite_or_text)


def as_text(value: object, most: int = 200) -> str | None:
    """A scalar out of YAML or JSON as one that any file of ours can hold; None where it says none."""
    if not isinstance(value, str) or value.strip().lower() in ("", "null", "~", "none"):
        return None
    return value.encode("utf-8", "backslashreplace").decode()[:most]


def _object(content: bytes, constant: Any, number: Any) -> dict[str, Any]:
    try:
        found = json.loads(
            content.decode(),
            parse_constant=constant,
            parse_float=number,
            object_pairs_hook=_without_repetition,
        )
    except UnicodeDecodeError as error:
        raise Unusable("is no UTF-8") from error
    except Unusable:
        raise
    except ValueError as error:
        raise Unusable(f"is no JSON: {str(error)[:200]}") from error
    except RecursionError as error:
        raise Unusable("is nested too deeply") from error
    if not isinstance(found, dict):
        raise Unusable("is no JSON object")
    return found


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unusable("has a key twice")
    return found


def _refuse_constant(name: str) -> float:
    raise Unusable(f"holds {name}")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise Unusable("holds a number that is too large")
    return value


def _finite_or_text(number: str) -> float | str:
    value = float(number)
    return value if math.isfinite(value) else number
