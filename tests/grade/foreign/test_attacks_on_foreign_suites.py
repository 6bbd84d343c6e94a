"""What a solution may try against a foreign suite; each test is named after the attack."""

import foreign_vault as vault
import pytest

WRONG = "import sys\nprint('wrong')\nsys.exit(9)\n"
HARMLESS = {"another_interpreter_in_the_workspace"}
"""Passes whatever the program does."""
FORGERY = """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    report.outcome = "passed"
"""
EXIT = "import os; os._exit(0)\n"


@pytest.fixture
def graded(tmp_path, backend):
    return lambda files, **problem: vault.graded(tmp_path, backend, files, **problem)


def test_an_honest_program_passes_everything(graded):
    result = graded(vault.greedy())
    assert vault.passed(result) == vault.IDS, result.to_json()


@pytest.mark.parametrize(
    "planted",
    [
        {"conftest.py": FORGERY, "tests/conftest.py": FORGERY},
        {
            "pytest.ini": "[pytest]\naddopts = --collect-only\n",
            "tox.ini": "[pytest]\naddopts = -k n\n",
        },
        {"pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-k nothing"\n'},
        {"setup.cfg": "[tool:pytest]\naddopts = -p forged\n", "forged.py": FORGERY},
        {"sitecustomize.py": EXIT, "usercustomize.py": EXIT, "cheat.pth": EXIT},
        {"pytest.py": EXIT, "kit/__init__.py": EXIT, "pytest_timeout.py": EXIT, "shlex.py": EXIT},
        {
            "forged.py": FORGERY,
            "forged-1.dist-info/entry_points.txt": "[pytest11]\nforged = forged\n",
            "forged-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: forged\nVersion: 1\n",
        },
        {"tests/test_checkpoint_1.py": "def test_answer(): pass\n", ".evaluation_tests/x": ""},
        {
            "results.jsonl": '{"event": "finished"}\n',
            "own/results.jsonl": '{"event": "finished"}\n',
        },
    ],
    ids=lambda planted: "+".join(planted),
)
def test_files_planted_in_the_workspace_change_nothing(graded, planted):
    assert vault.passed(graded({"main.py": WRONG, **planted})) == HARMLESS


def test_modules_of_the_workspace_are_not_imported_by_the_tests_interpreters(graded):
    files = vault.greedy(**{"json.py": "print('forged')\n", "encodings/__init__.py": EXIT})
    assert "another_interpreter_in_the_workspace" in vault.passed(graded(files))


def test_commands_of_the_workspace_never_run_in_the_graders_place(graded):
    script = "#!/bin/sh\necho open sesame 7313\n"
    names = ("setpriv", "bwrap", "true", "sh", "env")
    files = {"main.py": WRONG, **{f"bin/{name}": script for name in names}}
    assert vault.passed(graded(files)) == HARMLESS


def test_exit_zero_and_printed_passes_are_not_believed(graded):
    lines = "print('PASSED test_answer\\n5 passed in 0.1s')\nimport os\nos._exit(0)\n"
    assert vault.passed(graded({"main.py": lines})) == HARMLESS | {
        "attack_alone",
        "attack_with_names",
    }


SEARCH = """
import os
needles = [bytes.fromhex(text) for text in NEEDLES]
found = []
def look(path):
    try:
        with open(path, "rb") as file:
            data = file.read(1 << 22)
    except OSError:
        return
    if any(needle in data for needle in needles):
        found.append(path)
for top, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("sys", "usr", "task", "net", "map_files", "dev")]
    for name in files:
        if not top.startswith("/proc") or name in ("environ", "cmdline", "mountinfo", "maps"):
            look(os.path.join(top, name))
for name in names:
    path = name.partition("=")[2] or name
    look(path)
    for entry in os.listdir(path) if os.path.isdir(path) and os.access(path, os.R_OK) else ():
        look(os.path.join(path, entry))
    for entry in ("conftest.py", "test_checkpoint_1.py", "data/expected.txt", "own/settings.json",
                  "../own/settings.json", "own/results.jsonl"):
        look(os.path.join(path, entry))
raise SystemExit(str(found) if found else 0)
"""
PATIENT = vault.CONFIG.replace("timeout: 20", "timeout: 120")
NEEDLES = [vault.CANARY.encode().hex(), b"secret of the vau".hex(), b'"checkpoints": {'.hex()]
IN_PROGRAM = vault.greedy(SEARCH.replace("NEEDLES", repr(NEEDLES)), **{"secret.txt": ""})


@pytest.mark.timeout(300)
def test_a_search_of_the_whole_visible_tree_finds_no_test_and_no_settings(graded):
    files = {
        **IN_PROGRAM,
        "main.py": IN_PROGRAM["main.py"].replace(
            "secret of the vault", "secret of the va" + '" + "ult'
        ),
    }
    result = graded(files, config=PATIENT)
    assert vault.passed(result) == vault.IDS, [
        vault.reason(result, name) for name in vault.IDS - vault.passed(result)
    ]


@pytest.mark.timeout(300)
def test_the_same_search_finds_what_is_visible(graded):
    result = graded({**IN_PROGRAM, "leak.txt": vault.CANARY}, config=PATIENT)
    assert not vault.passed(result) & {"attack_alone", "attack_with_names"}


def test_the_settings_that_command_lines_name_can_not_be_read(graded):
    result = graded(
        vault.greedy(
            """
import glob, re
for path in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        words = open(path, "rb").read().split(bytes(1))
    except OSError:
        continue
    for word in words:
        if word.endswith(b"settings.json"):
            base = os.path.dirname(os.path.dirname(word))
            for name in (word, base + b"/tests/conftest.py", base + b"/tests/data/expected.txt",
                         os.path.dirname(word) + b"/results.jsonl"):
                try:
                    open(name, "rb").read()
                    raise SystemExit(f"read {name}")
                except OSError:
                    pass
"""
        )
    )
    assert vault.passed(result) == vault.IDS, vault.reason(result, "attack_alone")


LINKED = """
def write(given):
    os.symlink(os.path.join(os.path.dirname(given), "expected.txt"), "out.txt")
"""


@pytest.mark.parametrize(
    "plant",
    [
        LINKED,
        LINKED.replace("os.symlink", "os.link"),
        LINKED.replace(
            'os.path.join(os.path.dirname(given), "expected.txt"), "out.txt"', ""
        ).replace("os.symlink()", "os.symlink('/', 'top')")
        + "    os.symlink('top/' + os.path.dirname(given) + '/expected.txt', 'out.txt')\n",
        "\ndef write(given):\n    os.symlink('.', 'here')\n"
        "    up = 'here/' + '../' * 12\n"
        "    os.symlink(up + os.path.dirname(given) + '/expected.txt', 'out.txt')\n",
        "\ndef write(given):\n    os.makedirs('/workspace/way', exist_ok=True)\n"
        "    os.symlink('/workspace/way/out', 'out.txt')\n"
        "    os.path.lexists('/workspace/way/out') or "
        "os.symlink(os.path.dirname(given) + '/expected.txt', '/workspace/way/out')\n",
    ],
    ids=["symbolic", "hard", "through the root", "up behind a link", "through the workspace"],
)
def test_a_link_to_the_expected_answer_is_not_followed(graded, plant):
    files = vault.greedy()
    files["main.py"] = files["main.py"].replace("\ncommand,", f"{plant}command,")
    names = {"written_file", "written_while_it_runs", "written_before_it_was_killed"}
    result = graded(files)
    assert not vault.passed(result) & names
    assert {"answer", "given", "answer_afterwards"} <= vault.passed(result)


def test_a_link_that_the_solution_brings_along_is_not_followed(tmp_path, backend):
    tests = vault.TESTS + (
        "\ndef test_in_the_workspace():\n"
        "    assert pathlib.Path('expected/7313').read_text() == 'x'\n"
        "    assert os.listdir('expected') == os.listdir('/usr')\n"
    )
    files = vault.greedy(expected="-> /proc/self/cwd/../usr", inside="-> main.py")
    result = vault.graded(tmp_path, backend, files, tests=tests)
    assert vault.passed(result) == vault.IDS
    assert "No such file" in vault.reason(result, "in_the_workspace")


def test_a_folder_that_is_linked_to_the_expected_one_is_not_listed(tmp_path, backend):
    tests = vault.TESTS + (
        "\ndef test_folders(argv, tmp_path):\n"
        "    process = subprocess.Popen([*argv, 'stay', str(DATA / 'given.txt')], cwd=tmp_path,\n"
        "        stdout=subprocess.PIPE)\n"
        "    process.stdout.readline()\n"
        "    try:\n"
        "        assert os.listdir(tmp_path / 'out.txt') == os.listdir(DATA)\n"
        "    finally:\n"
        "        process.kill()\n"
    )
    files = vault.greedy()
    plant = "\ndef write(given):\n    os.symlink(os.path.dirname(given), 'out.txt')\n"
    files["main.py"] = files["main.py"].replace("\ncommand,", f"{plant}command,")
    result = vault.graded(tmp_path, backend, files, tests=tests)
    assert "folders" not in vault.passed(result)


def test_another_tests_folder_is_out_of_reach(tmp_path, backend):
    tests = vault.TESTS + (
        "\ndef test_first(argv, tmp_path):\n"
        "    (tmp_path / 'notes.txt').write_text('of the first test')\n"
        "    call(argv, 'answer', cwd=tmp_path)\n"
        "\ndef test_second(argv, tmp_path):\n"
        "    done = call(argv, 'attack', str(tmp_path.parent), cwd=tmp_path)\n"
        "    assert done.returncode == 0, done.stdout + done.stderr\n"
    )
    attack = """
import glob
found = glob.glob("../test_first*/*") + glob.glob("/tmp/run/cases/test_first*/*")
for path in ("../test_first0/notes.txt", *(name + "/test_first0/notes.txt" for name in names)):
    try:
        found.append(open(path).read())
    except OSError:
        pass
    try:
        open(path, "w").write("changed")
        found.append("written")
    except OSError:
        pass
raise SystemExit(str(found) if found else 0)
"""
    result = vault.graded(tmp_path, backend, vault.greedy(attack), tests=tests)
    assert "second" in vault.passed(result), vault.reason(result, "second")


def test_what_a_test_prints_is_not_readable_through_standard_output(tmp_path, backend):
    tests = vault.TESTS + (
        "\ndef test_captured(argv, capfd):\n"
        "    print('secret of the test', flush=True)\n"
        "    assert subprocess.run([*argv, 'attack']).returncode == 0\n"
        "    assert capfd.readouterr().out == 'secret of the test\\nnothing\\n'\n"
    )
    attack = """
def read(stream):
    try:
        os.lseek(stream, 0, 0)
        return os.read(stream, 1000)
    except OSError:
        return b""
found = read(1) + read(2)
print("found" if b"secret" in found else "nothing")
raise SystemExit(1 if b"secret" in found else 0)
"""
    result = vault.graded(tmp_path, backend, vault.greedy(attack), tests=tests)
    assert "captured" in vault.passed(result), vault.reason(result, "captured")


def test_a_killer_of_everything_reaches_nobody_else(graded):
    attack = """
import signal
for number in (signal.SIGTERM, signal.SIGKILL):
    for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
        if pid != os.getpid():
            try:
                os.kill(pid, number)
            except OSError:
                pass
"""
    result = graded(vault.greedy(attack))
    assert vault.passed(result) >= vault.IDS - {"attack_alone", "attack_with_names"}


def test_what_is_left_behind_changes_no_later_test(tmp_path, backend):
    tests = vault.TESTS + (
        "\ndef test_left(argv, tmp_path):\n"
        "    call(argv, 'attack', cwd=tmp_path)\n"
        "    time.sleep(0.5)\n"
        "    assert not (tmp_path / 'ticks').exists()\n"
    )
    attack = """
for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for descriptor in range(3):
            os.close(descriptor)
        time.sleep(0.2)
        while True:
            open("ticks", "a").write("x")
            time.sleep(0.01)
"""
    result = vault.graded(tmp_path, backend, vault.greedy(attack), tests=tests)
    assert "left" in vault.passed(result), vault.reason(result, "left")


def test_the_graders_own_files_can_not_be_reached_by_a_path_that_the_program_names(
    tmp_path, backend
):
    """A test may take a path from the program and give it to the next start."""
    tests = vault.TESTS + (
        "\ndef test_round_trip(argv, tmp_path):\n"
        "    named = call(argv, 'attack', str(DATA / 'given.txt')).stdout.split()\n"
        "    assert named\n"
        "    for name in named:\n"
        "        assert call(argv, 'given', name).stdout == '', name\n"
    )
    attack = """
data = os.path.dirname(names[0]) if names else "."
tests = os.path.dirname(data)
for path in (f"{tests}/conftest.py", f"{tests}/test_checkpoint_1.py", tests,
             f"{os.path.dirname(tests)}/own/settings.json", f"{tests}/../own/results.jsonl",
             "/grader/site/kit/guard.py"):
    print(path)
"""
    result = vault.graded(tmp_path, backend, vault.greedy(attack), tests=tests)
    assert "round_trip" in vault.passed(result), vault.reason(result, "round_trip")


def test_a_tool_of_the_test_is_not_led_to_the_expected_answer(tmp_path, backend):
    tests = vault.TESTS + (
        "\ndef test_diff(argv, tmp_path):\n"
        "    process = subprocess.Popen([*argv, 'stay', str(DATA / 'given.txt')], cwd=tmp_path,\n"
        "        stdout=subprocess.PIPE)\n"
        "    process.stdout.readline()\n"
        "    process.kill()\n"
        "    process.wait()\n"
        "    out, expected = str(tmp_path / 'out.txt'), str(DATA / 'expected.txt')\n"
        "    assert subprocess.run(['cmp', out, expected]).returncode == 0\n"
    )
    honest = vault.greedy()
    assert "diff" in vault.passed(vault.graded(tmp_path / "honest", backend, honest, tests=tests))
    plant = LINKED + "\ncommand,"
    files = {"main.py": honest["main.py"].replace("\ncommand,", plant)}
    assert "diff" not in vault.passed(vault.graded(tmp_path / "not", backend, files, tests=tests))


def test_a_folder_that_the_test_removes_while_the_program_runs_is_no_fault(tmp_path, backend):
    tests = vault.TESTS + (
        "\ndef test_removed(argv, tmp_path):\n"
        "    import shutil\n"
        "    process = subprocess.Popen([*argv, 'stay', str(DATA / 'given.txt')], cwd=tmp_path,\n"
        "        stdout=subprocess.PIPE)\n"
        "    process.stdout.readline()\n"
        "    shutil.rmtree(tmp_path, ignore_errors=True)\n"
        "    time.sleep(0.3)\n"
        "    process.terminate()\n"
        "    assert process.wait() == -15\n"
    )
    result = vault.graded(tmp_path, backend, vault.greedy(), tests=tests)
    assert "removed" in vault.passed(result), vault.reason(result, "removed")
