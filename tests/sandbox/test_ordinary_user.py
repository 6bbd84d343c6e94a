"""What the embedded backend promises, it keeps for a user without rights: no control groups, no other uid."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = Path(sysconfig.get_path("purelib"))
NOBODY_ELSE = 0x1FFF_0001
PROBES = (
    "memory_hog or no_process_maps or bomb_is_bounded or no_more_processes or cpus_are_bounded"
    " or something_that_holds or places_together or folders_links or owner or many_start"
    " or death_of_the_first or lower_its_limits or idle or is_what_is_got or hostile_entries"
    " or socket_works or shares_cant or listener_of_the_host or no_capabilities or nothing_stays"
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the user may write."""
    folder = Path(tempfile.mkdtemp(prefix="slopbench-test-", dir="/var/tmp"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def as_ordinary_user() -> list[str]:
    """What turns root into a user without rights; somebody who is none needs nothing.

    `env` comes between: setpriv itself still starts programs with the rights of root.
    """
    if os.geteuid() != 0:
        return []
    identity = [f"--reuid={NOBODY_ELSE}", f"--regid={NOBODY_ELSE}", "--clear-groups"]
    return ["setpriv", *identity, "env"]


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home),
        "SLOPBENCH_STATE": str(home / "state"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(PACKAGES)]),
    }


def interpreter(home: Path) -> str:
    """A Python with our packages that the user can run: one under root's home can't be."""
    same = f"python3.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{same}", f"/usr/local/bin/{same}"):
        trial = [*as_ordinary_user(), python, "-c", "import hypothesis, pytest, slopbench.sandbox"]
        if Path(python).exists():
            done = subprocess.run(
                trial, env=environment(home), cwd="/", capture_output=True, check=False
            )
            if done.returncode == 0:
                return python
    pytest.fail(f"no {same} that a user without rights can run: apt-get install {same}")


def test_probes_are_withstood_as_an_ordinary_user(home):
    folder = Path(__file__).parent
    options = ["-q", "-p", "no:cacheprovider", "-m", "not docker", "-k", PROBES, "-W", "ignore"]
    options += [f"--deselect={Path(__file__).relative_to(CHECKOUT)}", str(folder)]
    done = subprocess.run(
        [*as_ordinary_user(), interpreter(home), "-m", "pytest", *options],
        env=environment(home),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    summary = done.stdout.splitlines()[-1:]
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(summary[0].split()[0]) >= 30, summary
