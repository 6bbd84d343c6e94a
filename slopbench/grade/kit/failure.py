"""How a test fails because of the program, and how grading fails because of the machine."""


class ProgramFailure(AssertionError):
    """The program under test did what it must not do, or didn't do what it must: the test fails."""


class LauncherBroken(Exception):
    """The place in which the program runs couldn't be made or ended: no verdict on the program."""
