"""The wrapper looks like the program to whoever calls it: conformance under every launcher."""

import json
import textwrap

import pytest

PROGRAM = """
    import json, os, signal, sys, time
    what, *rest = sys.argv[1:]

    def code(number):
        sys.exit(int(number))

    def die(number):
        if number != "9":
            signal.signal(int(number), signal.SIG_DFL)
        os.kill(os.getpid(), int(number))
        time.sleep(5)

    def handle(number):
        def handler(received, _):
            os.write(1, b"got %d\\n" % received)
            os._exit(7)
        signal.signal(int(number), handler)
        os.write(1, b"ready\\n")
        time.sleep(30)

    def copy():
        sys.stderr.write("err\\n")
        sys.stdout.buffer.write(sys.stdin.buffer.read())

    def descriptors():
        found = []
        for number in range(256):
            try:
                os.fstat(number)
                found.append(number)
            except OSError:
                pass
        print(found)

    def sleep():
        time.sleep(30)

    def where():
        print(os.getcwd(), sorted(os.listdir(".")))

    def read(*paths):
        for path in paths:
            try:
                print(open(path.partition("=")[2] or path).read())
            except OSError as error:
                print(type(error).__name__)

    def write(path):
        try:
            open(path, "w").write("written")
            print("done")
        except OSError as error:
            print(type(error).__name__)

    def rewrite_input():
        try:
            os.fchmod(0, 0o666)
            open("/proc/self/fd/0", "w").write("changed")
        except OSError as error:
            pass

    def env(*names):
        print(json.dumps({name: os.environ.get(name) for name in names}))

    def tree(path):
        for _ in range(2):
            if os.fork() == 0:
                os.setsid()
                while True:
                    with open(path, "a") as file:
                        file.write("x")
                    time.sleep(0.01)
        while not os.path.exists(path):
            time.sleep(0.01)
        os.write(1, b"ready\\n")
        time.sleep(30)

    def link(path):
        os.symlink("/etc/passwd", path)

    def hog():
        kept = []
        while True:
            kept.append(bytearray(b"x" * (4 << 20)))
            time.sleep(0.02)

    globals()[what](*rest)
"""
CALLER = """
import json, os, signal, subprocess, sys, time
from pathlib import Path
WRAPPER = {wrapper!r}
WORK, HIDDEN, INCIDENTS = map(Path, {places!r})

def call(*args, **more):
    return subprocess.run([*WRAPPER, *args], capture_output=True, text=True, **more)

def start(*args, **more):
    process = subprocess.Popen([*WRAPPER, *args], stdout=subprocess.PIPE, text=True, **more)
    assert process.stdout.readline() == "ready\\n"
    return process

def check():
{body}

check()
print("checked")
"""


def check(grader, body, **settings):
    """Run a caller of the wrapper at level A; every assertion in it has to hold."""
    grader.program(PROGRAM)
    room = grader.room
    hidden, incidents = f"{room.place}/suite", f"{room.place}/incidents"
    work = room.settings.get("work", "/tmp/run")
    path = grader.write_settings(hidden=[hidden], incidents=incidents, **settings)
    places = [f"{work}/case-{next(grader.numbers)}", hidden, incidents]
    source = CALLER.format(
        wrapper=["python3", "-I", "-S", room.kit, "start", path],
        places=places,
        body=textwrap.indent(textwrap.dedent(body), "    "),
    )
    room.put({"caller.py": source}, room.place)
    room.put({"data.txt": "shown", "expected.txt": "never shown"}, hidden)
    ran = room.run(["python3", "-I", f"{room.place}/caller.py"])
    assert (ran.stdout, ran.status) == ("checked\n", 0), ran.stderr


def test_the_exit_status_is_the_programs(grading):
    check(
        grading,
        """
        for number in (0, 1, 2, 3, 42, 100, 125, 126, 127, 128, 200, 255):
            assert call("code", str(number)).returncode == number
        """,
    )


def test_death_by_a_signal_is_the_programs(grading):
    check(
        grading,
        """
        for number in (1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 34):
            assert call("die", str(number)).returncode == -number
        """,
    )


def test_signals_reach_the_programs_handlers(grading):
    check(
        grading,
        """
        for number in (1, 2, 3, 10, 12, 14, 15, 18, 28, 35):
            process = start("handle", str(number))
            process.send_signal(number)
            assert process.communicate(timeout=20) == (f"got {number}\\n", None)
            assert process.returncode == 7
        """,
    )


def test_a_signal_for_the_whole_group_reaches_the_program_once(grading):
    check(
        grading,
        """
        process = start("handle", "15", start_new_session=True)
        os.killpg(process.pid, signal.SIGTERM)
        assert process.communicate(timeout=20) == ("got 15\\n", None)
        """,
    )


def test_a_program_without_a_handler_dies_of_the_signal(grading):
    check(
        grading,
        """
        process = start("handle", "10")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == -15
        """,
    )


def test_a_signal_that_comes_before_the_program_is_there_is_not_lost(grading):
    check(
        grading,
        """
        for delay in (0.0, 0.02, 0.04, 0.06, 0.1):
            process = subprocess.Popen([*WRAPPER, "sleep"])
            time.sleep(delay)
            process.terminate()
            assert process.wait(20) == -15
        """,
    )


def test_killing_the_wrapper_kills_the_whole_tree(isolated):
    check(
        isolated,
        """
        WORK.mkdir(parents=True, exist_ok=True)
        process = start("tree", str(WORK / "ticks"), cwd=WORK)
        process.kill()
        process.communicate(timeout=20)
        deadline = time.monotonic() + 20
        while True:
            size = (WORK / "ticks").stat().st_size
            time.sleep(0.3)
            if (WORK / "ticks").stat().st_size == size:
                break
            assert time.monotonic() < deadline
        """,
    )


def test_what_is_left_behind_dies_with_the_program(isolated):
    check(
        isolated,
        """
        WORK.mkdir(parents=True, exist_ok=True)
        process = start("tree", str(WORK / "ticks"), cwd=WORK)
        process.terminate()
        process.communicate(timeout=20)
        size = (WORK / "ticks").stat().st_size
        time.sleep(0.3)
        assert (WORK / "ticks").stat().st_size == size
        """,
    )


def test_streams_pass_through_untouched(grading):
    check(
        grading,
        """
        data = bytes(range(256)) * 5000
        done = subprocess.run([*WRAPPER, "copy"], input=data, capture_output=True)
        assert (done.stdout, done.stderr) == (data, b"err\\n")
        WORK.mkdir(parents=True, exist_ok=True)
        (WORK / "in").write_bytes(data)
        with open(WORK / "in", "rb") as source, open(WORK / "out", "wb") as target:
            source.seek(1000)
            subprocess.run([*WRAPPER, "copy"], stdin=source, stdout=target, check=True)
        assert (WORK / "out").read_bytes() == data[1000:]
        """,
    )


def test_a_file_as_standard_input_can_not_be_written_through_proc(isolated):
    check(
        isolated,
        """
        with open(HIDDEN / "data.txt") as source:
            call("rewrite_input", stdin=source)
        assert (HIDDEN / "data.txt").read_text() == "shown"
        """,
    )


def test_descriptors_above_two_are_closed(grading):
    check(
        grading,
        """
        reading, writing = os.pipe()
        os.set_inheritable(writing, True)
        assert call("descriptors", close_fds=False).stdout == "[0, 1, 2]\\n"
        """,
    )


def test_the_working_directory_is_the_callers_and_a_tests_folder_is_writable(grading):
    check(
        grading,
        """
        WORK.mkdir(parents=True, exist_ok=True)
        (WORK / "in.txt").write_text("x")
        assert call("where", cwd=WORK).stdout == f"{WORK} ['in.txt']\\n"
        assert call("write", "out.txt", cwd=WORK).stdout == "done\\n"
        assert (WORK / "out.txt").read_text() == "written"
        (WORK / "out.txt").write_text("mine again")
        """,
    )


def test_the_callers_environment_is_relayed_without_pytests_and_without_hidden_places(grading):
    check(
        grading,
        """
        env = {**os.environ, "LEVEL": "3", "PYTEST_CURRENT_TEST": "x", "DATA": str(HIDDEN / "d")}
        found = json.loads(call("env", "LEVEL", "PYTEST_CURRENT_TEST", "DATA", "TZ", env=env).stdout)
        assert found == {"LEVEL": "3", "PYTEST_CURRENT_TEST": None, "DATA": None, "TZ": "UTC"}
        """,
    )


def test_a_planted_link_and_an_exceeded_limit_are_noted_for_the_grader(grading):
    check(
        grading,
        """
        WORK.mkdir(parents=True, exist_ok=True)
        call("link", "out.json", cwd=WORK)
        assert not (WORK / "out.json").is_symlink()
        assert call("hog", cwd="/").returncode == -9
        assert INCIDENTS.read_text().splitlines() == [
            "the program left what isn't a regular file: out.json (symbolic link)",
            "memory limit of 100 MB exceeded",
        ]
        INCIDENTS.unlink()
        """,
        limits={"memory_mb": 100},
    )


def test_only_files_that_the_command_names_are_shown_and_only_for_reading(nested):
    check(
        nested,
        """
        data, expected = HIDDEN / "data.txt", HIDDEN / "expected.txt"
        out = call("read", str(data), f"--in={data}", cwd=WORK.parent).stdout
        assert out == "shown\\nshown\\n"
        named = f"{data}/../expected.txt"
        assert call("read", "data.txt", cwd=HIDDEN).stdout == "shown\\n"
        assert call("where", cwd=HIDDEN).stdout == f"{HIDDEN} []\\n"
        assert call("where", str(HIDDEN), cwd=HIDDEN).returncode == 1
        assert call("write", str(data), cwd=HIDDEN).stdout == "OSError\\n"
        assert data.read_text() == "shown"
        """,
    )


def test_a_folder_that_holds_the_suite_is_never_shown(nested):
    check(
        nested,
        """
        for folder in (HIDDEN, HIDDEN.parent, Path("/")):
            assert call("read", f"--x={folder}", str(HIDDEN) + "/./", cwd="/").stdout.split() == [
                "IsADirectoryError", "FileNotFoundError"] or folder != Path("/")
            listing = call("where", str(folder), cwd=folder if folder != Path("/") else HIDDEN)
            assert "expected.txt" not in listing.stdout
        os.symlink(HIDDEN, "/tmp/innocent")
        assert call("read", "/tmp/innocent/expected.txt", cwd="/").stdout != "never shown\\n"
        """,
    )


def test_an_entry_command_that_is_not_there_gives_127_or_125(grading):
    check(
        grading,
        "assert call().returncode in (125, 127)",
        entry=["{root}/missing"],
    )


def test_wrong_settings_give_125_and_say_why(grading):
    check(
        grading,
        """
        done = subprocess.run([*WRAPPER[:-1], "/nowhere.json"], capture_output=True, text=True)
        assert done.returncode == 125
        assert "/nowhere.json" in done.stderr
        """,
    )


@pytest.mark.parametrize("argv", [[], ["start"], ["other", "x"]])
def test_the_kit_says_how_it_is_called(rooms, argv):
    room = rooms("bare")
    ran = room.run(["python3", "-I", "-S", room.kit, *argv])
    assert ran.status == 2
    assert ran.stderr.startswith("usage: ")


def test_an_incident_fails_the_test_during_which_it_came(bare):
    path = f"{bare.room.place}/incidents"
    graded = bare(
        f"""
        def test_before(): pass

        def test_during():
            with open({path!r}, "a") as file:
                file.write("a limit was exceeded\\n")

        def test_after(): pass
        """,
        "",
        incidents=path,
    )
    assert graded.outcomes == {
        "test_before": "passed",
        "test_during": "failed",
        "test_after": "passed",
    }
    assert graded.one("test_during")["reason"] == "a limit was exceeded"
    assert json.dumps(graded.lines[-1]).startswith('{"event": "finished"')
