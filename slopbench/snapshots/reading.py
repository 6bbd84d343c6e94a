"""A stored tree, read back through `git ls-tree` and `git cat-file --batch`."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from slopbench.snapshots.git import Git

FOLDER = "040000"
LINK = "120000"


@dataclass(frozen=True)
class Node:
    """An entry of a stored tree: git's mode, object id and path."""

    mode: str
    oid: str
    path: bytes


def nodes(git: Git, commit: str) -> list[Node]:
    """Every folder, file and link of a commit's tree. Raises GitFailed if there is no commit."""
    listing = git.run("ls-tree", "-r", "-t", "-z", "--full-tree", commit)
    found = []
    for line in listing.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, oid = head.decode().split(" ")
        found.append(Node(mode, oid, path))
    return found


def commit_parts(git: Git, commit: str) -> tuple[str, bytes]:
    """The tree id and the message of a commit. Raises GitFailed if there is no such commit."""
    head, _, message = git.run("cat-file", "commit", commit).partition(b"\n\n")
    return head.split(b"\n")[0].removeprefix(b"tree ").decode(), message


@contextmanager
def contents(git: Git, wanted: Sequence[Node]) -> Iterator[Callable[[], tuple[BinaryIO, int]]]:
    """Yields a function: each call gives a node's stream and the size that must be read from it."""
    with tempfile.TemporaryFile() as requests, tempfile.TemporaryFile() as complaint:
        requests.writelines(b"%s\n" % node.oid.encode() for node in wanted)
        requests.seek(0)
        process = git.start(["cat-file", "--batch"], stdin=requests, stderr=complaint)
        stream = cast("BinaryIO", process.stdout)
        try:
            yield Answers(git, stream).open_next
        finally:
            stream.close()
            process.wait()


class Answers:
    """What `cat-file --batch` prints: a line with the size, the content, a line end, and so on."""

    def __init__(self, git: Git, stream: BinaryIO) -> None:
        self.git, self.stream, self.first = git, stream, True

    def open_next(self) -> tuple[BinaryIO, int]:
        """The stream at the start of the next content, and its size. Raises GitFailed."""
        if not self.first:
            self.stream.read(1)
        self.first = False
        head = self.stream.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            raise self.git.failure("cat-file", b"an object is missing: " + b" ".join(head))
        return self.stream, int(head[2])
