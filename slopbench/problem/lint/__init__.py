"""Checks of a problem that need no run: one module a family of rules, one registry."""
