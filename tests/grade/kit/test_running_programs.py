"""The `run` fixture and its result, under every launcher."""

ECHO = """
    import json, os, sys
    what, *rest = sys.argv[1:]
    if what == "args":
        print(json.dumps(rest))
    elif what == "cat":
        sys.stdout.buffer.write(sys.stdin.buffer.read())
    elif what == "exit":
        sys.stderr.write("no\\n")
        sys.exit(int(rest[0]))
    elif what == "die":
        os.kill(os.getpid(), int(rest[0]))
    elif what == "env":
        print(json.dumps(dict(os.environ)))
    elif what == "write":
        os.makedirs(rest[0])
        open(rest[0] + "/out.txt", "w").write(rest[1])
    elif what == "read":
        sys.stdout.write(open(rest[0]).read())
    elif what == "bytes":
        sys.stdout.buffer.write(bytes.fromhex(rest[0]))
    elif what == "home":
        print(len(os.listdir(os.environ["HOME"])))
        open(os.environ["HOME"] + "/.trace", "w").close()
    elif what == "tmp":
        print(os.path.exists("/tmp/slopbench-kit-trace"))
        open("/tmp/slopbench-kit-trace", "w").close()
"""


def test_a_run_gets_arguments_input_files_and_environment_and_gives_status_and_output(grading):
    graded = grading(
        """
        def test_arguments(run):
            assert run("args", "", "a b", "-x", "ü", "$HOME").json == ["", "a b", "-x", "ü", "$HOME"]

        def test_input(run):
            assert run("cat", stdin="ä\\n").out == "ä\\n"
            assert run("cat", stdin=b"\\xff\\x00").stdout == b"\\xff\\x00"
            assert run("cat").stdout == b""

        def test_large_input_and_output(run):
            assert run("cat", stdin=b"x" * 3_000_000).stdout == b"x" * 3_000_000

        def test_input_that_nobody_reads(run):
            assert run("args", stdin=b"x" * 3_000_000).ok().json == []

        def test_status(run):
            done = run("exit", "3")
            assert (done.status, done.err, done.stdout) == (3, "no\\n", b"")

        def test_signal(run):
            assert run("die", "9").status == -9
            assert run("die", "15").status == -15

        def test_environment(run):
            found = run("env", env={"LEVEL": "7"}).json
            assert (found["LEVEL"], found["LC_ALL"], found["TZ"]) == ("7", "C.UTF-8", "UTC")
            assert not [name for name in found if name.startswith(("PYTEST", "SLOPBENCH", "KIT"))]

        def test_files_in(run):
            assert run("read", "sub/in.txt", files={"sub/in.txt": "hello"}).out == "hello"

        def test_files_out(run, folder):
            run("write", "sub", "data").ok()
            assert (folder / "sub" / "out.txt").read_text() == "data"
            assert [path.name for path in folder.iterdir()] == ["sub"]

        def test_folder_keeps_its_state_within_a_test(run):
            run("write", "state", "1").ok()
            assert run("read", "state/out.txt").out == "1"
            assert run("read", "mine.txt", files={"mine.txt": "2"}).out == "2"
            assert run("read", "state/out.txt").out == "1"

        def test_folder_is_empty_at_first(folder):
            assert list(folder.iterdir()) == []

        def test_home_is_empty_each_time(run):
            assert [run("home").ok().out for _ in range(2)] == ["0\\n", "0\\n"]
        """,
        ECHO,
    )
    assert graded.results
    assert {name: graded.one(name)["reason"] for name in graded.outcomes} == dict.fromkeys(
        graded.outcomes
    )


def test_nothing_stays_in_tmp_between_starts(isolated):
    shared = isolated.room.settings.get("shared") or ["/tmp"]
    graded = isolated(
        """
        def test_tmp(run):
            assert [run("tmp").ok().out for _ in range(3)] == ["False\\n"] * 3
        """,
        ECHO.replace("/tmp/slopbench-kit-trace", f"{shared[0]}/trace"),
    )
    assert graded.one("test_tmp")["reason"] is None


def test_a_result_that_can_not_be_read_fails_the_test_and_says_why(bare):
    graded = bare(
        """
        def test_status(run):
            run("exit", "3").ok()

        def test_utf8(run):
            run("bytes", "ff").out

        def test_line_feed(run):
            run("bytes", "61").lines

        def test_json(run):
            run("bytes", "7b").json

        def test_deep_json(run):
            run("bytes", "5b" * 60_000).json

        def test_lines(run):
            assert run("bytes", "610a0a620a").lines == ["a", "", "b"]
            assert run("bytes", "").lines == []
        """,
        ECHO,
    )
    reasons = {name: graded.one(name)["reason"] or "" for name in graded.outcomes}
    assert reasons.pop("test_lines") == ""
    assert reasons.pop("test_status") == "expected exit status 0, found 3"
    assert reasons.pop("test_line_feed").startswith("the last line of standard output isn't ended")
    assert reasons.pop("test_utf8").startswith("standard output isn't UTF-8")
    assert all(reason.startswith("standard output isn't JSON") for reason in reasons.values())


def test_a_file_outside_the_folder_is_refused(bare):
    graded = bare(
        """
        @pytest.mark.parametrize("name", ["../x", "/tmp/x", ".", "a/../../x"])
        def test_name(run, name):
            with pytest.raises(ValueError, match="isn't a path inside"):
                run("args", files={name: ""})
        """,
        ECHO,
    )
    assert set(graded.outcomes.values()) == {"passed"}


def test_an_entry_command_that_is_not_there_fails_each_test(grading):
    graded = grading("def test_it(run):\n    run('x').ok()\n", "", entry=["{root}/missing"])
    assert graded.one("test_it")["outcome"] == "failed"
    assert graded.event("finished")["failed"] == 1
