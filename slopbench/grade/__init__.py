"""Grading: hidden tests against a stored snapshot, in two levels that share no file tree.

The grader (pytest, kit, tests, results) runs in one sandbox; each start of the program gets a place
of its own in which none of that is visible. See docs/grading.md.
"""
