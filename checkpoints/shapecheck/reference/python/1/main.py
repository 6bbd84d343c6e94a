"""Entry point: python3 main.py check SHAPE DOC"""

import sys

from shapecheck.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
