"""Fills text templates with values."""
