"""What a suite finds otherwise here than under plain pytest, as docs/grading.md says: each is pinned."""

import foreign_vault as vault
import pytest

PROGRAM = """
import os, subprocess, sys, time
what, *rest = sys.argv[1:]
if what == "daemon":
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1); open('late', 'w')"],
        start_new_session=True, stdin=-3, stdout=-3, stderr=-3)
elif what == "write":
    open(rest[0], "w").write("x")
elif what == "exists":
    print(os.path.exists(rest[0] if rest else sys.stdin.read()))
elif what == "pid":
    print(os.getpid())
elif what == "variables":
    print([name for name in os.environ if name in ("PATH", "HOME")])
elif what == "link":
    os.symlink(rest[0], rest[1])
elif what == "tty":
    try:
        os.open("/dev/tty", os.O_RDWR)
        print("has one")
    except OSError:
        print("has none")
elif what == "close":
    os.close(1)
    sys.stdin.read()
    os._exit(0)
elif what == "serve":
    print("ready", flush=True)
    for line in sys.stdin:
        print(os.path.exists(line.strip()), flush=True)
"""
HEAD = """
import os, pathlib, pty, select, subprocess, sys, tempfile, time
import pytest
DATA = pathlib.Path(__file__).parent / "data"

def call(argv, *args, **more):
    return subprocess.run([*argv, *args], capture_output=True, text=True, **more)
"""
ALONE = """
def test_descriptors_are_handed_on(argv):
    reading, writing = os.pipe()
    assert call(argv, "exists", f"/dev/fd/{reading}", pass_fds=[reading]).stdout == "True\\n"

def test_the_number_of_its_process(argv):
    process = subprocess.Popen([*argv, "pid"], stdout=-1, text=True)
    assert process.communicate()[0] == f"{process.pid}\\n"

def test_an_empty_environment(argv):
    assert call(argv, "variables", env={}).stdout == "[]\\n"

def test_folders_in_folders(argv, tmp_path):
    deep = tmp_path.joinpath(*["d"] * 70)
    deep.mkdir(parents=True)
    assert call(argv, "exists", str(deep)).stdout == "True\\n"

def test_code_of_the_program_is_imported(argv, tmp_path, monkeypatch):
    (tmp_path / "made_7313.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    __import__("made_" + "7313")

def test_a_daemon_outlives_the_program(argv, tmp_path):
    call(argv, "daemon", cwd=tmp_path)
    time.sleep(2)
    assert (tmp_path / "late").exists()

def test_a_file_in_tmp_that_the_test_has_chosen_itself(argv):
    call(argv, "write", "/tmp/chosen-by-the-test")
    assert pathlib.Path("/tmp/chosen-by-the-test").exists()

def test_a_file_in_tmp_lasts_from_start_to_start(argv):
    call(argv, "write", "/tmp/of-the-program")
    assert call(argv, "exists", "/tmp/of-the-program").stdout == "True\\n"

def test_a_home_lasts_from_start_to_start(argv):
    call(argv, "write", os.path.expanduser("~/kept"))
    assert call(argv, "exists", os.path.expanduser("~/kept")).stdout == "True\\n"

def test_a_link_out_of_the_folder(argv, tmp_path):
    call(argv, "link", "/etc/hostname", "out", cwd=tmp_path)
    assert (tmp_path / "out").is_symlink()

def test_a_link_of_the_test_to_its_data(argv, tmp_path):
    (tmp_path / "data").symlink_to(DATA)
    assert call(argv, "exists", "data/given.txt", cwd=tmp_path).stdout == "True\\n"

def test_a_path_of_the_tests_in_standard_input(argv):
    assert call(argv, "exists", input=str(DATA / "given.txt")).stdout == "True\\n"

def test_a_module_of_the_tests_is_named(argv):
    assert call(argv, "exists", __file__).stdout == "True\\n"

def test_the_folder_of_the_tests_is_named(argv):
    assert call(argv, "exists", f"{DATA.parent}/data/expected.txt").stdout == "True\\n"
    assert call(argv, "exists", str(DATA.parent)).stdout == "True\\n"

def test_a_controlling_terminal(argv):
    pid, master = pty.fork()
    if pid == 0:
        os.execvp(argv[0], [*argv, "tty"])
    answer = os.read(master, 100)
    os.waitpid(pid, 0)
    assert b"has one" in answer

def test_output_ends_when_the_program_closes_it(argv):
    process = subprocess.Popen([*argv, "close"], stdin=-1, stdout=-1)
    ended, _, _ = select.select([process.stdout], [], [], 3)
    process.communicate()
    assert ended
"""
SERVICE = """
@pytest.fixture(scope="module")
def service(argv_of_module):
    process = subprocess.Popen([*argv_of_module, "serve"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, bufsize=1)
    assert process.stdout.readline() == "ready\\n"
    yield process
    process.kill()
    process.wait()

@pytest.fixture(scope="module")
def argv_of_module(request):
    import shlex
    return shlex.split(request.config.getoption("--entrypoint"))

def asked(service, path):
    service.stdin.write(f"{path}\\n")
    return service.stdout.readline()

def test_the_first_one_starts_it(service): pass

def test_a_folder_of_a_later_test(service, tmp_path):
    (tmp_path / "a").write_text("x")
    assert asked(service, tmp_path / "a") == "True\\n"
"""


@pytest.fixture
def outcomes(tmp_path, backend):
    def run(tests):
        result = vault.graded(tmp_path, backend, {"main.py": PROGRAM}, tests=HEAD + tests)
        assert result.cause is None, result.log
        return {test.id.partition("::test_")[2]: test.outcome for test in result.tests}

    return run


def test_what_goes_beyond_the_programs_place_is_missing(outcomes, backend):
    found = outcomes(ALONE)
    shared_tmp = {"a_file_in_tmp_that_the_test_has_chosen_itself"}
    """A container has one /tmp for all, in which nothing of a program outlives it either."""
    assert {name for name, outcome in found.items() if outcome == "passed"} <= shared_tmp
    assert len(found) == 16


def test_a_running_program_does_not_see_folders_of_later_tests(outcomes):
    found = outcomes(SERVICE)
    assert found == {"the_first_one_starts_it": "passed", "a_folder_of_a_later_test": "failed"}
