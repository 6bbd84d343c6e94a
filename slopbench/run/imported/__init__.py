"""Recorded runs of other engines, brought into a run directory of ours.

Whatever lies in such a folder is hostile: it is opened by descriptors, without following a link, and
parsed under limits.
"""
