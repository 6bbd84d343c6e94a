"""The names of the signals in their order: columns of tables. docs/metrics.md defines each."""

SIGNALS = (
    *("max_cc", "p95_cc", "max_cognitive", "cognitive_share", "long_function_share"),
    *("module_share", "max_module_cc", "main_file_share", "comment_share", "dead_code_share"),
    *("propagation_cost", "tied_share"),
)
"""Signals of a tree."""
CHANGE_SIGNALS = (
    *("lines_added", "lines_removed", "churn", "files_touched", "functions_touched"),
    *("first_lines_survival", "new_clone_share"),
)
"""Signals of what a checkpoint changed."""
