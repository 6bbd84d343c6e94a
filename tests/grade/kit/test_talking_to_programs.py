"""The `repl`, `service` and `crash` fixtures, under every launcher."""

PROGRAM = """
    import os, signal, socket, sys, time
    what, *rest = sys.argv[1:]

    def upper():
        for line in sys.stdin:
            if line == "quit\\n":
                sys.exit(4)
            if line != "silent\\n":
                print(line.strip().upper(), flush=True)

    def serve(port, greeting=""):
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                data = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(201)
                self.send_header("X-Type", self.headers.get("Content-Type", "none"))
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                with open("visits", "a") as file:
                    file.write("x")
                data = open("visits", "rb").read()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
        if greeting:
            print(greeting, flush=True)
        server.serve_forever()

    def graceful(port):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        serve(port)

    def deaf(port):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        serve(port)

    def count():
        for number in range(3):
            with open(f"{number}.part", "w") as file:
                file.write("x")
            os.rename(f"{number}.part", f"{number}.done")
            print(number, flush=True)
        if rest != ["end"]:
            time.sleep(60)

    def state():
        print(len([name for name in os.listdir(".") if name.endswith(".done")]))

    dict(upper=upper, serve=serve, graceful=graceful, deaf=deaf, count=count, state=state)[what](
        *(rest if what not in ("count", "state") else [])
    )
"""


def reasons(graded):
    return {name: graded.one(name)["reason"] for name in graded.outcomes}


def test_a_dialogue_goes_line_by_line(grading):
    graded = grading(
        """
        def test_ask(repl):
            program = repl("upper")
            assert program.ask("a") == "A"
            program.send("b")
            program.send("c")
            assert program.read_line() == "B"
            assert program.read_until("C\\n") == "C\\n"
            done = program.close()
            assert (done.status, done.out) == (0, "A\\nB\\nC\\n")
            assert program.close() is done

        def test_two_at_once(repl, run):
            first, second = repl("upper"), repl("upper")
            assert (first.ask("x"), second.ask("y"), first.ask("z")) == ("X", "Y", "Z")
            assert run("state").out == "0\\n"
            assert first.ask("still there") == "STILL THERE"

        def test_the_program_may_end_first(repl):
            program = repl("upper")
            program.send("quit")
            assert program.close().status == 4

        def test_left_running(repl):
            assert repl("upper").ask("a") == "A"
        """,
        PROGRAM,
    )
    assert graded.results
    assert set(reasons(graded).values()) == {None}


def test_a_dialogue_that_stalls_fails_the_test_with_what_was_awaited(bare):
    graded = bare(
        """
        def test_silent(repl):
            program = repl("upper")
            program.send("silent")
            program.read_line(timeout=0.2)

        def test_ended(repl):
            program = repl("upper")
            program.send("quit")
            program.read_until("bye")

        def test_never_ends(repl):
            repl("count", "on").close()
        """,
        PROGRAM,
        limits={"start_seconds": 0.5},
    )
    assert reasons(graded) == {
        "test_silent": "no line on standard output within 0.2 s",
        "test_ended": "no match of 'bye' on standard output before the program ended: status 4",
        "test_never_ends": "the program didn't end within 0.5 s after the end of standard input",
    }


def test_a_service_is_started_asked_stopped_killed_and_restarted(grading):
    graded = grading(
        """
        def test_requests(service):
            server = service("serve", "{port}")
            answer = server.request("POST", "/x", {"a": 1})
            assert (answer.status, answer.json, answer.headers["x-type"]) == (
                201, {"a": 1}, "application/json")
            assert server.request("POST", "/x", b"\\xff").body == b"\\xff"
            assert server.request("POST", "/x", "ü", {"Content-Type": "t"}).headers["x-type"] == "t"
            assert server.url == f"http://127.0.0.1:{server.port}"
            with server.connect() as connection:
                connection.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
                assert b" 200 " in connection.recv(4096)

        def test_readiness_by_output(service):
            server = service("serve", "{port}", "up on {port}", ready="^up on {port}$")
            assert server.request("GET", "/").body == b"x"

        def test_restart_keeps_port_and_state(service):
            server = service("graceful", "{port}")
            port = server.port
            assert server.request("GET", "/").body == b"x"
            server.restart()
            assert (server.port, server.request("GET", "/").body) == (port, b"xx")
            assert server.kill().status == -9
            server.restart()
            assert server.request("GET", "/").body == b"xxx"

        def test_stop(service):
            assert service("graceful", "{port}").stop().status == 0
            assert service("serve", "{port}").stop().status == -15

        def test_files_and_two_services(service, folder):
            first = service("serve", "{port}", files={"visits": "yy"})
            second = service("serve", "{port}")
            assert first.port != second.port
            assert first.request("GET", "/").body == b"yyx"
            assert (folder / "visits").read_text() == "yyx"
        """,
        PROGRAM,
    )
    assert graded.results
    assert set(reasons(graded).values()) == {None}


def test_a_service_that_misbehaves_fails_the_test_with_the_reason(bare):
    graded = bare(
        """
        def test_deaf(service):
            service("deaf", "{port}").stop()

        def test_ends_at_once(service):
            service("state")

        def test_never_listens(service):
            service("count", "on")

        def test_never_ready(service):
            service("serve", "{port}", ready="ready")

        def test_gone(service):
            server = service("serve", "{port}")
            server.kill()
            server.request("GET", "/")
        """,
        PROGRAM,
        limits={"start_seconds": 1},
    )
    found = reasons(graded)
    assert found.pop("test_gone").startswith("no response to GET /: ConnectionRefusedError")
    assert found == {
        "test_deaf": "the program didn't end within 4 s after SIGTERM",
        "test_ends_at_once": "the service ended before its port took connections",
        "test_never_listens": "the port took no connections within 1 s",
        "test_never_ready": "no match of 'ready' on standard output within 1 s",
    }


def test_a_port_that_is_taken_in_between_is_tried_again(bare):
    graded = bare(
        """
        import socket
        from kit import service as module

        def test_clash(service, monkeypatch):
            with socket.socket() as squatter:
                squatter.bind(("127.0.0.1", 0))
                squatter.listen()
                free = module._free_port
                ports = iter([squatter.getsockname()[1]])
                monkeypatch.setattr(module, "_free_port", lambda: next(ports, None) or free())
                assert service("serve", "{port}", "up", ready="up").request("GET", "/").status == 200
        """,
        PROGRAM,
    )
    assert reasons(graded) == {"test_clash": None}


def test_a_crash_kills_the_program_at_the_point_and_keeps_its_state(grading):
    graded = grading(
        """
        @pytest.mark.parametrize("point", [
            {"after_lines": 2}, {"after_match": "1\\n"}, {"after_file": "1.done"}])
        def test_point(crash, run, point):
            assert crash("count", **point).status == -9
            assert int(run("state").out) >= 2

        def test_point_that_never_comes(crash):
            crash("count", "end", after_lines=4)

        def test_no_point(crash):
            with pytest.raises(ValueError, match="exactly one of"):
                crash("count")
        """,
        PROGRAM,
    )
    found = reasons(graded)
    assert found.pop("test_point_that_never_comes") == (
        "the program ended before 4 lines of output: nothing to crash"
    )
    assert set(found.values()) == {None}
