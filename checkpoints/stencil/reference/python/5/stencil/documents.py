"""JSON texts."""

import json
from typing import Any, NoReturn

from .errors import StencilError


def parse_json(document: bytes) -> Any:
    """The value of a JSON text; ValueError if it is none."""
    return json.loads(document.decode("utf-8"), parse_constant=refuse_constant)


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a value")


def parse_data(document: bytes) -> dict[str, Any]:
    try:
        data = parse_json(document)
    except ValueError as problem:
        raise StencilError("bad-data", detail=str(problem)) from None
    if not isinstance(data, dict):
        raise StencilError("bad-data", detail="not an object")
    return data
