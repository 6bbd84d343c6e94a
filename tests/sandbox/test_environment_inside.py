"""A command gets the environment that it was given and learns nothing else of its host."""

import os
import socket
import uuid

import pytest

from slopbench.sandbox.protocol import Purpose, SandboxSpec

KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GITHUB_TOKEN", "AWS_SECRET_KEY")


def environment_of(sandbox, env):
    done = sandbox.exec(["cat", "/proc/self/environ"], cwd="/", env=env)
    assert (done.status, done.stderr) == (0, b"")
    return sorted(done.stdout.split(b"\0")[:-1])


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"A": "b"},
        {"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "LC_ALL": "C"},
        {"UTF8": "né\n", "EMPTY": "", "BYTES": "\udcff"},
    ],
    ids=["nothing", "one", "usual names", "odd values"],
)
@pytest.mark.parametrize("purpose", list(Purpose), ids=str)
def test_environment_is_exactly_what_was_given(backend, small, purpose, given):
    with backend.create(SandboxSpec(purpose, small)) as sandbox:
        expected = sorted(os.fsencode(f"{name}={value}") for name, value in given.items())
        assert environment_of(sandbox, given) == expected


@pytest.mark.parametrize("purpose", list(Purpose), ids=str)
def test_keys_of_the_host_are_nowhere_inside(backend, small, python, monkeypatch, purpose):
    secret = f"sk-{uuid.uuid4()}"
    for name in KEYS:
        monkeypatch.setenv(name, secret)
    search = """
        import os, sys
        places = ["/proc/" + pid + "/" + file for pid in os.listdir("/proc") if pid.isdigit()
                  for file in ("environ", "cmdline", "maps")]
        places += [os.path.join(folder, name) for top in ("/etc", "/run", "/home", "/tmp", "/workspace")
                   for folder, _, names in os.walk(top) for name in names]
        word = "".join(reversed(sys.argv[1])).encode()
        for place in places:
            try:
                with open(place, "rb") as file:
                    if word in file.read():
                        print(place)
            except OSError:
                pass
    """
    with backend.create(SandboxSpec(purpose, small)) as sandbox:
        assert python(sandbox, search, secret[::-1]).stdout == b""


def test_search_for_keys_finds_one_that_is_given(agent, python):
    secret = f"sk-{uuid.uuid4()}"
    look = "import os; print(open('/proc/self/environ').read())"
    done = python(agent, look, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "KEY": secret})
    assert secret.encode() in done.stdout


def test_host_name_is_not_the_hosts(untrusted, python):
    look = "import os, socket; print(socket.gethostname(), os.uname().nodename)"
    names = python(untrusted, look).stdout.decode().split()
    assert socket.gethostname() not in names
    done = untrusted.exec(
        ["sh", "-c", "cat /etc/hostname /etc/machine-id /etc/hosts"], cwd="/", env={"PATH": "/bin"}
    )
    assert socket.gethostname().encode() not in done.stdout.split()


@pytest.mark.parametrize(
    ("zone", "shown"), [(None, "UTC"), ("Asia/Kolkata", "IST"), ("XYZ-3", "XYZ")]
)
def test_zone_is_what_was_given(untrusted, zone, shown, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    env = {"PATH": "/usr/bin:/bin"} | ({} if zone is None else {"TZ": zone})
    done = untrusted.exec(["date", "+%Z"], cwd="/", env=env)
    assert done.stdout.decode().strip() == shown


@pytest.mark.parametrize("given", ["C", "C.UTF-8"])
def test_locale_is_what_was_given(untrusted, given, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    done = untrusted.exec(["locale"], cwd="/", env={"PATH": "/usr/bin:/bin", "LC_ALL": given})
    assert f"LC_ALL={given}" in done.stdout.decode().splitlines()


def test_hash_seed_is_what_was_given(untrusted, python, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    show = "import sys; print(sys.flags.hash_randomization, 'PYTHONHASHSEED' in __import__('os').environ)"
    assert python(untrusted, show).stdout == b"1 False\n"


def test_working_folder_home_and_files_belong_to_the_command(untrusted, python):
    look = """
        import os
        print(os.getcwd(), os.umask(0o022) == 0o022)
        for folder in ("/workspace", "/home/agent", "/tmp", "/dev/shm"):
            print(folder, os.access(folder, os.R_OK | os.W_OK | os.X_OK), os.listdir(folder))
    """
    assert python(untrusted, look).stdout.decode().splitlines() == [
        "/workspace True",
        "/workspace True []",
        "/home/agent True []",
        "/tmp True []",
        "/dev/shm True []",
    ]


def test_places_of_an_agent_exist_for_an_agent_alone(backend, small):
    found = {}
    for purpose in Purpose:
        with backend.create(SandboxSpec(purpose, small)) as sandbox:
            done = sandbox.exec(["ls", "/"], cwd="/", env={"PATH": "/usr/bin:/bin"})
            found[purpose] = {"task", "grader"} & set(done.stdout.decode().split())
    assert found == {Purpose.AGENT: {"task"}, Purpose.BUILD: set(), Purpose.GRADE: {"grader"}}


def test_each_sandbox_begins_empty(backend, small):
    for _ in range(2):
        with backend.create(SandboxSpec(Purpose.AGENT, small)) as sandbox:
            done = sandbox.exec(
                ["sh", "-c", "ls -A /workspace /home/agent /task /tmp /dev/shm | grep -v : ; touch"
                 " /workspace/a /home/agent/a /task/a /tmp/a /dev/shm/a"],
                cwd="/",
                env={"PATH": "/usr/bin:/bin"},
            )  # fmt: skip
            assert (done.status, done.stdout.split()) == (0, [])


def test_files_stay_from_one_command_to_the_next(room):
    env = {"PATH": "/usr/bin:/bin"}
    room.exec(["sh", "-c", "echo kept > /tmp/a; echo kept > b"], cwd="/workspace", env=env)
    done = room.exec(["cat", "/tmp/a", "b"], cwd="/workspace", env=env)
    assert done.stdout == b"kept\nkept\n"


@pytest.mark.parametrize("purpose", list(Purpose), ids=str)
def test_localhost_is_the_loopback(backend, purpose):
    look_up = "import socket; print(socket.gethostbyname('localhost'))"
    with backend.create(SandboxSpec(purpose)) as sandbox:
        done = sandbox.exec(["python3", "-c", look_up], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert done.stdout == b"127.0.0.1\n", done.stderr


def test_name_servers_of_the_host_are_not_told(backend):
    show = "cat /etc/resolv.conf 2>/dev/null || true"
    with backend.create(SandboxSpec(Purpose.AGENT)) as sandbox:
        done = sandbox.exec(["sh", "-c", show], cwd="/", env={"PATH": "/usr/bin:/bin"})
    told = [line.split()[1:] for line in done.stdout.decode().splitlines() if line[:1] != "#"]
    assert [words for words in told if words not in ([], ["127.0.0.1"], ["."])] == []
