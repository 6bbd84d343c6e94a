"""Launchers: how one start of the program is shut off from the grader, one module each."""

from ..settings import Settings
from .protocol import Command, Launched, Launcher

__all__ = ["Command", "Launched", "Launcher", "pick"]


def pick(settings: Settings) -> Launcher:
    """The launcher that the settings name."""
    if settings.launcher == "bubblewrap":
        from .bubblewrap import BubblewrapLauncher

        return BubblewrapLauncher(settings)
    if settings.launcher == "uid":
        from .uid import UidLauncher

        return UidLauncher(settings)
    from .bare import BareLauncher

    return BareLauncher(settings)
