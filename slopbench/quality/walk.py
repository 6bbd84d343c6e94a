"""A walk over a syntax tree that needs no recursion, however deep the tree is."""

from collections.abc import Iterator

from tree_sitter import Node, Tree


class Preorder:
    """Yields every node before its children, with its depth."""

    def __init__(self, tree: Tree) -> None:
        self._cursor = tree.walk()
        self._skipped = False

    def skip(self) -> None:
        """Don't go into the node that was yielded last."""
        self._skipped = True

    def __iter__(self) -> Iterator[tuple[Node, int]]:
        cursor, depth = self._cursor, 0
        while True:
            node = cursor.node
            assert node is not None
            yield node, depth
            if not self._skipped and cursor.goto_first_child():
                depth += 1
                continue
            self._skipped = False
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return
                depth -= 1
