"""The first process itself: answers one request after the other."""

import ctypes
import json
import os
import signal
import sys
from typing import NoReturn

from .becoming import PR_SET_DUMPABLE
from .command import exec_command
from .files import clear, get, put
from .frames import answer, read_frame


def main() -> NoReturn:
    """Answer until the host is gone."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    os.umask(0o022)
    operations = {"exec": exec_command, "put": put, "get": get, "clear": clear}
    answer(ready=os.getpid(), version=sys.version.split()[0])
    while True:
        _, payload = read_frame()
        request = json.loads(payload)
        operations[request["op"]](request)
