"""Measures the code of a tree: lines, complexity, erosion, clones. A function of the tree alone.

Nothing of the measured tree is ever imported or run.
"""
