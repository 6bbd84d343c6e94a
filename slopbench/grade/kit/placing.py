"""Runs a command of a test in a place like the program's; see commands.py."""

from dataclasses import replace

from .settings import load
from .wrapper import wrapped


def main(argv: list[str]) -> int:
    """Run the command that follows the settings file `argv[0]`."""
    return wrapped(lambda: replace(load(argv[0]), entry=()), argv[1:])
