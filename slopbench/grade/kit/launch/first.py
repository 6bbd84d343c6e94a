"""The first process in the place of a program whose exact end a caller wants to know.

bwrap reports a death by signal 2 and an exit with 130 in the same way. So bwrap runs this file's
source, which starts the program and writes its wait status to a descriptor that the program hasn't.
"""

import os
import signal
import sys

NOT_FOUND = 127 << 8
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)


def main(report: int, argv: list[str]) -> None:
    """Run the program to its end. What it leaves behind ends with this process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.set_inheritable(report, False)
    os.write(report, status_of(argv).to_bytes(4, "little"))


def status_of(argv: list[str]) -> int:
    """The program's wait status."""
    try:
        program = os.posix_spawnp(argv[0], argv, os.environ, setsigdef=IGNORED_BY_PYTHON)
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        return NOT_FOUND
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == program:
            return status


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
