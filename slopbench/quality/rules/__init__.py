"""Finds verbose code by the rules of a bundle, with the engines ast-grep and ruff."""
