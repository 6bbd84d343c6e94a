"""What runs inside can't outlive its command, stop its keeper or lock the harness up."""

import pytest

BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""


def test_fork_bomb_is_bounded_and_ended(room, python, usable):
    assert python(room, BOMB, wall_seconds=1.0).cause == "wall_time"
    assert usable(room)


def test_fork_bomb_of_a_shell_is_bounded_and_ended(room, usable):
    bomb = "b() { b | b & }; b; while :; do :; done"
    done = room.exec(
        ["bash", "-c", bomb], cwd="/workspace", env={"PATH": "/usr/bin:/bin"}, wall_seconds=1.0
    )
    assert done.cause in ("wall_time", "output")
    assert usable(room)


def test_no_more_processes_than_the_limit(room, python, small):
    count = """
        import os, time
        made = 0
        try:
            while made < 1000:
                if os.fork() == 0:
                    time.sleep(30)
                    os._exit(0)
                made += 1
        except OSError as error:
            print(made, error.strerror)
    """
    made, reason = python(room, count).stdout.decode().split(maxsplit=1)
    assert 8 <= int(made) <= small.processes + 8
    assert "temporarily unavailable" in reason


def test_no_more_threads_than_the_limit(room, python, small):
    count = """
        import threading, time
        made = 0
        try:
            while made < 1000:
                threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
                made += 1
        except RuntimeError:
            print(made)
    """
    assert 8 <= int(python(room, count).stdout) <= small.processes + 8


def test_daemon_with_a_session_of_its_own_is_killed(room, usable, on_host, becomes):
    token = "8675309.25"
    leave = f"setsid sh -c 'trap : TERM HUP INT; exec sleep {token}' </dev/null >/dev/null 2>&1 &"
    done = room.exec(["sh", "-c", leave], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (done.status, done.cause) == (0, None)
    assert usable(room)
    assert becomes(lambda: not on_host(token))


def test_daemon_that_keeps_stdout_open_holds_nothing_up(room, usable):
    leave = "setsid sleep 600 & echo done"
    done = room.exec(["sh", "-c", leave], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (done.status, done.stdout) == (0, b"done\n")
    assert usable(room)


def test_orphans_of_orphans_are_killed(room, python, usable):
    nest = """
        import os, time
        for depth in range(20):
            if os.fork():
                os._exit(0)
            os.setsid()
        time.sleep(600)
    """
    assert python(room, nest).status == 0
    assert usable(room)


def test_ignored_termination_is_no_way_out(room, python, usable):
    ignore = """
        import signal
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        while True:
            signal.pause()
    """
    assert python(room, ignore, wall_seconds=0.5).cause == "wall_time"
    assert usable(room)


def test_stopped_processes_are_ended_too(room, usable):
    done = room.exec(
        ["sh", "-c", "kill -STOP $$"], cwd="/", env={"PATH": "/bin:/usr/bin"}, wall_seconds=0.5
    )
    assert done.cause == "wall_time"
    assert usable(room)


def test_kill_of_everybody_leaves_the_first_process(room, usable):
    killer = "sleep 600 & sleep 600 & kill -9 -1; wait; echo alone"
    done = room.exec(["sh", "-c", killer], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (done.stdout, done.cause) == (b"alone\n", None)
    assert usable(room)


def test_signals_to_the_first_process_change_nothing(room, python, usable):
    attack = """
        import os, signal
        for number in sorted(signal.valid_signals()):
            try:
                os.kill(1, number)
            except PermissionError:
                pass
        print("alive")
    """
    assert python(room, attack).stdout == b"alive\n"
    assert usable(room)


def test_closed_streams_dont_end_a_command(room, python):
    close = """
        import os, sys, time
        os.close(1), os.close(2)
        time.sleep(0.5)
        os._exit(7)
    """
    assert python(room, close).status == 7


def test_closed_streams_dont_escape_the_wall_time(room, usable):
    done = room.exec(
        ["sh", "-c", "exec >&- 2>&- <&-; sleep 600"],
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        wall_seconds=0.5,
    )
    assert done.cause == "wall_time"
    assert usable(room)


def test_unread_input_holds_nothing_up(room, usable):
    done = room.exec(["true"], cwd="/", env={"PATH": "/usr/bin:/bin"}, stdin=b"x" * (3 << 20))
    assert (done.status, done.cause) == (0, None)
    assert usable(room)


def test_input_arrives_whole(room):
    data = bytes(range(256)) * 8000
    done = room.exec(["cat"], cwd="/", env={"PATH": "/usr/bin:/bin"}, stdin=data)
    assert done.stdout == data


@pytest.mark.parametrize(
    ("command", "status"),
    [("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", -15), ("kill -SEGV $$", -11)],
)
def test_status_is_the_commands_own(agent, command, status):
    done = agent.exec(["sh", "-c", command], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (done.status, done.cause) == (status, None)


@pytest.mark.parametrize(
    ("argv", "cwd"),
    [(["no-such-program"], "/"), (["true"], "/no/such/folder"), (["/workspace"], "/")],
)
def test_command_that_cant_start_says_why(agent, argv, cwd):
    done = agent.exec(argv, cwd=cwd, env={"PATH": "/usr/bin:/bin"})
    assert (done.status, done.cause) == (127, None)
    assert argv[0].encode() in done.stderr


def test_argument_that_no_kernel_takes_says_why(agent):
    done = agent.exec(["printf", "a\0b"], cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (done.status, done.cause) == (127, None)
    assert b"null" in done.stderr


def test_output_is_given_as_it_comes(agent):
    pieces = []
    done = agent.exec(
        ["sh", "-c", "echo one; sleep 0.2; echo two >&2"],
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        on_output=pieces.append,
    )
    assert pieces == [b"one\n", b"two\n"]
    assert (done.stdout, done.stderr) == (b"one\n", b"two\n")
