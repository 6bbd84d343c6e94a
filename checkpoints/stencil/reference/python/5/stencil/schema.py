"""Descriptions of data."""

from typing import Any

from .documents import parse_json
from .errors import StencilError
from .types import NAMED, Slot, Type

OPTIONAL = "?"


def parse_schema(document: bytes) -> dict[str, Slot]:
    """The fields of the data."""
    try:
        schema = parse_json(document)
        if not isinstance(schema, dict):
            raise ValueError("not an object")
        return read_fields(schema)
    except ValueError as problem:
        raise StencilError("bad-schema", detail=str(problem)) from None


def read_fields(members: dict[str, Any]) -> dict[str, Slot]:
    fields = {}
    for key, described in members.items():
        name = key.removesuffix(OPTIONAL)
        if name in fields:
            raise ValueError(f"field {name} is given twice")
        fields[name] = Slot(read_type(described), name != key)
    return fields


def read_type(described: Any) -> Type:
    if isinstance(described, dict):
        return Type("object", fields=tuple(read_fields(described).items()))
    if isinstance(described, list) and len(described) == 1:
        return Type("list", items=read_type(described[0]))
    if isinstance(described, str) and described in NAMED:
        return NAMED[described]
    raise ValueError(f"not a type: {described}")
