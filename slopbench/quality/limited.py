"""The worker under limits, in a child of a process that lives to tell how it died.

Imports nothing beyond the standard library before the limits hold.
"""

import os
import resource
import sys
from collections.abc import Sequence

from slopbench.errors import ExitCode

OUT_OF_MEMORY = ExitCode.LIMIT
"""The exit status for a worker that a signal ended while it held much of its memory."""


def main(memory_bytes: int, cpu_seconds: int, output_bytes: int, *folders: str) -> int:
    """Score the first folder; returns the worker's exit status, or what stands for it.

    The parser dies of a failed allocation by a signal. So a worker that a signal ended counts as out
    of memory when it had held half of the limit, for arrays double when they grow.
    """
    child = os.fork()
    if child == 0:
        os._exit(_score(memory_bytes, cpu_seconds, output_bytes, folders))
    _, status = os.waitpid(child, 0)
    held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if os.WIFSIGNALED(status) and held >= memory_bytes // 2:
        return OUT_OF_MEMORY
    return os.waitstatus_to_exitcode(status) % 256


def _score(memory_bytes: int, cpu_seconds: int, output_bytes: int, folders: Sequence[str]) -> int:
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: output_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))
    from slopbench.quality import worker

    status = worker.main([*folders])
    sys.stdout.flush()
    return status
