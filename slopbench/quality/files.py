"""Which files of a tree are measured, and which are left out and why.

Nothing is left out silently, and nothing outside the tree is read: links are never followed.
"""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from slopbench.errors import UsageError
from slopbench.quality.exclusions import (
    ENVIRONMENT,
    InstalledFiles,
    environment_parts,
    is_generated,
    reason_of_folder,
)
from slopbench.quality.languages import AnyLanguage, language_of_name, language_of_shebang
from slopbench.quality.source import MAX_FILE_BYTES, count_lines, read_head, unreadable

_HEAD_BYTES = 4096


class Scope(StrEnum):
    """Whose tree it is: what may be left out depends on who could have arranged it."""

    RUN = "run"
    """An agent's: only virtual environments are left out."""
    REPOSITORY = "repository"
    """One's own: also what is vendored, generated, installed or of version control."""


@dataclass(frozen=True)
class SourceFile:
    """A file to measure; `name` is its path in the tree, with slashes."""

    name: str
    path: Path
    language: AnyLanguage


@dataclass
class Excluded:
    """Source files that aren't measured, by the folder or file that the reason is about."""

    path: str
    reason: str
    files: int = 0
    lines: int = 0


@dataclass(frozen=True)
class Tree:
    """The source files of a tree, sorted by name, and what was left out, with at least one file."""

    measured: tuple[SourceFile, ...]
    excluded: tuple[Excluded, ...]


def find_files(root: Path, scope: Scope) -> Tree:
    """The source files below `root`.

    Raises UsageError if it is no folder and InfrastructureError if something below can't be read.
    """
    if not root.is_dir():
        raise UsageError(
            "is no folder", where=str(root), mend="name the folder of the code to score"
        )
    finder = _Finder(root.resolve(), scope)
    measured = sorted(finder.run(), key=lambda file: file.name)
    excluded = (entry for entry in finder.excluded.values() if entry.files)
    return Tree(tuple(measured), tuple(sorted(excluded, key=lambda entry: entry.path)))


def only_languages(tree: Tree, names: Collection[str]) -> Tree:
    """The part of a tree that is written in these languages; what is left out of it is listed."""
    measured = tuple(file for file in tree.measured if file.language.name in names)
    others: dict[str, Excluded] = {}
    for file in tree.measured:
        name = file.language.name
        if name not in names:
            entry = others.setdefault(name, Excluded(".", f"written in {name}"))
            entry.files += 1
            entry.lines += count_lines(file.path)
    return Tree(measured, (*tree.excluded, *others.values()))


class _Finder:
    """The state of one search. `excluded` is keyed by the path that the reason is about."""

    def __init__(self, root: Path, scope: Scope) -> None:
        self._root, self._scope = root, scope
        self._installed = InstalledFiles()
        self.excluded: dict[Path, Excluded] = {}

    def run(self) -> Iterator[SourceFile]:
        folders: list[tuple[Path, Excluded | None]] = [(self._root, None)]
        while folders:
            folder, excluded = folders.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                raise unreadable(folder, error) from error
            self._look_for_exclusions(folder, entries)
            for entry in entries:
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    folders.append((path, excluded or self._exclusion_of_folder(path)))
                else:
                    yield from self._measured(entry, path, excluded)

    def _measured(
        self, entry: os.DirEntry[str], path: Path, excluded: Excluded | None
    ) -> Iterator[SourceFile]:
        """The entry if it is to be measured; it is counted where it is left out."""
        if entry.is_symlink():
            self._note_link(path)
        elif language := _language(entry):
            excluded = excluded or self._exclusion_of_file(entry, path)
            if excluded is None:
                yield SourceFile(self._name(path), path, language)
            else:
                excluded.files += 1
                excluded.lines += _lines(entry)

    def _look_for_exclusions(self, folder: Path, entries: list[os.DirEntry[str]]) -> None:
        for part in environment_parts(folder, entries):
            self._exclude(part, ENVIRONMENT)
        if self._scope is Scope.REPOSITORY:
            self._installed.look_in(folder, entries)

    def _exclusion_of_folder(self, path: Path) -> Excluded | None:
        if path not in self.excluded and self._scope is Scope.REPOSITORY:
            reason = reason_of_folder(path.name)
            if reason:
                self._exclude(path, reason)
        return self.excluded.get(path)

    def _exclusion_of_file(self, entry: os.DirEntry[str], path: Path) -> Excluded | None:
        if not entry.is_file(follow_symlinks=False):
            return self._exclude(path, "no regular file")
        if self._scope is Scope.RUN:
            return None
        if entry.stat(follow_symlinks=False).st_size > MAX_FILE_BYTES:
            return self._exclude(path, f"larger than {MAX_FILE_BYTES >> 20} MiB")
        if package := self._installed.package_of(path):
            return self._exclude(package, "installed package")
        if is_generated(read_head(path, _HEAD_BYTES)):
            return self._exclude(path, "generated")
        return None

    def _note_link(self, link: Path) -> None:
        """A link into the tree is measured at its target, one out of it is listed."""
        target = Path(os.path.realpath(link))
        inside = target.is_relative_to(self._root) and target.exists()
        if not inside and (language_of_name(link.name) or target.is_dir()):
            self._exclude(link, "link out of the tree").files += 1

    def _exclude(self, path: Path, reason: str) -> Excluded:
        return self.excluded.setdefault(path, Excluded(self._name(path), reason))

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


def _language(entry: os.DirEntry[str]) -> AnyLanguage | None:
    """By the file's ending, and of a program without a known one by its first line."""
    language = language_of_name(entry.name)
    if language or not entry.is_file(follow_symlinks=False):
        return language
    executable = entry.stat(follow_symlinks=False).st_mode & 0o111
    if executable or "." not in entry.name:
        return language_of_shebang(read_head(Path(entry.path), 256))
    return None


def _lines(entry: os.DirEntry[str]) -> int:
    return count_lines(Path(entry.path)) if entry.is_file(follow_symlinks=False) else 0
