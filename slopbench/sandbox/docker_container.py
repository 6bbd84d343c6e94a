"""What a sandbox's container is made of: limits, mounts, rights, and labels that name its owner."""

import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docker.types import LogConfig, Mount, Ulimit

from slopbench.errors import InfrastructureError
from slopbench.sandbox.docker_engine import Engine
from slopbench.sandbox.layout import (
    NO_CORE,
    SHARED_FOLDERS,
    SOCKET_INSIDE,
    watched_folders,
)
from slopbench.sandbox.protocol import Limits, Purpose, SandboxSpec
from slopbench.sandbox.session import interpreter_argv

PYTHON = "/usr/bin/python3"
AGENT_UID = 1000
MEGABYTE = 1 << 20
HEADROOM_MB = 64
EXTRA_PROCESSES = 8
CPU_PERIOD = 100_000
OPEN_FILES = 4096
ULIMITS = {"core": NO_CORE, "nofile": OPEN_FILES, "nproc": 32_768}
"""All that Podman would else raise above what its host may allow. `nproc` counts a uid's processes
on the whole host, so it is no limit of a sandbox: the control group is."""
LABEL, RUN_LABEL, OWNER_LABEL = "slopbench", "slopbench.run", "slopbench.owner"
HOST_LABEL = "slopbench.host"
COVERED_FOLDERS = ("/dev/mqueue", "/var/tmp")  # noqa: S108
GRADER_FOLDER = "/grader"
GRADER_CAPABILITIES = (
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "KILL",
    "SETGID",
    "SETUID",
    "SYS_PTRACE",
)
"""To own and read files of programs, to change to their uids, to end them, to see their memory."""


def container_settings(client: Any, engine: Engine, spec: SandboxSpec) -> dict[str, Any]:
    """What the engine is asked for, apart from the image.

    A grader is root and has few capabilities, since it starts each program under a uid of its
    own; all else runs as the user `agent` and has none, the first process included.
    """
    owner = owner_of(spec.purpose)
    return {
        "entrypoint": interpreter_argv(PYTHON),
        "command": [],
        "user": f"{owner}:{owner}",
        "working_dir": "/",
        "hostname": "sandbox",
        "stdin_open": True,
        "labels": labels(spec.run_id),
        "host_config": client.create_host_config(
            auto_remove=True,
            network_mode="none",
            # The engine would else copy the host's name servers and domains.
            dns=["127.0.0.1"],
            dns_search=["."],
            read_only=True,
            cap_drop=["ALL"],
            cap_add=list(GRADER_CAPABILITIES) if spec.purpose is Purpose.GRADE else [],
            security_opt=["no-new-privileges"],
            ipc_mode="private",
            # The engine would else write all that a sandbox says to the host's disk.
            log_config=LogConfig(type="none"),
            tmpfs=memory_folders(spec, engine),
            mounts=list(shown_mounts(spec)),
            ulimits=[Ulimit(name=name, soft=most, hard=most) for name, most in ULIMITS.items()],
            **control_group(spec.limits),
        ),
    }


def owner_of(purpose: Purpose) -> int:
    """The uid of the first process and of the commands."""
    return 0 if purpose is Purpose.GRADE else AGENT_UID


def control_group(limits: Limits) -> dict[str, int]:
    """The limits that the kernel holds for the container as a whole, in the engine's words."""
    # Files in memory count too, hence the disk limit in the sum.
    memory = (limits.memory_mb + limits.disk_mb + HEADROOM_MB) * MEGABYTE
    return {
        "mem_limit": memory,
        "memswap_limit": memory,
        "pids_limit": limits.processes + EXTRA_PROCESSES,
        "cpu_period": CPU_PERIOD,
        "cpu_quota": int(limits.cpus * CPU_PERIOD),
    }


def command_rlimits(limits: Limits) -> dict[str, int]:
    """Limits of each command by their names in `resource`."""
    return {"FSIZE": limits.disk_mb * MEGABYTE, "CORE": NO_CORE, "NOFILE": OPEN_FILES}


def memory_folders(spec: SandboxSpec, engine: Engine) -> dict[str, str]:
    """Mount options of the folders in memory.

    Each can hold the whole disk limit: their sum, and the number of files, are watched inside.
    Folders that engines add and anybody may fill are covered by empty ones.
    """
    owner = owner_of(spec.purpose)
    ownership = "U" if engine.podman else f"uid={owner},gid={owner}"
    common = f"rw,exec,nosuid,nodev,noatime,size={spec.limits.disk_mb}m,{ownership}"
    folders = dict.fromkeys(COVERED_FOLDERS, "ro,nosuid,nodev,noexec,size=4k,mode=0555")
    for folder in watched_folders(spec.purpose):
        mode = "1777" if folder in SHARED_FOLDERS else "0755"
        mode = "0700" if folder == GRADER_FOLDER else mode
        folders[folder] = f"{common},mode={mode}"
    return folders


def shown_mounts(spec: SandboxSpec) -> Iterator[Mount]:
    """What of the host is shown inside: shares, and the socket that is the only way out.

    Raises InfrastructureError for a path that doesn't exist; some engines would make a folder there.
    """
    shown = [(share.host, share.inside) for share in spec.shares]
    if spec.socket is not None:
        shown.append((spec.socket, SOCKET_INSIDE))
    for host, inside in shown:
        if not host.exists():
            raise InfrastructureError("does not exist, so that it can't be shown", where=str(host))
        yield Mount(inside, str(host), type="bind", read_only=True)


def labels(run_id: str) -> dict[str, str]:
    """Says whose a container is, so that it can be removed when its owner has died."""
    owner = os.getpid()
    return {
        LABEL: "1",
        RUN_LABEL: run_id,
        OWNER_LABEL: f"{owner}-{born(owner)}",
        HOST_LABEL: socket.gethostname(),
    }


def label_filter() -> list[str]:
    """Matches the containers of sandboxes that this host's processes have started."""
    return [f"{LABEL}=1", f"{HOST_LABEL}={socket.gethostname()}"]


def owner_lives(found: Mapping[str, str]) -> bool:
    """Whether the process that the labels name still runs."""
    pid, _, birth = found.get(OWNER_LABEL, "").partition("-")
    return pid.isdigit() and birth != "" and born(int(pid)) == birth


def born(pid: int) -> str:
    """When a process was started (clock ticks since boot), "" if there is none; pids are reused."""
    try:
        text = Path("/proc", str(pid), "stat").read_text()
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[19]
