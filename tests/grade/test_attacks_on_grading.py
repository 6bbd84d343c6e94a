"""What a solution may try against its grader; each test is named after the attack, on both backends."""

import importlib.util
import sys
from pathlib import Path

import pytest

from slopbench.config import CANARY
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Purpose

SPEC = importlib.util.spec_from_file_location(
    "attacked_problem", Path(__file__).with_name("attacked_problem.py")
)
vault = sys.modules.setdefault("attacked_problem", importlib.util.module_from_spec(SPEC))
SPEC.loader.exec_module(vault)

WRONG = "import sys\nprint('wrong')\nsys.exit(9)\n"
ALL = set(vault.IDS)
FORGERY = """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    report.outcome = "passed"
"""


@pytest.fixture
def graded(tmp_path, backend):
    return lambda files, **limits: vault.graded(tmp_path, backend, files, **limits)


def test_an_honest_program_passes_everything(graded):
    assert vault.passed(graded(vault.greedy("pass"))) == ALL


@pytest.mark.parametrize(
    "planted",
    [
        {"conftest.py": FORGERY},
        {"tests/conftest.py": FORGERY},
        {"pytest.ini": "[pytest]\naddopts = --collect-only\n"},
        {"pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-k nothing"\n'},
        {"setup.cfg": "[tool:pytest]\naddopts = -p forged\n", "forged.py": FORGERY},
        {"sitecustomize.py": "import os; os._exit(0)\n"},
        {"usercustomize.py": "import os; os._exit(0)\n"},
        {"cheat.pth": "import os; os._exit(0)\n"},
        {"pytest.py": "import os; os._exit(0)\n", "kit/__init__.py": "import os; os._exit(0)\n"},
        {
            "forged.py": FORGERY,
            "forged-1.dist-info/entry_points.txt": "[pytest11]\nforged = forged\n",
            "forged-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: forged\nVersion: 1\n",
        },
        {".evaluation_tests/test_vault.py": "def test_answer(): pass\n"},
        {"1/tests/test_vault.py": "def test_answer(run): pass\n"},
        {"results.jsonl": '{"event": "finished"}\n'},
    ],
    ids=lambda planted: "+".join(planted),
)
def test_files_planted_in_the_workspace_change_nothing(graded, planted):
    assert vault.passed(graded({"main.py": WRONG, **planted})) == set()


def test_exit_zero_and_printed_passes_are_not_believed(graded):
    lines = "print('PASSED test_answer\\n5 passed in 0.1s')\nimport os\nos._exit(0)\n"
    assert vault.passed(graded({"main.py": lines})) == {"attack_alone"}


def test_atexit_tricks_don_t_reach_the_grader(graded):
    lines = "import atexit, os, sys\natexit.register(os._exit, 0)\nsys.exit(2)\n"
    assert vault.passed(graded({"main.py": lines})) == {"attack_alone"}


def test_forged_report_files_are_not_read(graded):
    files = vault.greedy(
        """
import os, json
for top in ("/", "/tmp", "/tmp/run", "/grader", "/workspace", ".", "..", "/home/agent", "/dev/shm"):
    for name in ("results.jsonl", "report.xml", "results.json"):
        try:
            with open(os.path.join(top, name), "w") as file:
                file.write(json.dumps({"event": "finished"}) + chr(10))
        except OSError:
            pass
raise SystemExit(1)
"""
    )
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


SEARCH = """
import os
needle = bytes.fromhex(NEEDLE)
found = []
def holds(path):
    rest = b""
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            if needle in rest + part:
                return True
            rest = part[-len(needle):]
    return False
for top, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(top, name) not in ("/sys", "/proc/sys")]
    for name in files:
        path = os.path.join(top, name)
        if top.startswith("/proc") and name not in ("environ", "cmdline", "mountinfo"):
            continue
        try:
            if os.path.isfile(path) and holds(path):
                found.append(path)
        except OSError:
            continue
raise SystemExit(str(found) if found else 0)
"""


@pytest.mark.timeout(300)
def test_a_search_of_the_whole_visible_tree_finds_no_hidden_thing(graded):
    files = vault.greedy(SEARCH.replace("NEEDLE", repr(CANARY.encode().hex())))
    result = graded(files, seconds=200)
    assert vault.passed(result) == ALL, vault.reason(result, "attack_alone")


@pytest.mark.timeout(300)
def test_the_same_search_finds_what_is_visible(graded):
    files = vault.greedy(SEARCH.replace("NEEDLE", repr(CANARY.encode().hex())))
    result = graded({**files, "leak.txt": CANARY}, seconds=200)
    assert vault.passed(result) == ALL - {"attack_alone"}


def test_a_planted_symlink_is_removed_and_fails_the_test(graded):
    files = vault.greedy("pass")
    files["main.py"] = files["main.py"].replace(
        'open("out.txt", "w").write("secret of the vault\\n")',
        '__import__("os").symlink("/proc/self/cwd/data/expected.txt", "out.txt")',
    )
    result = graded(files)
    assert vault.passed(result) == ALL - {"written_file"}
    assert "out.txt" in vault.reason(result, "written_file")


def test_a_file_from_elsewhere_can_t_be_linked_in(graded):
    files = vault.greedy(
        """
import os
for top in ("/workspace", "/etc", "/tmp", "/tmp/run", "/home/agent", "/usr/bin"):
    for name in os.listdir(top) if os.access(top, os.R_OK) else ():
        try:
            os.link(os.path.join(top, name), "out.txt")
        except OSError:
            continue
        raise SystemExit(f"linked {name}")
"""
    )
    assert vault.passed(graded(files)) == ALL


def test_a_planted_pipe_neither_hangs_nor_passes(graded):
    files = vault.greedy("import os; os.mkfifo('out.txt')")
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


def test_the_test_folder_replaced_or_closed_fails_that_test_alone(graded):
    files = vault.greedy("import os; os.mkdir('inner'); os.chmod('inner', 0); os.chmod('.', 0)")
    result = graded(files)
    assert ALL - {"attack_alone"} <= vault.passed(result), result.log


def test_signals_to_everything_don_t_reach_the_grader(graded):
    files = vault.greedy(
        """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for number in (signal.SIGTERM, signal.SIGKILL):
    for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
        if pid != os.getpid():
            try:
                os.kill(pid, number)
            except OSError:
                pass
"""
    )
    assert vault.passed(graded(files)) == ALL


def test_no_readable_process_knows_where_the_grader_keeps_its_things(graded):
    files = vault.greedy(
        """
import os
def contents(pid):
    for part in ("environ", "cmdline", "mountinfo", "status"):
        yield part, open(f"/proc/{pid}/{part}", "rb").read()
    yield "fd", b"".join(os.readlink(f"/proc/{pid}/fd/{n}").encode() for n in os.listdir(f"/proc/{pid}/fd"))
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in open(f"/proc/{pid}/maps"):
            first, last = (int(number, 16) for number in line.split()[0].split("-"))
            if line.split()[1].startswith("rw"):
                memory.seek(first)
                yield "mem", memory.read(last - first)
import re
place = re.compile(b"/grader/[0-9a-f]{32}")
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != os.getpid():
        try:
            for part, data in contents(name):
                if place.search(data):
                    raise SystemExit(f"{name} {part}: {place.search(data)}")
        except OSError:
            continue
"""
    )
    result = graded(files)
    assert vault.passed(result) == ALL, vault.reason(result, "attack_alone") + result.log


def test_inherited_descriptors_are_closed(graded):
    files = vault.greedy(
        """
import os
extra = [name for name in os.listdir("/proc/self/fd") if int(name) > 2]
open_ones = []
for name in extra:
    try:
        os.fstat(int(name))
        open_ones.append(name)
    except OSError:
        pass
raise SystemExit(bool(open_ones))
"""
    )
    assert vault.passed(graded(files)) == ALL


def test_a_daemon_left_behind_is_gone_before_the_next_test(graded):
    files = vault.greedy(
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(0.01)
            for name in os.listdir("/proc"):
                pass
"""
    )
    assert vault.passed(graded(files)) == ALL


def test_a_fork_bomb_fails_its_test_alone(graded):
    files = vault.greedy(
        """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
    )
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


def test_a_memory_hog_fails_its_test_alone(graded):
    files = vault.greedy("data = [bytearray(1 << 20) for _ in range(4000)]")
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


def test_many_hungry_children_fail_their_test_alone(graded):
    files = vault.greedy(
        """
import os, time
for _ in range(8):
    if os.fork() == 0:
        data = bytearray(b"x") * (60 << 20)
        time.sleep(30)
time.sleep(30)
"""
    )
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


@pytest.mark.parametrize("place", [".", "/tmp", "/dev/shm", "/home/agent"])
def test_filling_the_disk_fails_its_test_alone(graded, place):
    files = vault.greedy(
        f"""
import os
with open(os.path.join({place!r}, "big"), "wb") as file:
    for _ in range(4000):
        file.write(bytes(1 << 20))
"""
    )
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


def test_a_flood_of_files_fails_its_test_alone(graded):
    files = vault.greedy(
        """
number = 0
while True:
    open(f"f{number}", "w").close()
    number += 1
"""
    )
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


def test_giant_output_fails_its_test_alone(graded):
    files = vault.greedy("import os\nwhile True: os.write(1, bytes(1 << 20))")
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


def test_ignored_signals_don_t_outlive_the_time_limit(graded):
    files = vault.greedy(
        """
import signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
time.sleep(600)
"""
    )
    assert vault.passed(graded(files)) == ALL - {"attack_alone"}


def test_the_workspace_can_t_be_written_whatever_its_modes_are(graded):
    """Nor can it be made writable; else a program would remember there what earlier tests asked."""
    files = vault.greedy(
        """
import os
for path in ("/workspace/new", "/workspace/main.py", "/workspace/open/new"):
    for action in (lambda: open(path, "a").close(), lambda: os.utime(path), lambda: os.chmod(path, 511)):
        try:
            action()
        except OSError:
            continue
        raise SystemExit(f"{path} was changed")
"""
    )
    assert vault.passed(graded(files)) == ALL


def test_a_nested_user_namespace_is_refused(graded):
    files = vault.greedy(
        """
import ctypes
raise SystemExit(ctypes.CDLL(None).unshare(0x10000000) == 0)
"""
    )
    assert vault.passed(graded(files)) == ALL


def test_nothing_leads_to_a_network(graded):
    files = vault.greedy(
        """
import socket
for address in (("169.254.169.254", 80), ("172.17.0.1", 22), ("1.1.1.1", 53), ("10.0.0.1", 80)):
    link = socket.socket()
    link.settimeout(1)
    try:
        link.connect(address)
    except OSError:
        continue
    raise SystemExit(f"reached {address}")
"""
    )
    assert vault.passed(graded(files)) == ALL


def test_environment_locale_zone_and_hash_seed_are_the_problems_own(graded, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-leak")
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    files = vault.greedy(
        """
import os
allowed = {"PATH", "HOME", "LC_ALL", "TZ", "PYTHONDONTWRITEBYTECODE", "PWD", "LC_CTYPE"}
strange = set(os.environ) - allowed
raise SystemExit(str(strange) if strange or os.environ["TZ"] != "UTC" else 0)
"""
    )
    assert vault.passed(graded(files)) == ALL


@pytest.mark.parametrize("over", [-4096, 2**20], ids=["filled", "overfilled"])
def test_a_solution_that_fills_the_grading_sandbox_fails_every_test(graded, over):
    """Else an agent could make failing tests vanish, or pass them off as a failure of the machine."""
    room = (32 + 128) * 2**20
    grade = graded({"main.py": WRONG, "ballast": "x" * (room + over)})
    assert (vault.passed(grade), grade.cause) == (set(), "grader_died")


def test_a_build_whose_result_can_t_be_fetched_fails_every_test(tmp_path):
    sparse = (
        "import os\nfor n in '1234': os.truncate(os.open(n, os.O_CREAT | os.O_RDWR), 900 << 20)\n"
    )
    files = {**vault.greedy("pass"), "build.py": sparse}
    grade = vault.graded(tmp_path, pick_backend("bubblewrap"), files, text=vault.BUILT)
    assert (vault.passed(grade), grade.cause) == (set(), "build_failed")


class Watched:
    """A backend that remembers for which sandboxes it was asked."""

    def __init__(self, backend):
        self._backend, self.specs = backend, []

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def create(self, spec):
        self.specs.append(spec)
        return self._backend.create(spec)


def test_answers_beside_the_problem_are_hidden_wherever_the_benchmark_lies(tmp_path):
    """In a folder of tools (/usr/share, say) a program could else start the reference."""
    backend = Watched(pick_backend("bubblewrap"))
    bench = tmp_path / "bench"
    vault.graded(bench / "problems", backend, {"main.py": WRONG})
    [grading] = [spec for spec in backend.specs if spec.purpose is Purpose.GRADE]
    assert any((bench / "checkpoints").is_relative_to(secret) for secret in grading.secrets)
