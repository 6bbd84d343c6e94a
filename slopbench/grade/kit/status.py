"""One reading of how a program ended, the same under every launcher."""

import signal

STOPPED = {signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
IGNORED = {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH}
DEADLY_SIGNALS = signal.valid_signals() - STOPPED - IGNORED


def as_signal(status: int) -> int:
    """Exit status 128 + n is read as death by signal n, as shells and bwrap report it.

    Negative numbers are deaths by a signal already. A program that itself exits with, say, 130 is
    thereby taken for one that an interrupt has ended; bwrap leaves no way to tell.
    """
    number = status - 128
    return -number if number in DEADLY_SIGNALS else status
