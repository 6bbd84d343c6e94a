"""Which files the modules of Rust lie in: what `mod`, `use` and paths in expressions refer to.

The rules are those of the reference of the language, chapters "Modules" and "Paths". A path may
name a module or something in one, so each of its beginnings is tried.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from tree_sitter import Node

from slopbench.quality.languages.paths import written

_ROOTS = frozenset({"main", "lib", "mod", "build"})
_FOLDERS_OF_ROOTS = frozenset({"bin", "tests", "examples", "benches"})
_STANDARD = frozenset({"std", "core", "alloc", "proc_macro"})
_RELATIVE = frozenset({"crate", "self", "super"})
_LONGEST_PATH = 8


def declared_module(item: Node, file: PurePosixPath) -> Iterator[str]:
    """The file of `mod x;`. None is referred to where only the tests are built with it."""
    name = item.child_by_field_name("name")
    if name is None or item.child_by_field_name("body") is not None or is_only_for_tests(item):
        return
    folder = folder_of_children(file).joinpath(*inline_modules(item))
    yield f"/{folder / written(name)}"


def is_only_for_tests(item: Node) -> bool:
    """Whether `#[cfg(test)]` stands before an item, alone or among other attributes."""
    before = item.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        if written(before).replace(" ", "") == "#[cfg(test)]":
            return True
        before = before.prev_named_sibling
    return False


def used(declaration: Node, file: PurePosixPath) -> Iterator[str]:
    """The files that a `use` may mean."""
    argument = declaration.child_by_field_name("argument")
    if argument is not None:
        for path in used_paths(argument):
            yield from files_of_path(path, declaration, file)


def used_paths(argument: Node) -> Iterator[list[str]]:
    """The paths in the tree of a `use`, without what they are renamed to."""
    pending: list[tuple[list[str], Node]] = [([], argument)]
    while pending:
        before, node = pending.pop()
        path = node.child_by_field_name("path")
        if node.type == "use_as_clause" and path is not None:
            pending.append((before, path))
        elif node.type == "scoped_use_list":
            within = [*before, *(_parts(path) if path else [])]
            pending += [(within, child) for child in node.children_by_field_name("list")]
        elif node.type in ("use_list", "use_wildcard"):
            pending += [(before, child) for child in node.named_children]
        else:
            yield [*before, *_parts(node)]


def mentioned(path: Node, file: PurePosixPath) -> Iterator[str]:
    """The files that a path in an expression or type means, if it begins with `crate` or the like."""
    first = path.child_by_field_name("path")
    if first is None or first.type not in _RELATIVE:
        return
    for _ in range(_LONGEST_PATH):
        if path.parent is None or not path.parent.type.startswith("scoped_"):
            break
        path = path.parent
    yield from files_of_path(_parts(path), path, file)


def files_of_path(path: Sequence[str], place: Node, file: PurePosixPath) -> Iterator[str]:
    """The files that a path may mean at its place in a file."""
    first, rest = path[0], list(path[1:])
    if first == "crate":
        yield from _beginnings(folder_of_crate(file), rest)
    elif first not in _STANDARD:
        here = folder_of_children(file).joinpath(*inline_modules(place))
        while path and path[0] in ("self", "super"):
            here, path = (here if path[0] == "self" else here.parent), path[1:]
        yield from _beginnings(here, path)
        if first not in _RELATIVE:
            yield from _beginnings(folder_of_crate(file), rest)


def _beginnings(folder: PurePosixPath, path: Sequence[str]) -> Iterator[str]:
    if len(path) < 2:
        yield f"/{folder}"
        yield from (f"/{folder / root}" for root in ("lib", "main"))
    for length in range(1, len(path) + 1):
        yield f"/{folder.joinpath(*path[:length])}"


def folder_of_children(file: PurePosixPath) -> PurePosixPath:
    """Where the modules lie that a file declares."""
    is_root = file.stem in _ROOTS or file.parent.name in _FOLDERS_OF_ROOTS
    return file.parent if is_root else file.with_suffix("")


def folder_of_crate(file: PurePosixPath) -> PurePosixPath:
    """Where the root of a file's crate lies: the innermost `src`, else the folder of the file."""
    return next((folder for folder in file.parents if folder.name == "src"), file.parent)


def inline_modules(node: Node) -> list[str]:
    """The names of the modules with a body around a node, from the outermost."""
    names: list[str] = []
    around = node.parent
    while around is not None:
        name = around.child_by_field_name("name")
        if around.type == "mod_item" and name is not None:
            names.append(written(name))
        around = around.parent
    return names[::-1]


def _parts(path: Node) -> list[str]:
    return [part.strip() for part in written(path).split("::") if part.strip()]
