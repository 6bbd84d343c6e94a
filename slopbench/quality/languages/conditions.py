"""Conditions on nodes that the tables of several languages share.

They ask for a node's parent, which tree-sitter finds from the root: it costs the node's depth.
"""

from tree_sitter import Node

from slopbench.quality.language import Condition


def enclosing(node: Node) -> Node | None:
    """The nearest node around that is more than a pair of parentheses."""
    around = node.parent
    while around is not None and around.type == "parenthesized_expression":
        around = around.parent
    return around


def operator_of(node: Node | None) -> str | None:
    """The operator of an operation or assignment, None for other nodes."""
    operator = node.child_by_field_name("operator") if node else None
    return operator.type if operator else None


def has_operator(*operators: str) -> Condition:
    """Whether an operation is one of these."""
    return lambda node: operator_of(node) in operators


def begins_run(*operators: str) -> Condition:
    """Whether an operation is one of these, and not just one more of the same around it."""

    def condition(node: Node) -> bool:
        operator = operator_of(node)
        return operator in operators and operator_of(enclosing(node)) != operator

    return condition


def is_else_if(branch: Node) -> bool:
    """Whether a branch is the alternative of another one, with or without an `else` node between."""
    around = branch.parent
    if around is None:
        return False
    return around.type == "else_clause" or around.child_by_field_name("alternative") == branch


def is_no_else_if(branch: Node) -> bool:
    """Whether a branch nests by itself: what goes on with another one counts there, flat."""
    return not is_else_if(branch)


def has_alternative(branch: Node) -> bool:
    """Whether a branch has an `else`, be it the last one or that of an `else if`."""
    return branch.child_by_field_name("alternative") is not None


def has_child(*types: str) -> Condition:
    """Whether a node has a child of one of these types, such as the label that a jump names."""
    return lambda node: any(child.type in types for child in node.children)


def named_with_body(node: Node) -> Node | None:
    """The name of a function; what only declares one, without body, is none."""
    if node.child_by_field_name("body") is None:
        return None
    return node.child_by_field_name("name")
