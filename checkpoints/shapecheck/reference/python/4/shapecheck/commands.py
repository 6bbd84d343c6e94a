"""What each command does with its operands; the exit status is returned."""

import json
import sys

from shapecheck import document, patches, shapefile, support
from shapecheck.applying import Document
from shapecheck.checking import violations
from shapecheck.diffing import difference
from shapecheck.errors import Fault
from shapecheck.merging import Merge, conflicts_as_value
from shapecheck.patches import Patch
from shapecheck.rendering import text_of
from shapecheck.searching import smallest_outside
from shapecheck.shapes import ShapeFile
from shapecheck.values import Value


def check(shape_path: str, doc_path: str, *, nearest: bool) -> int:
    shape = _shape_file(shape_path).root
    value = document.parse(sys.stdin.buffer.read() if doc_path == "-" else _read(doc_path))
    found = violations(value, shape, nearest=nearest)
    for violation in found:
        print(json.dumps(violation.as_json()))
    return 1 if found else 0


def diff(shape_path: str, old_path: str, new_path: str) -> int:
    shape = _shape_file(shape_path).root
    old, new = _document(old_path), _document(new_path)
    if any(violations(value, shape, nearest=False) for value in (old, new)):
        raise Fault("invalid", "a document has violations")
    return _print(patches.as_value(difference(old, new, shape)))


def apply(doc_path: str, patch_path: str) -> int:
    value, patch = _document(doc_path), _patch(patch_path)
    return _print(Document(value).apply(patch).value)


def invert(patch_path: str) -> int:
    return _print(patches.as_value(patches.inverse(_patch(patch_path))))


def merge(base_path: str, first_path: str, second_path: str) -> int:
    base, first, second = _document(base_path), _patch(first_path), _patch(second_path)
    merged = Document(base).apply(first)
    Document(base).apply(second)
    merge = Merge(first, second)
    if merge.conflicts:
        _print(conflicts_as_value(merge.conflicts))
        return 1
    return _print(merged.apply(merge.rest, strict=False).value)


def smallest(shape_path: str) -> int:
    shape_file = _shape_file(shape_path)
    support.refuse_in_any(shape_file)
    print(smallest_outside(shape_file.root, None))
    return 0


def compat(old_path: str, new_path: str) -> int:
    old, new = _shape_file(old_path), _shape_file(new_path)
    support.refuse_in_old(old)
    support.refuse_in_new(new)
    counterexample = smallest_outside(old.root, new.root)
    print("yes" if counterexample is None else f"no\n{counterexample}")
    return 0 if counterexample is None else 1


def _print(value: Value) -> int:
    print(text_of(value))
    return 0


def _document(path: str) -> Value:
    return document.parse(_read(path))


def _shape_file(path: str) -> ShapeFile:
    return shapefile.parse(_read(path))


def _patch(path: str) -> Patch:
    return patches.patch_of(_document(path))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Fault("unreadable", f"{path}: {error.strerror}") from error
