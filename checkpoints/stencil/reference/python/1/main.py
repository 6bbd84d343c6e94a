"""Entry point: python3 main.py render TEMPLATE [DATA]."""

import sys

from stencil.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
