"""Scores along the revisions of a git repository, and what they say of its way."""
