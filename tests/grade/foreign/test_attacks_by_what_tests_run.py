"""A suite may run what the program has made, such as a script or a module: code of the program."""

import foreign_vault as vault
import pytest

SPY = """
import os, sys
found = []
for top, folders, files in os.walk("/grader"):
    found += [os.path.join(top, name) for name in files if name in ("expected.txt", "results.jsonl")]
print(found or "nothing", os.path.exists("/workspace/main.py"))
"""
MAKE = f"""
import shutil
SPY = {SPY!r}
for folder in (".", "/workspace"):
    for name in ("made.py", "beside.py"):
        open(os.path.join(folder, name), "w").write(SPY)
    open(os.path.join(folder, "Makefile"), "w").write("all:\\n\\t@python3 made.py\\n")
    open(os.path.join(folder, "made.sh"), "w").write("#!/bin/sh\\npython3 made.py\\n")
    os.chmod(os.path.join(folder, "made.sh"), 0o755)
"""
HEAD = (
    vault.TESTS.partition("def test_answer(")[0]
    + """
import asyncio, pty, shlex, tempfile

@pytest.fixture
def made(argv, tmp_path):
    done = call(argv, "attack", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path

def seen(*words, **more):
    return subprocess.run([*words], capture_output=True, text=True, **more)
"""
)
RUN = (
    HEAD
    + """
@pytest.mark.parametrize("words", [
    [sys.executable, "made.py"],
    [sys.executable, "-m", "made"],
    [sys.executable, "-c", "import made"],
    ["/usr/bin/env", "python3", "made.py"],
    ["./made.sh"],
    ["sh", "-c", "exec python3 made.py"],
], ids=lambda words: words[-1])
def test_in_its_folder(made, words):
    done = seen(*words, cwd=made)
    assert done.stdout == "nothing True\\n", done

def test_by_its_path(made):
    assert seen(sys.executable, str(made / "made.py")).stdout == "nothing True\\n"

def test_in_the_workspace(made):
    assert seen(sys.executable, "made.py").stdout == "nothing True\\n"

def test_through_a_shell(made):
    done = seen("python3 made.py", cwd=made, shell=True)
    assert done.stdout == "nothing True\\n", done

def test_through_the_folder_of_modules(made):
    done = seen(sys.executable, "-c", "import made", env={**os.environ, "PYTHONPATH": str(made)})
    assert done.stdout == "nothing True\\n", done

def test_through_a_driver_of_the_test(made):
    (made / "driver.py").write_text("import beside")
    assert seen(sys.executable, "driver.py", cwd=made).stdout == "nothing True\\n"

def test_by_asyncio(made):
    async def run():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "made.py", cwd=made, stdout=-1)
        return (await process.communicate())[0]
    assert asyncio.run(run()) == b"nothing True\\n"

def test_by_os_system(made, monkeypatch):
    monkeypatch.chdir(made)
    assert os.system("python3 made.py > out") == 0
    assert (made / "out").read_text() == "nothing True\\n"
    assert os.system("exit 3") == 3 << 8

def test_with_another_executable(made):
    done = subprocess.run(["anything"], executable=str(made / "made.sh"), cwd=made,
        capture_output=True, text=True)
    assert done.stdout == "nothing True\\n", done

def replaced(start):
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(writing, 1)
        try:
            start()
        finally:
            os._exit(3)
    os.close(writing)
    os.waitpid(pid, 0)
    return os.read(reading, 1000)

def test_by_exec(made, monkeypatch):
    monkeypatch.chdir(made)
    words = ["made.sh"]
    assert replaced(lambda: os.execv(str(made / "made.sh"), words)) == b"nothing True\\n"
    assert replaced(lambda: os.execlp("python3", "python3", "made.py")) == b"nothing True\\n"

def test_by_spawning(made, monkeypatch):
    monkeypatch.chdir(made)
    def spawn():
        os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "made.py"], os.environ), 0)
    assert replaced(spawn) == b"nothing True\\n"
"""
)
INSIDE = (
    HEAD
    + """
def test_imported(made, monkeypatch):
    import importlib
    monkeypatch.syspath_prepend(made)
    name = "made"
    importlib.import_module(name)

def test_run_by_path(made):
    import runpy
    runpy.run_path(str(made / "made.py"))

def test_the_next_one(argv):
    assert call(argv, "answer").stdout == "open sesame 7313\\n"
"""
)


@pytest.fixture
def graded(tmp_path, backend):
    return lambda files, **problem: vault.graded(tmp_path, backend, files, **problem)


def test_what_the_program_has_made_sees_no_tests_when_a_test_runs_it(graded):
    result = graded(vault.greedy(MAKE), tests=RUN)
    assert {test.outcome for test in result.tests} == {"passed"}, [
        (test.id, test.detail) for test in result.tests if not test.passed
    ]
    assert len(result.tests) == 16


def test_what_the_program_has_made_never_runs_in_the_process_of_the_tests(graded):
    result = graded(vault.greedy(MAKE), tests=INSIDE)
    assert vault.passed(result) == {"the_next_one"}
    assert "would run in the grader's place" in vault.reason(result, "imported")


def test_tools_that_a_test_runs_for_itself_work_as_ever(graded):
    tests = (
        HEAD
        + """
def test_helper_of_the_tests():
    (DATA.parent / "helper.py").write_text("import sys; print(open(sys.argv[1]).read())")
    done = seen(sys.executable, str(DATA.parent / "helper.py"), str(DATA / "expected.txt"))
    assert "secret" in done.stdout

def test_missing_command():
    with pytest.raises(FileNotFoundError):
        seen("no-such-command-7313")

def test_signals():
    process = subprocess.Popen(["sleep", "30"])
    seen("kill", "-TERM", str(process.pid))
    assert process.wait() == -15

def test_entry_in_a_shell(argv):
    line = shlex.join([*argv, "answer"]) + " | tr a-z A-Z"
    assert seen(line, shell=True).stdout == "OPEN SESAME 7313\\n"

def test_status():
    assert seen(sys.executable, "-c", "raise SystemExit(7)").returncode == 7

def test_comparing(argv, tmp_path):
    call(argv, "write", str(DATA / "given.txt"), cwd=tmp_path)
    assert seen("cmp", str(tmp_path / "out.txt"), str(DATA / "expected.txt")).returncode == 0
"""
    )
    result = graded(vault.greedy(), tests=tests)
    assert {test.outcome for test in result.tests} == {"passed"}, [
        (test.id, test.detail) for test in result.tests if not test.passed
    ]
