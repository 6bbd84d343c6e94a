"""What can go wrong for a user: one exception tree, one enum of exit codes.

Every error says what happened, where, and how to mend it, in one line.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status of every slopbench command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    INFRASTRUCTURE = 3
    LIMIT = 4
    INCONCLUSIVE = 5
    INTERRUPTED = 130


class SlopbenchError(Exception):
    """An error that is shown to the user as one line.

    `what` says what happened, `where` names the file, key or object, `mend` says how to put it right.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        parts = [f"{where}: {what}" if where else what, mend]
        super().__init__("; ".join(part for part in parts if part))


class ValidationFailed(SlopbenchError):
    """Something was checked and found wanting: a gate, a problem, a runner."""

    exit_code = ExitCode.FAILED


class UsageError(SlopbenchError):
    """What the user gave can't be used: an option, a name, a file."""

    exit_code = ExitCode.USAGE


class InfrastructureError(SlopbenchError):
    """The machine lacks something or broke: an engine, a sandbox, the disk."""

    exit_code = ExitCode.INFRASTRUCTURE


class LimitError(SlopbenchError):
    """A budget or limit that the user set has ended the work."""

    exit_code = ExitCode.LIMIT
