"""The facts of a file as bytes, for the cache: a JSON header and the arrays after it, compressed.

Nothing in the bytes is code, so that reading them can at worst fail.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from slopbench.quality.facts import DeadCode, FileFacts, Finding, Function
from slopbench.quality.tokens import Tokens

_LENGTH = struct.Struct("<I")
_ARRAYS = ("sloc_rows", "line_codes", "comments")
_TOKENS = tuple(field.name for field in fields(Tokens))
_FAST = 1


def encode(facts: FileFacts) -> bytes:
    """The facts as bytes."""
    arrays = [getattr(facts, name) for name in _ARRAYS]
    arrays += [getattr(facts.tokens, name) for name in _TOKENS]
    header = {
        "file": facts.file,
        "language": facts.language,
        "encoding": facts.encoding,
        "lines": facts.lines,
        "comment_lines": facts.comment_lines,
        "functions": [asdict(function) for function in facts.functions],
        "module": asdict(facts.module),
        "depth": facts.depth,
        "error_line": facts.error_line,
        "references": sorted(facts.references),
        "mentions": sorted(facts.mentions),
        "findings": None
        if facts.findings is None
        else [asdict(finding) for finding in facts.findings],
        "unread_by": sorted(facts.unread_by),
        "dead_code": facts.dead_code and _dead_code_header(facts.dead_code),
        "arrays": [[array.dtype.str, len(array)] for array in arrays],
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    columns = (np.ascontiguousarray(array).tobytes() for array in arrays)
    return zlib.compress(b"".join([_LENGTH.pack(len(text)), text, *columns]), _FAST)


def _dead_code_header(dead: DeadCode) -> dict[str, object]:
    return {**asdict(dead), "used_names": sorted(dead.used_names)}


def decode(data: bytes) -> FileFacts:
    """The facts from bytes; raises ValueError for bytes that are damaged."""
    try:
        plain = zlib.decompress(data)
        begin = _LENGTH.size + _LENGTH.unpack_from(plain)[0]
        header = json.loads(plain[_LENGTH.size : begin])
        return _facts(header, list(_columns(header.pop("arrays"), plain, begin)))
    except (zlib.error, struct.error, KeyError, TypeError) as error:
        raise ValueError(f"damaged facts: {error}") from error


def _columns(
    layout: list[tuple[str, int]], plain: bytes, offset: int
) -> Iterator[npt.NDArray[Any]]:
    for kind, length in layout:
        column = np.frombuffer(plain, dtype=np.dtype(kind), count=length, offset=offset)
        offset += column.nbytes
        yield column


def _facts(header: dict[str, Any], columns: list[npt.NDArray[Any]]) -> FileFacts:
    header["functions"] = tuple(Function(**function) for function in header["functions"])
    header["module"] = Function(**header["module"])
    header |= {name: frozenset(header[name]) for name in ("references", "mentions", "unread_by")}
    if header["findings"] is not None:
        header["findings"] = tuple(
            Finding(**{**finding, "rows": tuple(finding["rows"])}) for finding in header["findings"]
        )
    header["dead_code"] = header["dead_code"] and _dead_code(header["dead_code"])
    header.update(zip(_ARRAYS, columns, strict=False))
    header["tokens"] = Tokens(*columns[len(_ARRAYS) :])
    return FileFacts(**header)


def _dead_code(stored: dict[str, Any]) -> DeadCode:
    return DeadCode(
        unreachable=tuple((first, last) for first, last in stored["unreachable"]),
        unused=tuple((name, first, last) for name, first, last in stored["unused"]),
        used_names=frozenset(stored["used_names"]),
    )
