"""Entry point: python3 main.py render TEMPLATE [DATA]."""

import sys

from stencil.cli import main

DEEP_ENOUGH = 20_000
"""Frames for a hundred macros within each other, each with nested blocks."""

if __name__ == "__main__":
    sys.setrecursionlimit(DEEP_ENOUGH)
    sys.exit(main(sys.argv[1:]))
