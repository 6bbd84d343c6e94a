"""`python3 -I KIT grade SETTINGS` runs the hidden tests; `… start SETTINGS ARG…` runs the program.

`… place SETTINGS WORD…` runs another command in a place like the program's.

KIT is this folder. All commands take the path of the settings file as an argument, because a
test suite that starts the program itself may replace the whole environment.
"""

import sys
from importlib import import_module
from os.path import abspath, dirname

COMMANDS = {"grade": "kit.run", "start": "kit.wrapper", "place": "kit.placing"}


def main(argv: list[str]) -> int:
    if len(argv) < 3 or argv[1] not in COMMANDS:
        sys.stderr.write(
            "usage: python3 -I KIT grade SETTINGS | start SETTINGS [ARG...] | place SETTINGS WORD...\n"
        )
        return 2
    status: int = import_module(COMMANDS[argv[1]]).main(argv[2:])
    return status


if __name__ == "__main__":
    sys.path[0] = dirname(dirname(abspath(__file__)))
    sys.exit(main(sys.argv))
